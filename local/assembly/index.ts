export { type AssetIndex, type AssetSource } from './assets';
export { type LoadedStack, loadAssembly, type LoadOptions } from './load';
