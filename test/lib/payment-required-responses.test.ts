import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as fc from 'fast-check';
import { PaymentRequiredResponses, type PaymentRequiredResponsesProps } from '../../lib';
import { paymentProblem, safeText } from '../../lib/domain/problem';
import { REASONS } from '../../lib/domain/reason';
import { mock, newStack, paywallError, resourcesOf } from './harness';

interface Lane {
  readonly status?: string;
  readonly headers: Record<string, string>;
  readonly template: string;
  readonly mediaType: string;
}

function lanes(props: Partial<PaymentRequiredResponsesProps> = {}): Record<string, Lane> {
  const stack = newStack();
  const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  restApi.root.addMethod('GET', mock());
  new PaymentRequiredResponses(stack, 'Responses', { restApi, ...props });
  return Object.fromEntries(
    resourcesOf(stack, 'AWS::ApiGateway::GatewayResponse').map(({ properties }) => {
      const [[mediaType, template]] = Object.entries(
        properties.ResponseTemplates as Record<string, string>,
      ) as [[string, string]];
      const headers = Object.fromEntries(
        Object.entries(properties.ResponseParameters as Record<string, string>).map(([name, value]) => [
          name.replace('gatewayresponse.header.', ''),
          value,
        ]),
      );
      return [
        properties.ResponseType as string,
        { status: properties.StatusCode, headers, mediaType, template },
      ];
    }),
  );
}

/** What API Gateway does with a template: it replaces variables, and knows nothing of JSON. */
function render(template: string, context: Record<string, string>): string {
  return template.replace(
    /\$context\.([A-Za-z0-9_.]*[A-Za-z0-9_])/g,
    (_, name: string) => context[name] ?? '',
  );
}

const DEFAULTS = lanes();

test.each([
  ['UNAUTHORIZED', '401'],
  ['ACCESS_DENIED', '402'],
  ['QUOTA_EXCEEDED', '402'],
  ['INVALID_API_KEY', '403'],
  ['THROTTLED', '429'],
  ['AUTHORIZER_FAILURE', '503'],
  ['AUTHORIZER_CONFIGURATION_ERROR', '503'],
  ['INTEGRATION_FAILURE', '502'],
  ['INTEGRATION_TIMEOUT', '504'],
  ['MISSING_AUTHENTICATION_TOKEN', '404'],
  ['DEFAULT_4XX', undefined],
  ['DEFAULT_5XX', undefined],
])('%s leaves as %s', (type, status) => {
  expect(DEFAULTS[type]!.status).toBe(status);
});

test('there is nothing beside these lanes', () => {
  expect(Object.keys(DEFAULTS)).toHaveLength(12);
});

describe.each(Object.entries(DEFAULTS))('%s', (type, lane) => {
  test('must not be stored and can be read by pages', () => {
    expect(lane.headers).toMatchObject({
      'Cache-Control': "'no-store'",
      'Access-Control-Allow-Origin': "'*'",
      'Access-Control-Expose-Headers':
        "'Retry-After,WWW-Authenticate,x-amzn-ErrorType,x-amzn-RequestId,x-amz-apigw-id'",
    });
  });

  test('says when to try again if that helps', () => {
    const expected = { THROTTLED: "'1'", AUTHORIZER_FAILURE: "'5'", AUTHORIZER_CONFIGURATION_ERROR: "'5'" };
    expect(lane.headers['Retry-After']).toBe((expected as Record<string, string>)[type]);
  });

  test('has a problem body whose status is the response status', () => {
    expect(lane.mediaType).toBe('application/json');
    const body = JSON.parse(
      render(lane.template, { extendedRequestId: 'abc=', 'error.messageString': '"said"' }),
    ) as Record<string, unknown>;
    expect(body).toMatchObject({ type: expect.any(String), title: expect.any(String), requestId: 'abc=' });
    expect(body.status).toBe(lane.status === undefined ? undefined : Number(lane.status));
  });
});

