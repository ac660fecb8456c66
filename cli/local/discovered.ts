import type { Engine } from '../../local';
import type { RunningEngine } from '../deployment/discovery';

/** What other processes are told of an engine of this process. */
export function discovered(engine: Engine): RunningEngine {
  return {
    version: 1,
    pid: process.pid,
    apis: engine.apis,
    endpoints: engine.endpoints,
    functions: engine.functions.map(({ logicalId, environment, metadata }) => ({
      logicalId,
      environment,
      metadata,
    })),
  };
}
