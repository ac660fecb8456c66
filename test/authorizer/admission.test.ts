import type { AccountRecord } from '../../lib/domain/account';
import { AccountMemories } from '../../lambda/authorizer/account-memory';
import { Admission, type AdmissionOptions, type Verdict } from '../../lambda/authorizer/admission';
import { buildAccount, buildCatalogue, FINGERPRINT, NOW, PERIOD_END } from './support/builders';
import { MemoryAccountStore } from './support/memory-account-store';

const DAY_MS = 86_400_000;
const CREDENTIAL = { accountId: 'acme', fingerprint: FINGERPRINT };
const OPTIONS: AdmissionOptions = { leaseDurationMs: 10_000, outageGraceMs: 30_000, admitKnownPayersMs: 0 };
const catalogue = buildCatalogue();
const HELLO = catalogue.requirement({ httpMethod: 'GET', resource: '/hello' });
const REPORT = catalogue.requirement({ httpMethod: 'GET', resource: '/report' });
const DEAR = catalogue.requirement({ httpMethod: 'GET', resource: '/dear' });
const ACCOUNT = catalogue.requirement({ httpMethod: 'GET', resource: '/account' });
const KEYS = catalogue.requirement({ httpMethod: 'POST', resource: '/account/keys' });

/** One function environment, its store and its clock. */
class Environment {
  now = NOW;
  admitted = 0;
  lastAskedAt = 0;
  readonly store: MemoryAccountStore;
  readonly admission: Admission;

  constructor(account?: AccountRecord, options: Partial<AdmissionOptions> = {}) {
    this.store = new MemoryAccountStore(...(account ? [account] : []));
    const terms = { ...OPTIONS, ...options };
    this.admission = new Admission(this.store, catalogue, new AccountMemories(), terms, () => this.now);
  }

  async call(
    route = HELLO,
    credential: { accountId: string; fingerprint?: string } = CREDENTIAL,
  ): Promise<Verdict> {
    const before = this.store.calls.length;
    const verdict = await this.admission.admit(credential, route);
    if (verdict.kind === 'allow') this.admitted += route.cost;
    if (this.store.calls.length > before) this.lastAskedAt = this.now;
    return verdict;
  }

  /** Units that were taken and not yet handed out. */
  unitsInHand(quota: number): number {
    return quota - this.remaining - this.admitted;
  }

  /** Calls at an even rate over one second of the clock. */
  async callsPerSecond(count: number): Promise<void> {
    for (let call = 0; call < count; call += 1) {
      await this.call();
      this.now += 1000 / count;
    }
  }

  get remaining(): number {
    return this.store.accounts.get('acme')!.remaining;
  }
}

const allowed = (path: string) => expect.objectContaining({ kind: 'allow', path });
const owed = (reason: string) =>
  expect.objectContaining({ kind: 'refuse', refusal: expect.objectContaining({ reason }) });
const unauthorized = (cause: string) =>
  expect.objectContaining({ kind: 'refuse', refusal: { kind: 'unauthorized', cause } });
const unavailable = expect.objectContaining({ kind: 'unavailable' });

describe('round trips', () => {
  test('the first request costs one conditional write and nothing else', async () => {
    const environment = new Environment(buildAccount());
    expect(await environment.call()).toEqual(allowed('take'));
    expect(environment.store.operations).toEqual(['take']);
    expect(environment.remaining).toBe(999);
  });

  test('a request on a lease costs none', async () => {
    const environment = new Environment(buildAccount());
    await environment.callsPerSecond(5);
    environment.store.calls.length = 0;
    while ((await environment.call()) && environment.store.calls.length === 0);
    expect(environment.store.operations).toEqual(['take']);
    const inHand = environment.unitsInHand(1000);
    expect(inHand).toBeGreaterThan(1);
    for (let call = 0; call < inHand; call += 1) expect(await environment.call()).toEqual(allowed('lease'));
    expect(environment.store.operations).toEqual(['take']);
  });

  test('a refusal costs one round trip where the old item is returned', async () => {
    const environment = new Environment(buildAccount({ accessUntil: NOW }));
    expect(await environment.call()).toEqual(owed('payment_failed'));
    expect(environment.store.operations).toEqual(['take']);
  });
});

