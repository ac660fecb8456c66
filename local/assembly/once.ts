import { EngineError } from '../engine-error';

/** Computes each named value at most once, and notices when a value needs itself. */
export class Once {
  private readonly known = new Map<string, unknown>();
  private readonly pending: string[] = [];

  /** @throws CyclicReference naming every step of the circle */
  get<T>(name: string, compute: () => T): T {
    if (this.known.has(name)) return this.known.get(name) as T;
    const start = this.pending.indexOf(name);
    if (start >= 0) {
      throw new EngineError(
        'CyclicReference',
        `cyclic reference: ${[...this.pending.slice(start), name].join(' -> ')}`,
      );
    }
    this.pending.push(name);
    try {
      const value = compute();
      this.known.set(name, value);
      return value;
    } finally {
      this.pending.pop();
    }
  }
}

/** The first circle in a graph of dependencies, its start repeated at the end; `undefined` when there is none. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: string[]): string[] | undefined => {
    if (done.has(node)) return undefined;
    const start = trail.indexOf(node);
    if (start >= 0) return [...trail.slice(start), node];
    for (const next of edges.get(node) ?? []) {
      const cycle = visit(next, [...trail, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of edges.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}