test('only the 401 challenges', () => {
  const challenging = Object.entries(DEFAULTS).filter(([, lane]) => 'WWW-Authenticate' in lane.headers);
  expect(challenging.map(([type, lane]) => [type, lane.headers['WWW-Authenticate']])).toEqual([
    ['UNAUTHORIZED', "'Bearer'"],
  ]);
});

test('the service may have no message', () => {
  const body = render(DEFAULTS.DEFAULT_4XX!.template, { 'error.messageString': 'null' });
  expect(JSON.parse(body)).toMatchObject({ detail: null });
});

test('the 402 is told in the words of the authorizer', () => {
  const { template } = DEFAULTS.ACCESS_DENIED!;
  const members = [
    'type',
    'title',
    'detail',
    'reason',
    'account',
    'plan',
    'action',
    'actionUrl',
    'retryAt',
    'limit',
    'remaining',
  ];
  const context = Object.fromEntries(members.map((name) => [`authorizer.${name}`, `the ${name}`]));
  expect(JSON.parse(render(template, { ...context, extendedRequestId: 'r' }))).toEqual({
    ...Object.fromEntries(members.map((name) => [name, `the ${name}`])),
    status: 402,
    requestId: 'r',
  });
});

test('the 403 is told in the words of the authorizer', () => {
  const body = render(DEFAULTS.INVALID_API_KEY!.template, {
    'authorizer.detail': 'Suspended.',
    'authorizer.account': 'acme',
    'authorizer.plan': 'pro',
  });
  expect(JSON.parse(body)).toMatchObject({ status: 403, detail: 'Suspended.', account: 'acme', plan: 'pro' });
});

test.each([
  [
    'https://example.com/up?a={account}&p={plan}&r={reason}',
    'https://example.com/up?a=acme&p=pro&r=quota_exceeded',
  ],
  ['https://example.com/{account}/up', 'https://example.com/acme/up'],
  ['https://example.com/{account}.html', ''],
  [undefined, ''],
])('a quota of a usage plan is refused with the link of upgradePlan %s', (upgradePlan, actionUrl) => {
  const { template } = lanes({
    actionUrls: { upgradePlan },
    problemTypeBase: 'https://example.com/p/',
  }).QUOTA_EXCEEDED!;
  const context = { 'authorizer.account': 'acme', 'authorizer.plan': 'pro', 'authorizer.limit': '1000' };
  expect(JSON.parse(render(template, context))).toEqual({
    type: 'https://example.com/p/quota_exceeded',
    title: 'Quota exceeded',
    status: 402,
    detail: expect.any(String),
    reason: 'quota_exceeded',
    account: 'acme',
    plan: 'pro',
    action: 'upgrade_plan',
    actionUrl,
    retryAt: '',
    limit: '1000',
    remaining: '0',
    requestId: '',
  });
});

test('the 429 tells the speed of the plan and how the quota stands, as the authorizer said', () => {
  const told = ['account', 'plan', 'rateLimit', 'burstLimit', 'limit', 'remaining'];
  const context = Object.fromEntries(told.map((name) => [`authorizer.${name}`, `the ${name}`]));
  expect(JSON.parse(render(DEFAULTS.THROTTLED!.template, { ...context, extendedRequestId: 'r' }))).toEqual({
    type: 'about:blank',
    title: 'Too many requests',
    status: 429,
    detail: expect.any(String),
    ...Object.fromEntries(told.map((name) => [name, `the ${name}`])),
    requestId: 'r',
  });
});