describe('size of a lease', () => {
  test('at most 1 % of what remains, however fast the caller is', async () => {
    const environment = new Environment(buildAccount({ remaining: 300 }));
    await environment.callsPerSecond(100);
    const sizes = environment.store.calls.flatMap((call) => (call.operation === 'take' ? [call.units] : []));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
  });

  test('the last units of a quota go out one by one, each of them', async () => {
    const environment = new Environment(buildAccount({ remaining: 20 }));
    const verdicts: Verdict[] = [];
    for (let call = 0; call < 25; call += 1) verdicts.push(await environment.call());
    expect(verdicts.filter((verdict) => verdict.kind === 'allow')).toHaveLength(20);
    expect(verdicts.at(-1)).toEqual(owed('quota_exceeded'));
    expect(environment.remaining).toBe(0);
  });

  test('a request takes what its route costs', async () => {
    const environment = new Environment(buildAccount({ remaining: 7 }));
    expect(await environment.call(DEAR)).toEqual(allowed('take'));
    expect(environment.remaining).toBe(2);
    expect(await environment.call(DEAR)).toEqual(owed('quota_exceeded'));
    expect(await environment.call()).toEqual(allowed('take'));
  });
});

describe('end of a lease', () => {
  const busy = async (account: Partial<AccountRecord>): Promise<Environment> => {
    const environment = new Environment(buildAccount({ remaining: 100_000, ...account }));
    await environment.callsPerSecond(50);
    await environment.call();
    return environment;
  };

  test('a revoked key is refused once leaseDuration is over, and not before a fresh read', async () => {
    const environment = await busy({});
    environment.store.change('acme', { keys: {} });
    expect(await environment.call()).toEqual(allowed('lease'));
    environment.now += 10_000;
    expect(await environment.call()).toEqual(unauthorized('unknown_key'));
  });

  test.each<[string, Partial<AccountRecord>, object]>([
    ['accessUntil', { accessUntil: NOW + 1500 }, owed('payment_failed')],
    [
      'expiry of the key',
      { keys: { [FINGERPRINT]: { expiresAt: NOW + 1500, scopes: [] } } },
      unauthorized('expired_key'),
    ],
  ])('%s bites on the instant', async (_, account, refusal) => {
    const environment = await busy(account);
    environment.now = NOW + 1499;
    expect(await environment.call()).toEqual(allowed('lease'));
    environment.now = NOW + 1500;
    expect(await environment.call()).toEqual(refusal);
  });

  test('the end of the period bites on the instant: the next request is counted in the next period', async () => {
    const environment = await busy({ periodEnd: NOW + 1500, periodId: 'day-1' });
    environment.now = NOW + 1500;
    expect(await environment.call()).toEqual(allowed('roll-over'));
    expect(environment.remaining).toBe(999);
  });

  test('a lease of an older revision of the plan is dropped', async () => {
    const environment = await busy({});
    environment.store.change('acme', {
      planRev: 2,
      keys: { ...buildAccount().keys, other: { expiresAt: Infinity, scopes: [] } },
    });
    await environment.call(HELLO, { accountId: 'acme', fingerprint: 'other' });
    expect(await environment.call()).toEqual(allowed('take'));
  });
});

