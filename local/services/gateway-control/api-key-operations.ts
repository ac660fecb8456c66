import { randomBytes, randomInt } from 'node:crypto';
import { bagsOf, booleanOf, stringOf, textMapOf } from '../../gateway/compile/l1';
import { TokenBucket } from '../../gateway/usage/token-bucket';
import { type RestOperation, type RestRequest } from '../service';
import { ServiceError } from '../service-error';
import { type ControlState, type KeyRecord, notFound } from './control-state';
import { pageOf } from './page';

const KEY_CHARS = { min: 20, max: 128 };
const ID_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-service-limits-table.html
const CREATIONS_PER_SECOND = 5;

function newId(): string {
  return Array.from({ length: 10 }, () => ID_CHARS[randomInt(ID_CHARS.length)]).join('');
}

function badRequest(message: string): ServiceError {
  return new ServiceError('BadRequestException', message);
}

function validateValue(value: string): void {
  if (value.length < KEY_CHARS.min) {
    throw badRequest(`API Key value should be at least ${KEY_CHARS.min} characters`);
  }
  if (value.length > KEY_CHARS.max) {
    throw badRequest(`API Key value exceeds maximum size of ${KEY_CHARS.max} characters`);
  }
}

const seconds = (ms: number) => Math.floor(ms / 1000);

function shown(state: ControlState, id: string, withValue: boolean): object {
  const key = state.keys.get(id);
  if (!key) throw notFound('API Key');
  const { name, description, customerId, createdAt, changedAt, tags } = state.record(id);
  return {
    id,
    name,
    description,
    customerId,
    enabled: key.enabled,
    createdDate: seconds(createdAt),
    lastUpdatedDate: seconds(changedAt),
    stageKeys: [],
    tags,
    ...(withValue && { value: key.value }),
  };
}

/** `/enabled`, `/name`, `/description` and `/customerId` can be replaced. */
function patch(state: ControlState, id: string, { input }: RestRequest): object {
  const key = state.keys.get(id);
  if (!key) throw notFound('API Key');
  const record = state.record(id);
  for (const operation of bagsOf(input, 'patchOperations')) {
    const [path, value] = [stringOf(operation, 'path') ?? '', stringOf(operation, 'value') ?? ''];
    const field = (['name', 'description', 'customerId'] as const).find((name) => path === `/${name}`);
    if (stringOf(operation, 'op') !== 'replace' || (path !== '/enabled' && !field)) {
      throw badRequest(`Invalid patch path '${path}' specified for op '${stringOf(operation, 'op')}'`);
    }
    if (field) record[field] = value;
    else state.keys.set({ ...key, enabled: value === 'true' });
  }
  record.changedAt = state.clock.now();
  return shown(state, id, false);
}

/** @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html */
export function apiKeyOperations(state: ControlState): RestOperation[] {
  const { clock } = state;
  const bucket = new TokenBucket(CREATIONS_PER_SECOND, CREATIONS_PER_SECOND, clock.now());

  const create = ({ input }: RestRequest): object => {
    const now = clock.now();
    if (!bucket.has(now)) throw new ServiceError('TooManyRequestsException', 'Too Many Requests', 429);
    bucket.take();
    const value = stringOf(input, 'value') ?? randomBytes(30).toString('base64url');
    validateValue(value);
    if (state.keys.idOf(value) !== undefined) {
      throw new ServiceError('ConflictException', 'API Key already exists', 409);
    }
    const id = newId();
    const record: KeyRecord = {
      name: stringOf(input, 'name'),
      description: stringOf(input, 'description'),
      customerId: stringOf(input, 'customerId'),
      tags: textMapOf(input, 'tags'),
      createdAt: now,
      changedAt: now,
    };
    state.keys.set({ id, value, enabled: booleanOf(input, 'enabled') ?? false });
    state.records.set(id, record);
    return shown(state, id, true);
  };

  const list = ({ query }: RestRequest): object => {
    const [name, customer] = [query.get('name') ?? query.get('nameQuery'), query.get('customerId')];
    const ids = state.keys.all().map(({ id }) => id);
    const wanted = ids.filter((id) => {
      const record = state.record(id);
      if (name !== null && !(record.name ?? '').startsWith(name)) return false;
      return customer === null || record.customerId === customer;
    });
    const withValues = query.get('includeValues') === 'true';
    return pageOf(wanted, query, (id) => shown(state, id, withValues));
  };

  const remove = (id: string): void => {
    if (!state.keys.get(id)) throw notFound('API Key');
    state.keys.delete(id);
    state.records.delete(id);
  };

  return [
    { method: 'POST', path: '/apikeys', status: 201, run: create },
    { method: 'GET', path: '/apikeys', status: 200, run: list },
    {
      method: 'GET',
      path: '/apikeys/{key}',
      status: 200,
      run: ({ path, query }) => shown(state, path.key!, query.get('includeValue') === 'true'),
    },
    {
      method: 'PATCH',
      path: '/apikeys/{key}',
      status: 200,
      run: (request) => patch(state, request.path.key!, request),
    },
    { method: 'DELETE', path: '/apikeys/{key}', status: 202, run: ({ path }) => remove(path.key!) },
  ];
}
