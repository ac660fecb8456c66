import { parseResourcePolicy } from '../authorizer/policy';
import { bagOf, bagsOf, booleanOf, type Properties, stringOf, stringsOf } from '../compile/l1';
import { type Resources } from '../compile/resources';
import { stagesOf } from '../compile/stage';
import { invalidHeaderMappings } from '../response/gateway-response';
import { GATEWAY_RESPONSE_TYPE_NAMES } from '../response/gateway-response-types';
import { ModelSchemas } from '../validation/model-schema';
import { type Report } from './finding';

const STATUS_CODE = /^[1-5]\d\d$/;
const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;

function restApi(p: Properties, report: Report, id: string, resources: Resources): void {
  if (p['Policy'] !== undefined && parseResourcePolicy(p['Policy'], '') === null)
    report(
      'error',
      'InvalidPolicy',
      'Policy cannot be understood: a key, effect or condition operator is unknown',
    );
  if (stringsOf(bagOf(p, 'EndpointConfiguration') ?? {}, 'Types').includes('PRIVATE'))
    report('notice', 'PrivateEndpoint', 'a private endpoint is reachable by every process of this machine');
  if (booleanOf(p, 'DisableExecuteApiEndpoint'))
    report('notice', 'DisabledEndpoint', 'DisableExecuteApiEndpoint: the API is served nevertheless');
  if (stagesOf(resources, id).length === 0)
    report('notice', 'RestApiWithoutStage', 'the API has no stage and is not served');
  checkModels(id, resources, report);
}

function checkModels(apiId: string, resources: Resources, report: Report): void {
  const models = resources.ofApi('Model', apiId).map(({ id, properties }) => ({
    apiId,
    name: stringOf(properties, 'Name') ?? id,
    schema: properties['Schema'],
  }));
  try {
    const schemas = new ModelSchemas(apiId, models);
    for (const { name } of models) schemas.check(name);
  } catch (error) {
    report('error', 'InvalidModel', `a model cannot be compiled: ${(error as Error).message}`);
  }
}

function stage(p: Properties, report: Report): void {
  const name = stringOf(p, 'StageName');
  if (name !== undefined && !STAGE_NAME.test(name))
    report('error', 'InvalidStageName', `StageName must match ${STAGE_NAME.source}, got ${name}`);
  if (
    booleanOf(p, 'CacheClusterEnabled') ||
    bagsOf(p, 'MethodSettings').some((s) => booleanOf(s, 'CachingEnabled'))
  )
    report('error', 'UnsupportedProperty', 'CacheClusterEnabled: responses are not cached');
}

function gatewayResponse(p: Properties, report: Report): void {
  const type = stringOf(p, 'ResponseType') ?? '';
  const known: readonly string[] = [...GATEWAY_RESPONSE_TYPE_NAMES, 'DEFAULT_4XX', 'DEFAULT_5XX'];
  if (!known.includes(type)) report('error', 'InvalidResponseType', `ResponseType ${type} does not exist`);
  const status = stringOf(p, 'StatusCode');
  if (status !== undefined && !STATUS_CODE.test(status))
    report('error', 'InvalidStatusCode', `StatusCode must match ${STATUS_CODE.source}, got ${status}`);
  for (const mapping of invalidHeaderMappings(p))
    report('error', 'InvalidHeaderMapping', `invalid mapping expression specified: ${mapping}`);
}

function model(p: Properties, report: Report): void {
  if (p['Schema'] === undefined)
    report('notice', 'ModelWithoutSchema', 'the model has no schema and accepts anything');
}

export const checkApi = { restApi, stage, gatewayResponse, model };