describe('who rides on a lease', () => {
  test('a forged key of the same account does not', async () => {
    const environment = new Environment(buildAccount());
    await environment.callsPerSecond(20);
    expect(await environment.call(HELLO, { accountId: 'acme', fingerprint: 'forged' })).toEqual(
      unauthorized('unknown_key'),
    );
    expect(await environment.call()).toMatchObject({ kind: 'allow' });
  });

  test('a token of the account does not ride on the lease of a key', async () => {
    const environment = new Environment(buildAccount());
    await environment.callsPerSecond(20);
    environment.store.calls.length = 0;
    expect(await environment.call(HELLO, { accountId: 'acme' })).toMatchObject({ kind: 'allow' });
    expect(environment.store.operations).toEqual(['take']);
  });

  test('a route that the plan does not hold is refused although a lease is live', async () => {
    const environment = new Environment(buildAccount({ plan: 'free', remaining: 500 }));
    await environment.callsPerSecond(5);
    await environment.call();
    expect(await environment.call(REPORT)).toEqual(owed('plan_upgrade_required'));
    expect(await environment.call()).toEqual(allowed('lease'));
  });

  test('a route of another plan is served from the own quota as long as the account has its routes', async () => {
    const free = { plan: 'free', periodId: 'day-20261122T000000Z', periodEnd: NOW + 60_000, remaining: 9 };
    const environment = new Environment(buildAccount({ ...free, routesOf: 'pro' }));
    expect(await environment.call(REPORT)).toEqual(allowed('take'));
    expect(await environment.call(REPORT)).toEqual(allowed('take'));
    expect(environment.store.operations).toEqual(['take', 'take', 'take']);
    expect(environment.remaining).toBe(7);
    environment.store.change('acme', { periodEnd: NOW });
    expect(await environment.call(REPORT)).toEqual(allowed('roll-over'));
    environment.store.change('acme', { routesOf: undefined, planRev: 2 });
    environment.now += 10_000;
    expect(await environment.call(REPORT)).toEqual(owed('plan_upgrade_required'));
  });

  test('a scope that the key lacks is refused although a lease is live', async () => {
    const environment = new Environment(buildAccount());
    await environment.callsPerSecond(20);
    expect(await environment.call(KEYS)).toMatchObject({
      refusal: { kind: 'forbidden', cause: 'scope_missing' },
    });
  });
});

describe('identified routes', () => {
  test.each<[string, Partial<AccountRecord>]>([
    ['lapsed', { accessUntil: 0 }],
    ['without a plan', { plan: undefined, accessUntil: 0, lapseReason: 'no_subscription' }],
    ['with its quota spent', { remaining: 0 }],
  ])('an account %s is let in and pays nothing', async (_, account) => {
    const environment = new Environment(buildAccount(account));
    expect(await environment.call(ACCOUNT)).toEqual(allowed('read'));
    expect(environment.store.operations).toEqual(['read', 'noteUse']);
    await environment.call(ACCOUNT);
    expect(environment.store.operations).toEqual(['read', 'noteUse', 'read']);
  });

  test('reading the account between two calls strands no leased unit', async () => {
    const environment = new Environment(buildAccount({ remaining: 100_000 }));
    await environment.callsPerSecond(10);
    await environment.call();
    await environment.call(ACCOUNT);
    expect(await environment.call()).toEqual(allowed('lease'));
  });
});

describe('refused lately', () => {
  test('reads first, and writes only when it would allow', async () => {
    const environment = new Environment(buildAccount({ accessUntil: 0 }));
    await environment.call();
    environment.store.calls.length = 0;
    for (let call = 0; call < 10; call += 1) await environment.call();
    expect(new Set(environment.store.operations)).toEqual(new Set(['read']));
  });

  test('who pays is allowed on the next request', async () => {
    const environment = new Environment(buildAccount({ accessUntil: 0 }));
    for (let call = 0; call < 3; call += 1) expect(await environment.call()).toEqual(owed('payment_failed'));
    environment.store.change('acme', { accessUntil: NOW + 1000 });
    expect(await environment.call()).toEqual(allowed('take'));
    environment.store.calls.length = 0;
    await environment.call();
    expect(environment.store.operations).toEqual(['take']);
  });
});

describe('periods', () => {
  test('the first request of a new account opens its first period', async () => {
    const environment = new Environment(buildAccount({ periodId: 'none', periodEnd: 0, remaining: 0 }));
    expect(await environment.call()).toEqual(allowed('roll-over'));
    expect(environment.store.accounts.get('acme')).toMatchObject({ remaining: 999, periodEnd: PERIOD_END });
  });

  test('of many environments one opens the period, and the others take from it', async () => {
    const store = new MemoryAccountStore(buildAccount({ periodEnd: NOW }));
    const environments = Array.from(
      { length: 20 },
      () => new Admission(store, catalogue, new AccountMemories(), OPTIONS, () => NOW),
    );
    const verdicts = await Promise.all(
      environments.map((environment) => environment.admit(CREDENTIAL, HELLO)),
    );
    expect(verdicts.every((verdict) => verdict.kind === 'allow')).toBe(true);
    expect(store.accounts.get('acme')!.remaining).toBe(980);
  });

  test('a request that costs more than a period holds is refused for the quota', async () => {
    const small = buildCatalogue({
      plans: [
        {
          id: 'pro',
          kind: 'paid',
          quota: { limit: 3, period: 'day', anchor: 'calendar' },
          trialDays: 0,
          graceDays: 0,
        },
      ],
    });
    const store = new MemoryAccountStore(buildAccount({ periodEnd: 0, remaining: 0 }));
    const admission = new Admission(store, small, new AccountMemories(), OPTIONS, () => NOW);
    const dear = small.requirement({ httpMethod: 'GET', resource: '/dear' });
    expect(await admission.admit(CREDENTIAL, dear)).toEqual(owed('quota_exceeded'));
    expect(store.accounts.get('acme')!.remaining).toBe(3);
  });
});

