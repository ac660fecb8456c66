// The engine in a process of its own, without anybody who listens: what the tests stand on.
import { startEngine } from '../../../../local';

async function main(source: string, option?: string): Promise<void> {
  const engine = await startEngine({ source, watch: option === 'watch' });
  const { apis, endpoints, functions } = engine;
  process.send!({ apis, endpoints, functions });
  process.once('disconnect', () => void engine.close());
}

void main(process.argv[2]!, process.argv[3]);
