export { checkServices } from './check-services';
export { type LocalServices, type ServiceOptions, startServices } from './start-services';