describe('beyond the quota', () => {
  test('bought units are spent when the period has no more, and outlive it', async () => {
    const environment = new Environment(buildAccount({ remaining: 3, credits: 4, periodEnd: NOW + 1000 }));
    for (let call = 0; call < 7; call += 1) expect(await environment.call()).toMatchObject({ kind: 'allow' });
    expect(await environment.call()).toEqual(owed('quota_exceeded'));
    environment.store.change('acme', { credits: 2 });
    environment.now = NOW + 1000;
    expect(await environment.call()).toEqual(allowed('roll-over'));
    expect(environment.store.accounts.get('acme')).toMatchObject({ remaining: 999, credits: 2 });
  });

  test('one request may draw on the rest of the period and on bought units', async () => {
    const environment = new Environment(buildAccount({ remaining: 2, credits: 10 }));
    expect(await environment.call(DEAR)).toEqual(allowed('take'));
    expect(environment.store.accounts.get('acme')).toMatchObject({ remaining: 0, credits: 7 });
  });

  test('once the period is spent, bought units cost one write like any other', async () => {
    const environment = new Environment(buildAccount({ remaining: 0, credits: 10 }));
    await environment.call();
    environment.store.calls.length = 0;
    environment.now += 1;
    await environment.call();
    expect(environment.store.operations).toEqual(['take']);
  });

  test('a soft limit counts overage up to its bound', async () => {
    const environment = new Environment(buildAccount({ plan: 'soft', remaining: 1 }));
    for (let call = 0; call < 4; call += 1) expect(await environment.call()).toMatchObject({ kind: 'allow' });
    expect(environment.store.accounts.get('acme')).toMatchObject({ remaining: 0, overage: 3 });
    expect(await environment.call()).toEqual(owed('quota_exceeded'));
  });

  test('others who spend the last units one by one keep nobody out who can still pay', async () => {
    const environment = new Environment(buildAccount({ plan: 'soft', remaining: 5, credits: 4 }));
    const { store } = environment;
    let others = 7;
    store.fate = () => {
      const { remaining, credits = 0 } = store.accounts.get('acme')!;
      if (others > 0)
        store.change('acme', remaining > 0 ? { remaining: remaining - 1 } : { credits: credits - 1 });
      others -= 1;
      return 'answered';
    };
    expect(await environment.call(DEAR)).toEqual(allowed('take'));
    expect(store.accounts.get('acme')).toMatchObject({ remaining: 0, credits: 0, overage: 3 });
  });

  test('overage begins anew with the period', async () => {
    const environment = new Environment(
      buildAccount({ plan: 'soft', remaining: 0, overage: 3, periodEnd: NOW }),
    );
    expect(await environment.call()).toEqual(allowed('roll-over'));
    expect(environment.store.accounts.get('acme')).toMatchObject({ overage: 0 });
  });
});

describe('plans without quota', () => {
  test('are leased from a read, and written to once a day', async () => {
    const environment = new Environment(buildAccount({ plan: 'open', remaining: 0, periodEnd: 0 }));
    for (let call = 0; call < 100; call += 1)
      expect(await environment.call()).toMatchObject({ kind: 'allow' });
    expect(environment.store.operations).toEqual(['take', 'noteUse']);
    environment.now += 10_000;
    await environment.call();
    expect(environment.store.operations).toEqual(['take', 'noteUse', 'read']);
    environment.now += DAY_MS;
    await environment.call();
    expect(environment.store.operations.slice(3)).toEqual(['read', 'noteUse']);
    expect(environment.remaining).toBe(0);
  });
});

