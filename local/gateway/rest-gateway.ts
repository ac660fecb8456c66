import { type Gateway, type GatewayOptions, type ResolvedStack, type ServedApi } from '../contract';
import { ApiServer } from './api-server';
import { compileApi } from './compile/api';
import { InvokePermissions } from './compile/invoke-permissions';
import { Resources } from './compile/resources';
import { type GatewayControl } from './control';
import { type Api } from './model';

interface Listening {
  readonly server: ApiServer;
  readonly port: number;
  /** Of its port, counted from the first. */
  readonly index: number;
}

/** The servers of all REST APIs, each on a port of its own. */
export class RestGateway implements Gateway {
  /** By id of the API, in the order in which they were first served. */
  private servers = new Map<string, Listening>();

  constructor(
    private readonly options: GatewayOptions,
    private readonly control: GatewayControl,
  ) {}

  get apis(): readonly ServedApi[] {
    const { host = '127.0.0.1' } = this.options;
    return [...this.servers.values()].flatMap(({ server, port }) => {
      const { stack, logicalId, apiId, name, stages } = server.api;
      return [...stages].map(([stage, { accessLog }]) => {
        const url = `http://${host}:${port}/${stage}/`;
        return { stack, logicalId, apiId, name, stage, url, hasAccessLog: accessLog !== null };
      });
    });
  }

  async update(stacks: readonly ResolvedStack[]): Promise<void> {
    const undo = this.control.follow(stacks);
    try {
      await this.serve(this.compile(stacks));
    } catch (error) {
      undo();
      throw error;
    }
  }

  async close(): Promise<void> {
    await closeAll(this.servers.values());
  }

  /** @throws the system's error when a port cannot be had; of the new servers nothing is left listening then */
  async serve(apis: readonly Api[]): Promise<void> {
    const before = this.servers;
    const after = new Map<string, Listening>();
    const added: Listening[] = [];
    try {
      for (const api of apis) {
        const listening = before.get(keyOf(api)) ?? (await this.listen(api, [...before.values(), ...added]));
        if (!before.has(keyOf(api))) added.push(listening);
        after.set(keyOf(api), listening);
      }
    } catch (error) {
      await closeAll(added);
      throw error;
    }
    for (const api of apis) after.get(keyOf(api))!.server.api = api;
    this.servers = after;
    const gone = [...before].filter(([key]) => !after.has(key)).map(([, listening]) => listening);
    void closeAll(gone);
  }

  compile(stacks: readonly ResolvedStack[]): Api[] {
    const { functions, clock, endpoints = {} } = this.options;
    const { invokeLater = (arn, event) => void functions.invoke(arn, event) } = this.options;
    const resources = new Resources(stacks);
    const permissions = new InvokePermissions(resources);
    const context = {
      resources,
      permissions,
      functions,
      invokeLater,
      endpoints,
      clock,
      control: this.control,
    };
    return resources
      .all('RestApi')
      .map((located) => compileApi(located, context))
      .filter(({ stages }) => stages.size > 0);
  }

  /** On the first port that none of the others has: those of APIs that are gone are free again. */
  private async listen(api: Api, others: readonly Listening[]): Promise<Listening> {
    const { port, host = '127.0.0.1' } = this.options;
    const taken = new Set(others.map(({ index }) => index));
    let index = 0;
    while (taken.has(index)) index++;
    const server = new ApiServer(api, this.options);
    return { server, index, port: await server.listen(port === 0 ? 0 : port + index, host) };
  }
}

/** The id is that of the resource: it outlives a changed template, and two stacks never share one. */
function keyOf({ apiId }: Api): string {
  return apiId;
}

async function closeAll(all: Iterable<Listening>): Promise<void> {
  await Promise.all([...all].map(({ server }) => server.close()));
}
