import { type Gateway, type GatewayOptions } from '../contract';
import { GatewayControl } from './control';
import { RestGateway } from './rest-gateway';

export { GatewayControl } from './control';
export { checkGatewayResources } from './findings/check';

/**
 * Serves the REST APIs of the given stacks, each on a port of its own, the stage as first path segment.
 *
 * Call `checkGatewayResources` first: what it reports as an error is not imitated here.
 *
 * @param control what can be changed while the gateway serves
 * @throws the system's error (`EADDRINUSE`, …) when a port cannot be had; nothing is left listening then
 */
export async function startGateway(
  options: GatewayOptions,
  control = new GatewayControl(options.stacks, options.clock),
): Promise<Gateway> {
  const gateway = new RestGateway(options, control);
  await gateway.serve(gateway.compile(options.stacks));
  return gateway;
}