describe('last day of a key', () => {
  const lastUsedDay = ({ store }: Environment) => store.accounts.get('acme')!.keys[FINGERPRINT]!.lastUsedDay;

  test('is written with the units that are taken', async () => {
    const environment = new Environment(buildAccount());
    await environment.call();
    expect(lastUsedDay(environment)).toBe(NOW / DAY_MS - 0.5);
    expect(environment.store.operations).toEqual(['take']);
    environment.now += DAY_MS;
    await environment.call();
    expect(lastUsedDay(environment)).toBe(NOW / DAY_MS + 0.5);
    expect(environment.store.operations).toEqual(['take', 'take']);
  });

  test('is not that of a refusal', async () => {
    const environment = new Environment(buildAccount({ accessUntil: 0 }));
    await environment.call();
    await environment.call(HELLO, { accountId: 'acme', fingerprint: 'forged' });
    expect(lastUsedDay(environment)).toBeUndefined();
  });

  test('refuses nobody when it cannot be written, and is tried again', async () => {
    const environment = new Environment(buildAccount({ plan: 'open', periodEnd: 0 }));
    environment.store.fate = ({ operation }) => (operation === 'noteUse' ? 'vanished' : 'answered');
    expect(await environment.call()).toMatchObject({ kind: 'allow' });
    environment.store.fate = () => 'answered';
    environment.now += 10_000;
    expect(await environment.call()).toMatchObject({ kind: 'allow' });
    expect(lastUsedDay(environment)).toBe(NOW / DAY_MS - 0.5);
  });
});

describe('unknown accounts and plans', () => {
  test('a key of nobody is 401, a token of nobody owes a subscription', async () => {
    const environment = new Environment();
    expect(await environment.call()).toEqual(unauthorized('unknown_account'));
    expect(await environment.call(HELLO, { accountId: 'nobody' })).toEqual(owed('no_subscription'));
  });

  test('a plan that the catalogue does not know is our fault', async () => {
    const environment = new Environment(buildAccount({ plan: 'retired' }));
    expect(await environment.call()).toMatchObject({ kind: 'unavailable', cause: 'plan_not_in_catalogue' });
  });
});

describe('faults', () => {
  test.each(['lost', 'vanished'] as const)(
    'a take that was %s is read after, and taken again',
    async (fate) => {
      const environment = new Environment(buildAccount());
      environment.store.fate = () => (environment.store.calls.length === 1 ? fate : 'answered');
      expect(await environment.call()).toEqual(allowed('take'));
      expect(environment.store.operations).toEqual(['take', 'read', 'take']);
      expect(environment.remaining).toBe(fate === 'lost' ? 998 : 999);
    },
  );

  test('a lost take that may have eaten the last unit is 503, not 402', async () => {
    const environment = new Environment(buildAccount({ remaining: 1 }));
    environment.store.fate = () => (environment.store.calls.length === 1 ? 'lost' : 'answered');
    expect(await environment.call()).toEqual(unavailable);
    expect(await environment.call()).toEqual(owed('quota_exceeded'));
  });

  test('a lost take does not hide a refusal that it cannot have caused', async () => {
    const environment = new Environment(buildAccount({ accessUntil: NOW }));
    environment.store.fate = () => (environment.store.calls.length === 1 ? 'vanished' : 'answered');
    expect(await environment.call()).toEqual(owed('payment_failed'));
  });

  test('two lost writes end the request: nothing is retried blindly', async () => {
    const environment = new Environment(buildAccount());
    environment.store.fate = ({ operation }) => (operation === 'take' ? 'lost' : 'answered');
    expect(await environment.call()).toEqual(unavailable);
    expect(environment.store.operations).toEqual(['take', 'read', 'take']);
  });

  test('a lost rollover is read after', async () => {
    const environment = new Environment(buildAccount({ periodEnd: 0 }));
    environment.store.fate = ({ operation }) => (operation === 'rollOver' ? 'lost' : 'answered');
    expect(await environment.call()).toEqual(allowed('take'));
    expect(environment.store.operations).toEqual(['take', 'rollOver', 'read', 'take']);
    expect(environment.remaining).toBe(998);
  });

  test('an error of ours is not dressed as an outage', async () => {
    const environment = new Environment(buildAccount());
    environment.store.fate = () => {
      throw new TypeError('a bug');
    };
    await expect(environment.call()).rejects.toThrow(TypeError);
  });
});

