import type { AdminServer, Engine } from '../../local';
import type { RunningEngine } from '../deployment/discovery';

/** What other processes are told of an engine of this process. */
export function discovered(engine: Engine, admin?: AdminServer): RunningEngine {
  return {
    version: 2,
    pid: process.pid,
    apis: engine.apis,
    routes: engine.routes,
    endpoints: engine.endpoints,
    functions: engine.functions.map(({ logicalId, name, environment, metadata }) => ({
      logicalId,
      name,
      environment,
      metadata,
    })),
    clockOffsetMs: engine.clock.offsetMs,
    ...(admin && { admin: { url: admin.url, token: admin.token } }),
  };
}
