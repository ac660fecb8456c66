import { type Authorizer } from '../authorizer/authorizer';
import { methodTexts } from '../http/event-text';
import { type Exchange } from '../http/exchange';
import { integrationFailure } from '../http/outcome';
import { functionArnIn } from '../integration/lambda-uri';
import { type Method } from '../model';
import { compileAdmission } from '../usage/admission';
import { type ApiKeys } from '../usage/api-keys';
import { stageKey } from '../usage/usage-plan';
import { ModelSchemas } from '../validation/model-schema';
import { compileValidation } from '../validation/request-validator';
import { type CompileContext, executeApiArn } from './api';
import { compileAuthorizer } from './authorizer';
import { compileIntegration } from './integration';
import { bagOf, bagsOf, booleanOf, type Properties, stringOf, textMapOf } from './l1';
import { type Located, type Resources } from './resources';
import { type StageSource } from './stage';
import { stageThrottle } from './usage';

export interface CompiledMethod {
  readonly method: Method;
  /** `GET`, …, `ANY` */
  readonly httpMethod: string;
}

/** Compiles the methods of an API for one stage. */
export function compileMethods(stage: StageSource, api: Located, context: CompileContext): CompiledMethod[] {
  const { resources, clock, control } = context;
  const apiArn = executeApiArn(api.stack, api.id);
  const { keys } = control;
  const pathOf = resourcePaths(resources, api.id);
  const settings = bagsOf(stage.properties, 'MethodSettings');
  const apiKeySource =
    stringOf(api.properties, 'ApiKeySourceType') === 'AUTHORIZER' ? 'AUTHORIZER' : 'HEADER';
  const authorizers = new Map<string, Authorizer>(
    resources
      .ofApi('Authorizer', api.id)
      .map((authorizer) => [authorizer.id, compileAuthorizer(authorizer, apiArn, context)]),
  );
  control.authorizers.set(stageKey(api.id, stage.name), [...authorizers.values()]);
  const schemas = modelSchemas(resources, api.id);
  return resources.ofApi('Method', api.id).map(({ properties: p }) => {
    const resourceId = stringOf(p, 'ResourceId') ?? '';
    const resourcePath = pathOf(resourceId);
    const httpMethod = (stringOf(p, 'HttpMethod') ?? 'ANY').toUpperCase();
    const apiKeyRequired = booleanOf(p, 'ApiKeyRequired') ?? false;
    const integration = bagOf(p, 'Integration') ?? {};
    const operationName = stringOf(p, 'OperationName');
    const method: Method = {
      resourceId,
      resourcePath,
      httpMethod,
      operationName,
      texts: methodTexts({
        accountId: api.stack.accountId,
        apiId: api.id,
        stage: stage.name,
        resourceId,
        resourcePath,
        operationName,
      }),
      authorizer:
        stringOf(p, 'AuthorizationType') === 'CUSTOM'
          ? (authorizers.get(stringOf(p, 'AuthorizerId') ?? '') ?? null)
          : null,
      presentApiKey: apiKeyRequired && apiKeySource === 'HEADER' ? presentKey(keys) : () => undefined,
      admit: compileAdmission(
        {
          apiId: api.id,
          stage: stage.name,
          resourcePath,
          httpMethod,
          apiKeyRequired,
          apiKeySource,
          stageThrottle: stageThrottle(settings, resourcePath, httpMethod),
        },
        keys,
        clock,
      ),
      validate: validationOf(p, resources, schemas),
      backend: backendText(integration),
      integrate:
        notPermitted(integration, `${apiArn}${stage.name}/${httpMethod}${resourcePath}`, api, context) ??
        compileIntegration(integration, context),
    };
    return { method, httpMethod };
  });
}

/** @param sourceArn of the method as it is defined */
function notPermitted(
  integration: Properties,
  sourceArn: string,
  api: Located,
  { permissions }: CompileContext,
): Method['integrate'] | undefined {
  if (!stringOf(integration, 'Type')?.startsWith('AWS')) return undefined;
  // Its role is believed to allow it.
  if (stringOf(integration, 'Credentials') !== undefined) return undefined;
  const why = permissions.refusal(stringOf(integration, 'Uri') ?? '', sourceArn, api.stack.accountId);
  return why === undefined ? undefined : () => integrationFailure(500, why);
}

/** `AWS_PROXY orders-function`, `HTTP https://…`. */
function backendText(integration: Properties): string {
  const uri = stringOf(integration, 'Uri') ?? '';
  const target = functionArnIn(uri)?.split(':').slice(6).join(':') ?? uri;
  return [stringOf(integration, 'Type') ?? 'MOCK', target].filter((part) => part !== '').join(' ');
}

/** The key that a client shows is in the authorizer's event, before anybody has checked it. */
function presentKey(keys: ApiKeys): (exchange: Exchange) => void {
  return (exchange) => {
    const value = exchange.headers.get('x-api-key');
    if (value !== undefined) exchange.apiKey = { value, id: keys.idOf(value) ?? '' };
  };
}

/** Paths by resource id; an id that no `Resource` has is the root's. */
export function resourcePaths(resources: Resources, apiId: string): (resourceId: string) => string {
  const byId = new Map(resources.ofApi('Resource', apiId).map((l) => [l.id, l.properties]));
  const pathOf = (id: string): string => {
    const resource = byId.get(id);
    if (!resource) return '';
    return `${pathOf(stringOf(resource, 'ParentId') ?? '')}/${stringOf(resource, 'PathPart') ?? ''}`;
  };
  return (id) => pathOf(id) || '/';
}

function modelSchemas(resources: Resources, apiId: string): ModelSchemas {
  const models = resources.ofApi('Model', apiId).map(({ id, properties }) => ({
    apiId,
    name: stringOf(properties, 'Name') ?? id,
    schema: properties['Schema'],
  }));
  return new ModelSchemas(apiId, models);
}

function validationOf(method: Properties, resources: Resources, schemas: ModelSchemas): Method['validate'] {
  const id = stringOf(method, 'RequestValidatorId');
  const validator = id === undefined ? undefined : resources.all('RequestValidator').find((v) => v.id === id);
  if (!validator) return null;
  const models = Object.entries(textMapOf(method, 'RequestModels') ?? {}).flatMap(([type, name]) => {
    const check = schemas.check(name);
    return check ? [[type.toLowerCase(), check] as const] : [];
  });
  const parameters = bagOf(method, 'RequestParameters') ?? {};
  return compileValidation({
    parameters: Object.fromEntries(
      Object.keys(parameters).map((key) => [key, booleanOf(parameters, key) ?? false]),
    ),
    models: new Map(models),
    validateParameters: booleanOf(validator.properties, 'ValidateRequestParameters') ?? false,
    validateBody: booleanOf(validator.properties, 'ValidateRequestBody') ?? false,
  });
}
