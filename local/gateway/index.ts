import { type Gateway, type GatewayOptions, type ServedApi } from '../contract';
import { ApiServer } from './api-server';
import { compileApi } from './compile/api';
import { Resources } from './compile/resources';
import { GatewayControl } from './control';

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
  const { stacks, functions, clock, port, host = '127.0.0.1', endpoints = {} } = options;
  const resources = new Resources(stacks);
  const context = { resources, functions, endpoints, clock, control };
  const servers: ApiServer[] = [];
  const apis: ServedApi[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((s) => s.close()));
  };
  try {
    for (const located of resources.all('RestApi')) {
      const api = compileApi(located, context);
      if (api.stages.size === 0) continue;
      const server = new ApiServer(api, options);
      const bound = await server.listen(port === 0 ? 0 : port + servers.length, host);
      servers.push(server);
      const { stack, logicalId, apiId, name } = api;
      for (const stage of api.stages.keys())
        apis.push({ stack, logicalId, apiId, name, stage, url: `http://${host}:${bound}/${stage}/` });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { apis, close };
}
