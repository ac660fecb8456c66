/** What a delivery comes to. */
export interface Outcome<S> {
  readonly state: S;
  /** So many events were told to others. */
  readonly published: number;
}

/** A delivery that was made. */
export interface Edge<S> extends Outcome<S> {
  readonly from: S;
  /** Index of the message. */
  readonly message: number;
}

export interface OrderGraph<S> {
  /** States in which everything has been delivered. */
  readonly ends: readonly S[];
  /** Orders of delivery that the graph holds: its paths from the start to an end. */
  readonly orders: number;
  /** Pairs of a set of delivered messages and a state. */
  readonly nodes: number;
  readonly edges: readonly Edge<S>[];
  /** Messages whose second delivery changed the state or told somebody of something. */
  readonly loudRepetitions: ReadonlySet<number>;
}

/**
 * Goes through every order in which messages may be delivered, as a model checker does: not one by one, but as paths of
 * a graph. Its nodes are what has been delivered and the state that it came to. Orders that meet in a node have the same
 * future from there on, so that it is explored once; where order matters there are more nodes, and none is left out.
 * n messages have n! orders but 2^n sets.
 *
 * In every node each message that has been delivered comes a second time, too: with that, any number of repetitions at
 * any place is covered, as a repetition that changes nothing leads back to its node.
 *
 * @param keyOf equal for states that have the same future, and for no others
 * @param deliver a function of state and message, and of nothing else: called once for each pair
 */
export async function exploreOrders<S>(
  start: S,
  messages: number,
  keyOf: (state: S) => string,
  deliver: (from: S, message: number) => Promise<Outcome<S>>,
): Promise<OrderGraph<S>> {
  const states = new Map<string, S>();
  const edges = new Map<S, Map<number, Edge<S>>>();
  /** For each node the number of orders of what is left. */
  const nodes = new Map<S, Map<number, number>>();
  const ends = new Set<S>();
  const loudRepetitions = new Set<number>();
  const everything = 2 ** messages - 1;

  /** One object for each state: equal ones are the same one. */
  const unique = (state: S): S => {
    const key = keyOf(state);
    const known = states.get(key);
    if (known !== undefined) return known;
    states.set(key, state);
    edges.set(state, new Map());
    nodes.set(state, new Map());
    return state;
  };

  const follow = async (from: S, message: number): Promise<Edge<S>> => {
    const known = edges.get(from)!.get(message);
    if (known !== undefined) return known;
    const { state, published } = await deliver(from, message);
    const edge = { from, message, state: unique(state), published };
    edges.get(from)!.set(message, edge);
    return edge;
  };

  const visit = async (delivered: number, state: S): Promise<number> => {
    const known = nodes.get(state)!.get(delivered);
    if (known !== undefined) return known;
    if (delivered === everything) ends.add(state);
    let orders = delivered === everything ? 1 : 0;
    for (let message = 0; message < messages; message += 1) {
      const edge = await follow(state, message);
      const repeats = (delivered & (1 << message)) !== 0;
      if (!repeats) orders += await visit(delivered | (1 << message), edge.state);
      else if (edge.state !== state || edge.published > 0) loudRepetitions.add(message);
    }
    nodes.get(state)!.set(delivered, orders);
    return orders;
  };

  const orders = await visit(0, unique(start));
  return {
    ends: [...ends],
    orders,
    nodes: [...nodes.values()].reduce((sum, { size }) => sum + size, 0),
    edges: [...edges.values()].flatMap((some) => [...some.values()]),
    loudRepetitions,
  };
}
