import { type LoadedStack } from '../../assembly';
import { type EngineFinding, type ResolvedStack } from '../../contract';

type Resolve = (text: string, region: string) => string;

const GATEWAY = /^AWS::ApiGateway::/;

/** CloudFormation replaces these while deploying, with values that only AWS has. */
const DYNAMIC_REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):.+?\}\}/;

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, change)]));
}

/** The stacks with what their APIs refer to: values of keys, stage variables, headers for a backend... */
export function resolveInGateway(stacks: readonly LoadedStack[], resolve: Resolve): LoadedStack[] {
  return stacks.map((stack) => {
    const entries = [...stack.resources].map(([id, resource]) => {
      if (!GATEWAY.test(resource.type)) return [id, resource] as const;
      const properties = mapTexts(resource.properties, (text) => resolve(text, stack.region));
      return [id, { ...resource, properties: properties as typeof resource.properties }] as const;
    });
    return { ...stack, resources: new Map(entries) };
  });
}

/** Lists the references of APIs that nothing here resolves. */
export function checkGatewayReferences(stacks: readonly ResolvedStack[]): EngineFinding[] {
  const resources = stacks.flatMap((stack) => [...stack.resources.values()]);
  return resources.flatMap(({ type, properties, path }) => {
    const [reference] = GATEWAY.test(type) ? (DYNAMIC_REFERENCE.exec(JSON.stringify(properties)) ?? []) : [];
    if (reference === undefined) return [];
    const message = `the text ${reference} stays as it is`;
    return [{ severity: 'notice', code: 'DynamicReferenceNotResolved', message, path }];
  });
}