describe('store out of reach', () => {
  const cut = (environment: Environment): void => {
    environment.store.fate = () => 'refused-connection';
  };
  /** An environment with units in hand, taken at the returned instant, and then cut off. */
  const withLease = async (account: Partial<AccountRecord> = {}, options: Partial<AdmissionOptions> = {}) => {
    const environment = new Environment(buildAccount({ remaining: 100_000, ...account }), options);
    await environment.callsPerSecond(20);
    while (environment.unitsInHand(100_000) < 10) await environment.call();
    cut(environment);
    return { environment, takenAt: environment.lastAskedAt };
  };

  test('a stranger gets 503, never an allow and never a 402', async () => {
    const environment = new Environment(buildAccount());
    cut(environment);
    expect(await environment.call()).toEqual(unavailable);
  });

  test('leased units are honoured for outageGrace past leaseDuration, and no longer', async () => {
    const { environment, takenAt } = await withLease();
    environment.now = takenAt + 39_999;
    expect(await environment.call()).toEqual(allowed('outage'));
    environment.now = takenAt + 40_000;
    expect(await environment.call()).toEqual(unavailable);
  });

  test('no more is served than was leased', async () => {
    const { environment, takenAt } = await withLease();
    const inHand = environment.unitsInHand(100_000);
    environment.now = takenAt + 15_000;
    for (let call = 0; call < inHand; call += 1) expect(await environment.call()).toEqual(allowed('outage'));
    expect(await environment.call()).toEqual(unavailable);
  });

  test.each<[string, Partial<AccountRecord>]>([
    ['accessUntil', { accessUntil: NOW + 15_000 }],
    ['expiry of the key', { keys: { [FINGERPRINT]: { expiresAt: NOW + 15_000, scopes: [] } } }],
    ['end of the period', { periodEnd: NOW + 15_000 }],
  ])('never past %s', async (_, account) => {
    const { environment } = await withLease(account);
    environment.now = NOW + 14_999;
    expect(await environment.call()).toEqual(allowed('outage'));
    environment.now = NOW + 15_000;
    expect(await environment.call()).toEqual(unavailable);
  });

  describe('with known payers admitted by the seller', () => {
    const options = { admitKnownPayersMs: 3_600_000, outageGraceMs: 0 };

    test('what they use is counted afterwards', async () => {
      const { environment, takenAt } = await withLease({}, options);
      environment.now = takenAt + 20_000;
      for (let call = 0; call < 30; call += 1) expect(await environment.call()).toEqual(allowed('outage'));
      const before = environment.remaining;
      environment.store.fate = () => 'answered';
      environment.store.calls.length = 0;
      await environment.call();
      expect(environment.store.calls).toEqual([
        { operation: 'take', units: 1 },
        { operation: 'charge', units: 30 },
      ]);
      expect(environment.remaining).toBe(before - 31);
    });

    test('a charge whose answer is lost is made again: a fault costs units, it grants none', async () => {
      const { environment, takenAt } = await withLease({}, options);
      environment.now = takenAt + 20_000;
      await environment.call();
      const before = environment.remaining;
      environment.store.fate = ({ operation }) => (operation === 'charge' ? 'lost' : 'answered');
      await environment.call();
      environment.store.fate = () => 'answered';
      environment.now += 20_000;
      await environment.call();
      expect(environment.remaining).toBe(before - 4);
    });

    test.each<[string, (takenAt: number) => number, Partial<AccountRecord>]>([
      ['the declared time', (takenAt) => takenAt + 3_600_000, {}],
      ['accessUntil', () => NOW + 60_000, { accessUntil: NOW + 60_000 }],
    ])('never past %s', async (_, end, account) => {
      const { environment, takenAt } = await withLease(account, options);
      environment.now = end(takenAt) - 1;
      expect(await environment.call()).toEqual(allowed('outage'));
      environment.now = end(takenAt);
      expect(await environment.call()).toEqual(unavailable);
    });

    test('a stranger is not one of them', async () => {
      const { environment } = await withLease({}, options);
      environment.now += 20_000;
      expect(await environment.call(HELLO, { accountId: 'acme', fingerprint: 'forged' })).toEqual(
        unavailable,
      );
    });
  });
});
