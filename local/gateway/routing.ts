/** A match of a request path with a resource that has a method for the verb. */
export interface RouteMatch<M> {
  readonly method: M;
  /** Values as sent, percent-encoding kept (AG §7.1); null when the resource has no parameters. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

interface Node<M> {
  readonly literals: Map<string, Node<M>>;
  parameter?: { readonly name: string; readonly node: Node<M> };
  greedy?: { readonly name: string; readonly node: Node<M> };
  readonly methods: Map<string, M>;
}

/**
 * Routes of one stage (AG §6). Per segment a literal wins over `{param}`, which wins over `{greedy+}`; a resource
 * counts only if it has the verb or `ANY`, else matching goes on to less specific resources.
 */
export class RouteTable<M> {
  private readonly root: Node<M> = newNode();

  /** @param resourcePath template such as `/users/{id}/{proxy+}` */
  add(resourcePath: string, verb: string, method: M): void {
    let node = this.root;
    for (const part of segmentsOf(resourcePath)) node = childFor(node, part);
    node.methods.set(verb, method);
  }

  /** @param path decoded of its stage, beginning with a slash; a trailing slash makes no difference */
  match(path: string, verb: string): RouteMatch<M> | null {
    const segments = segmentsOf(path);
    const values: string[] = [];
    const method = walk(this.root, segments, 0, verb, values);
    return method === undefined ? null : { method, pathParameters: parametersOf(values) };
  }
}

function newNode<M>(): Node<M> {
  return { literals: new Map(), methods: new Map() };
}

function segmentsOf(path: string): string[] {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  return end <= 1 ? [] : path.slice(1, end).split('/');
}

function childFor<M>(node: Node<M>, part: string): Node<M> {
  if (part.startsWith('{') && part.endsWith('+}'))
    return (node.greedy ??= { name: part.slice(1, -2), node: newNode() }).node;
  if (part.startsWith('{') && part.endsWith('}'))
    return (node.parameter ??= { name: part.slice(1, -1), node: newNode() }).node;
  let child = node.literals.get(part);
  if (!child) node.literals.set(part, (child = newNode()));
  return child;
}

/** Depth first, most specific child first; names and values of parameters are collected in `values`. */
function walk<M>(
  node: Node<M>,
  segments: readonly string[],
  at: number,
  verb: string,
  values: string[],
): M | undefined {
  if (at === segments.length) return node.methods.get(verb) ?? node.methods.get('ANY');
  const segment = segments[at] as string;
  const literal = node.literals.get(segment.includes('%') ? decoded(segment) : segment);
  if (literal) {
    const found = walk(literal, segments, at + 1, verb, values);
    if (found !== undefined) return found;
  }
  if (node.parameter && segment !== '') {
    values.push(node.parameter.name, segment);
    const found = walk(node.parameter.node, segments, at + 1, verb, values);
    if (found !== undefined) return found;
    values.length -= 2;
  }
  if (!node.greedy) return undefined;
  const rest = segments.slice(at).join('/');
  const methods = node.greedy.node.methods;
  const found = rest === '' ? undefined : (methods.get(verb) ?? methods.get('ANY'));
  if (found !== undefined) values.push(node.greedy.name, rest);
  return found;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function parametersOf(values: readonly string[]): Readonly<Record<string, string>> | null {
  if (values.length === 0) return null;
  const out: Record<string, string> = Object.create(null);
  for (let i = 0; i < values.length; i += 2) out[values[i] as string] = values[i + 1] as string;
  return out;
}
