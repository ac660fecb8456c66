import { stringOf } from '../../gateway/compile/l1';
import { stageKey, type UsagePlanSettings } from '../../gateway/usage/usage-plan';
import { type RestOperation, type RestRequest } from '../service';
import { ServiceError } from '../service-error';
import { type ControlState, notFound } from './control-state';
import { pageOf } from './page';

function shownPlan({ id, name, throttle, quota, stages }: UsagePlanSettings): object {
  return {
    id,
    name,
    apiStages: stages.map(({ apiId, stage, methodThrottles }) => ({
      apiId,
      stage,
      ...(methodThrottles.size > 0 && { throttle: Object.fromEntries(methodThrottles) }),
    })),
    ...(throttle && { throttle }),
    ...(quota && { quota }),
  };
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlanKey.html */
export function usagePlanOperations(state: ControlState): RestOperation[] {
  const { clock } = state;

  const planOf = ({ path }: RestRequest): UsagePlanSettings => {
    const plan = state.keys.plans.get(path.plan!);
    if (!plan) throw notFound('Usage Plan');
    return plan;
  };

  const shownKey = (keyId: string): object => {
    const key = state.keys.get(keyId);
    if (!key) throw notFound('API Key');
    return { id: keyId, type: 'API_KEY', name: state.record(keyId).name, value: key.value };
  };

  const boundKey = (request: RestRequest): string => {
    const keyId = request.path.key!;
    if (!state.keys.plansOf(keyId).includes(planOf(request).id)) throw notFound('Usage Plan Key');
    return keyId;
  };

  /** A key is on one plan for each API stage. */
  const attach = (request: RestRequest): object => {
    const plan = planOf(request);
    const keyId = stringOf(request.input, 'keyId') ?? '';
    const shown = shownKey(keyId);
    const held = state.keys.plansOf(keyId);
    const taken = held.flatMap((id) =>
      state.keys.plans.get(id)!.stages.map((s) => stageKey(s.apiId, s.stage)),
    );
    if (held.includes(plan.id) || plan.stages.some((s) => taken.includes(stageKey(s.apiId, s.stage)))) {
      const message = `Key ${keyId} is already on a usage plan of one of the stages of plan ${plan.id}`;
      throw new ServiceError('ConflictException', message, 409);
    }
    state.keys.attach(keyId, plan.id, clock.now() + state.keyDelayMs);
    return shown;
  };

  const listPlans = ({ query }: RestRequest): object => {
    const keyId = query.get('keyId');
    const plans = [...state.keys.plans.values()];
    const wanted = keyId === null ? plans : plans.filter(({ id }) => state.keys.plansOf(keyId).includes(id));
    return pageOf(wanted, query, shownPlan);
  };

  const listKeys = (request: RestRequest): object => {
    const plan = planOf(request);
    const name = request.query.get('name') ?? request.query.get('nameQuery') ?? '';
    const ids = state.keys
      .all()
      .map(({ id }) => id)
      .filter((id) => state.keys.plansOf(id).includes(plan.id))
      .filter((id) => (state.record(id).name ?? '').startsWith(name));
    return pageOf(ids, request.query, shownKey);
  };

  const flush = ({ path }: RestRequest): void => {
    if (!state.control.flushAuthorizers(path.api!, path.stage!)) throw notFound('stage');
  };

  return [
    { method: 'GET', path: '/usageplans', status: 200, run: listPlans },
    { method: 'GET', path: '/usageplans/{plan}', status: 200, run: (request) => shownPlan(planOf(request)) },
    { method: 'GET', path: '/usageplans/{plan}/keys', status: 200, run: listKeys },
    { method: 'POST', path: '/usageplans/{plan}/keys', status: 201, run: attach },
    {
      method: 'GET',
      path: '/usageplans/{plan}/keys/{key}',
      status: 200,
      run: (request) => shownKey(boundKey(request)),
    },
    {
      method: 'DELETE',
      path: '/usageplans/{plan}/keys/{key}',
      status: 202,
      run: (request) => state.keys.detach(boundKey(request), planOf(request).id),
    },
    {
      method: 'DELETE',
      path: '/restapis/{api}/stages/{stage}/cache/authorizers',
      status: 202,
      run: flush,
    },
  ];
}
