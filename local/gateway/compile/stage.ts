import { compileTemplate } from '../mapping/substitution';
import { type Canary, type Method, type Stage } from '../model';
import { RouteTable } from '../routing';
import { type CompileContext, executeApiArn } from './api';
import { bagOf, numberOf, type Properties, stringOf, textMapOf } from './l1';
import { compileMethods } from './method';
import { type Located, type Resources } from './resources';

export interface StageSource {
  readonly name: string;
  readonly deploymentId: string;
  readonly properties: Properties;
}

/** Stages of an API: its `Stage` resources, and those that a `Deployment` makes by naming one. */
export function stagesOf(resources: Resources, apiId: string): StageSource[] {
  const stages = resources.ofApi('Stage', apiId).map(({ properties, id }) => ({
    name: stringOf(properties, 'StageName') ?? id,
    deploymentId: stringOf(properties, 'DeploymentId') ?? '',
    properties,
  }));
  const deployed = resources.ofApi('Deployment', apiId).flatMap(({ properties, id }) => {
    const name = stringOf(properties, 'StageName');
    if (!name || stages.some((s) => s.name === name)) return [];
    return [{ name, deploymentId: id, properties: bagOf(properties, 'StageDescription') ?? {} }];
  });
  return [...stages, ...deployed];
}

export function compileStage(source: StageSource, api: Located, context: CompileContext): Stage {
  const { name, properties, deploymentId } = source;
  const { stack, id } = api;
  const variables = variablesOf(textMapOf(properties, 'Variables'));
  const format = stringOf(bagOf(properties, 'AccessLogSetting') ?? {}, 'Format');
  const routes = new RouteTable<Method>();
  for (const { method, httpMethod } of compileMethods(source, api, context))
    routes.add(method.resourcePath, httpMethod, method);
  return {
    name,
    deploymentId,
    variables,
    canary: canaryOf(properties, variables),
    routes,
    accessLog: format === undefined ? null : compileTemplate(format, true),
    methodArnPrefix: `${executeApiArn(stack, id)}${name}/`,
  };
}

function canaryOf(stage: Properties, variables: Stage['variables']): Canary | null {
  const canary = bagOf(stage, 'CanarySetting');
  if (!canary) return null;
  return {
    percentTraffic: numberOf(canary, 'PercentTraffic') ?? 0,
    variables: variablesOf({ ...variables, ...textMapOf(canary, 'StageVariableOverrides') }),
    deploymentId: stringOf(canary, 'DeploymentId') ?? '',
  };
}

function variablesOf(map: Readonly<Record<string, string>> | undefined): Stage['variables'] {
  return map && Object.keys(map).length > 0 ? map : null;
}