describe('no stored value can break a body', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 60 });

  test('safe text stays JSON in every lane', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('account', 'plan', 'detail', 'type', 'actionUrl', 'limit', 'rateLimit'),
          anything,
        ),
        (values) => {
          const context = Object.fromEntries(
            Object.entries(values).map(([name, value]) => [`authorizer.${name}`, safeText(value)]),
          );
          for (const lane of Object.values(DEFAULTS)) {
            const body = render(lane.template, { 'error.messageString': '"said"', ...context });
            expect(() => JSON.parse(body) as unknown).not.toThrow();
          }
        },
      ),
    );
  });

  test('the problems of the domain arrive as they are', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...REASONS),
        anything,
        anything,
        fc.option(fc.nat()),
        (reason, account, plan, at) => {
          const problem = paymentProblem(
            { kind: 'payment-required', reason, ...(at !== null && { retryAt: at }), suggestedPlan: plan },
            { accountId: account },
            plan,
            {
              problemTypeBase: 'https://example.com/',
              actionUrls: { subscribe: 'https://example.com/{account}' },
            },
          );
          const context = Object.fromEntries(
            Object.entries(problem).map(([name, value]) => [`authorizer.${name}`, value]),
          );
          const body = JSON.parse(render(DEFAULTS.ACCESS_DENIED!.template, context)) as Record<
            string,
            unknown
          >;
          expect(body).toEqual({ ...problem, status: 402, requestId: '' });
        },
      ),
    );
  });
});

test('all props', () => {
  const custom = lanes({
    allowOrigin: 'https://app.example.com',
    mediaType: 'application/problem+json',
    retryAfterThrottle: Duration.seconds(2),
    retryAfterFault: Duration.minutes(1),
    challenge: 'ApiKey',
  });
  expect(custom.UNAUTHORIZED!.headers['WWW-Authenticate']).toBe("'ApiKey'");
  expect(custom.THROTTLED!.headers['Retry-After']).toBe("'2'");
  expect(custom.AUTHORIZER_FAILURE!.headers['Retry-After']).toBe("'60'");
  for (const lane of Object.values(custom)) {
    expect(lane.mediaType).toBe('application/problem+json');
    expect(lane.headers['Access-Control-Allow-Origin']).toBe("'https://app.example.com'");
  }
});

test.each<[string, Partial<PaymentRequiredResponsesProps>, string]>([
  ['an origin with a path', { allowOrigin: 'https://example.com/' }, 'AllowOriginInvalid'],
  ['an origin with a quote', { allowOrigin: "https://example.com'" }, 'AllowOriginInvalid'],
  ['two origins', { allowOrigin: 'https://a.example,https://b.example' }, 'AllowOriginInvalid'],
  ['HTML', { mediaType: 'text/html' }, 'MediaTypeInvalid'],
  ['half a second', { retryAfterThrottle: Duration.millis(500) }, 'RetryAfterInvalid'],
  ['no wait', { retryAfterFault: Duration.seconds(0) }, 'RetryAfterInvalid'],
  ['a relative type', { problemTypeBase: 'problems/' }, 'ProblemTypeBaseInvalid'],
  ['a challenge that ends its literal', { challenge: "Bearer'" }, 'ChallengeInvalid'],
])('%s is refused', (_, props, code) => {
  const error = paywallError(() => lanes(props));
  expect(error.rules.map((rule) => rule.code)).toEqual([code]);
  expect(error.constructPath).toBe('Shop/Responses');
});

test('every response is part of the deployment', () => {
  const stack = newStack();
  const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  restApi.root.addMethod('GET', mock());
  const { responses } = new PaymentRequiredResponses(stack, 'Responses', { restApi });
  const [deployment] = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'));
  for (const response of Object.values(responses)) {
    expect(deployment!.DependsOn).toContain(
      stack.getLogicalId(response.node.defaultChild as apigateway.CfnGatewayResponse),
    );
  }
  expect(Object.keys(responses)).toHaveLength(12);
});

test('an API that was imported can have the responses, too', () => {
  const stack = newStack();
  const restApi = apigateway.RestApi.fromRestApiId(stack, 'Api', 'abcdef1234');
  new PaymentRequiredResponses(stack, 'Responses', { restApi });
  Template.fromStack(stack).hasResourceProperties('AWS::ApiGateway::GatewayResponse', {
    RestApiId: 'abcdef1234',
    ResponseType: 'ACCESS_DENIED',
  });
});
