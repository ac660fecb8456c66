export { checkFunctions } from './check-functions';
export { checkOverrides } from './environment-overrides';
export { type FunctionSpec, isNodeRuntime } from './function-spec';
export { type FunctionInfo, type InvokerOptions, LocalInvoker } from './invoker';
export { type LogLine, type OnLog } from './log-line';
export { ReplaceableInvoker } from './replaceable-invoker';
