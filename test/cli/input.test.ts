import fc from 'fast-check';
import { CliError } from '../../cli/errors';
import {
  parseAccountId,
  parseClockMove,
  parseInstant,
  parseParameters,
  parsePort,
  parseRoute,
  parseScope,
} from '../../cli/input';
import { nearest } from '../../cli/suggest';
import { NOW } from '../helpers/now';

const DAY_MS = 86_400_000;

describe('parseInstant', () => {
  test.each([
    ['2030-01-31', '2030-01-31T00:00:00.000Z'],
    ['2030-01-31T12:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00Z', '2030-01-31T12:00:00.000Z'],
    ['2030-01-31T12:00:00+02:00', '2030-01-31T10:00:00.000Z'],
    ['30d', new Date(NOW + 30 * DAY_MS).toISOString()],
    ['30', new Date(NOW + 30 * DAY_MS).toISOString()],
    ['-3d', new Date(NOW - 3 * DAY_MS).toISOString()],
  ])('%s', (text, expected) => {
    expect(new Date(parseInstant('--expires', text, NOW)).toISOString()).toBe(expected);
  });

  test.each(['', 'tomorrow', '31.01.2030', '2030-13-01', '2030-01-31T25:00:00Z', '3 days', '1.5d'])(
    'refuses %j and shows what is right',
    (text) => {
      expect(() => parseInstant('--expires', text, NOW)).toThrow(
        expect.objectContaining({
          code: 'BadInstant',
          exitCode: 2,
          fix: expect.stringContaining('--expires 30d'),
        }),
      );
    },
  );

  test('never returns something that is not an instant', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          expect(Number.isFinite(parseInstant('--expires', text, NOW))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(CliError);
        }
      }),
    );
  });
});

describe('parseClockMove', () => {
  test.each([
    ['+3d', { by: 3 * DAY_MS }],
    ['3d', { by: 3 * DAY_MS }],
    ['+90m', { by: 5_400_000 }],
    ['30s', { by: 30_000 }],
    ['2h', { by: 7_200_000 }],
    ['+1w', { by: 7 * DAY_MS }],
    ['2030-12-01', { to: Date.UTC(2030, 11, 1) }],
    ['2030-12-01T00:00:00Z', { to: Date.UTC(2030, 11, 1) }],
  ])('%s', (text, move) => expect(parseClockMove(text)).toEqual(move));

  test.each(['', '-3d', '3', '+3y', '1.5d', 'tomorrow', '2030-13-01'])('refuses %j', (text) => {
    expect(() => parseClockMove(text)).toThrow(
      expect.objectContaining({ code: 'BadClockMove', exitCode: 2, fix: expect.stringContaining('+3d') }),
    );
  });
});

test.each([
  ['0', 0],
  ['4000', 4000],
  ['65535', 65535],
])('parsePort %s', (text, port) => expect(parsePort(text)).toBe(port));

test.each(['', '65536', '-1', '80a', '1e3', '4.5'])('parsePort refuses %j', (text) => {
  expect(() => parsePort(text)).toThrow(expect.objectContaining({ code: 'BadPort', exitCode: 2 }));
});

test('parseParameters keeps what follows the first equals sign', () => {
  expect(parseParameters('--parameter', ['Stage=dev', 'Url=https://x/?a=b', 'Empty='])).toEqual({
    Stage: 'dev',
    Url: 'https://x/?a=b',
    Empty: '',
  });
});

test.each(['Stage', '=dev', ''])('parseParameters refuses %j', (text) => {
  expect(() => parseParameters('--parameter', [text])).toThrow(
    expect.objectContaining({ code: 'BadParameter' }),
  );
});

test.each([
  ['Acme Inc.', 'for example acmeinc'],
  ['---', 'for example acme'],
])('parseAccountId refuses %j and proposes one', (text, fix) => {
  expect(() => parseAccountId(text)).toThrow(expect.objectContaining({ code: 'BadAccountId', fix }));
});

test('parseScope takes the scopes that a route may ask for', () => {
  const scopes = ['keys:manage', 'billing', 'reports.read', 'read-all', 'read_all'];
  expect(scopes.map(parseScope)).toEqual(scopes);
  expect(() => parseScope('Keys Manage')).toThrow(expect.objectContaining({ code: 'BadScope' }));
});

test('parseRoute takes one method of one path', () => {
  expect(parseRoute('GET /reports/{id}')).toEqual({ httpMethod: 'GET', resource: '/reports/{id}' });
});

test.each(['GET', '/reports', 'ANY /reports', '* /reports', 'GET /reports/*', 'FETCH /reports'])(
  'parseRoute refuses %j',
  (text) => {
    expect(() => parseRoute(text)).toThrow(expect.objectContaining({ code: 'BadRoute' }));
  },
);

test.each([
  ['prp', 'pro'],
  ['PRO', 'pro'],
  ['rpo', 'pro'],
  ['unlimted', 'unlimited'],
  ['enterprise', undefined],
  ['', undefined],
])('nearest to %j is %j', (got, expected) => {
  expect(nearest(got, ['free', 'pro', 'unlimited'])).toBe(expected);
});
