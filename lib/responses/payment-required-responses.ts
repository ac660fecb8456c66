import { Duration, Tokenization } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { ActionUrls } from '../catalogue/action-urls';
import { renderActionUrls } from '../catalogue/render-action-urls';
import { DEFAULT_PROBLEM_TYPE_BASE } from '../catalogue/defaults';
import { validateProblemTypeBase } from '../catalogue/validate-catalogue';
import { Rules } from '../errors/rules';
import { otherLanes, paywallLanes, type Lane } from './lanes';
import { problemTemplate } from './problem-template';
import type { ResponseOptions } from './response-options';
import { validateChallenge, validateResponses } from './validate-responses';

/** Props of `PaymentRequiredResponses`. */
export interface PaymentRequiredResponsesProps extends ResponseOptions {
  /** The API whose own responses are set. */
  readonly restApi: apigateway.IRestApi;

  /**
   * Scheme of the `WWW-Authenticate` header of a 401.
   *
   * @default 'Bearer'
   */
  readonly challenge?: string;

  /**
   * Absolute URI of the pages of the reasons, the `type` of a problem: `{reason}` in it is replaced by the name of the
   * reason; without, the name is appended.
   *
   * @default - the pages of this project
   */
  readonly problemTypeBase?: string;

  /**
   * Links for the `actionUrl` of a 402 that API Gateway answers without the authorizer's words.
   *
   * @default - no link
   */
  readonly actionUrls?: ActionUrls;
}

/** Headers beyond the safelisted ones that a browser's script may read. */
const EXPOSED_HEADERS = [
  'Retry-After',
  'WWW-Authenticate',
  'x-amzn-ErrorType',
  'x-amzn-RequestId',
  'x-amz-apigw-id',
];

/**
 * The responses that API Gateway makes itself, one status for one meaning: 401 who are you, 402 money fixes it, 403
 * refused although paid, 429 time fixes it, 503 our fault; and the rest in the same shape.
 *
 * A customised type inherits nothing from `DEFAULT_4XX`, so each carries `Cache-Control`, CORS and a problem body.
 *
 * `ACCESS_DENIED` is shared: with these responses the denials of a resource policy or of IAM leave as 402, too.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export class PaymentRequiredResponses extends Construct {
  /** The gateway responses by type, for example `ACCESS_DENIED`. */
  public readonly responses: { [type: string]: apigateway.GatewayResponse };

  /** @throws PaywallError naming every broken rule of the props */
  constructor(scope: Construct, id: string, props: PaymentRequiredResponsesProps) {
    super(scope, id);
    const problemTypeBase = props.problemTypeBase ?? DEFAULT_PROBLEM_TYPE_BASE;
    const rules = new Rules();
    validateResponses(rules, props);
    validateChallenge(rules, props.challenge);
    validateProblemTypeBase(rules, problemTypeBase);
    rules.enforce(this.node.path);

    const lanes = [
      ...paywallLanes({ problemTypeBase, actionUrls: renderActionUrls(props.actionUrls ?? {}) }),
      ...otherLanes(),
    ];
    this.responses = Object.fromEntries(lanes.map((lane) => [lane.type, this.respond(lane, props)]));
  }

  private respond(lane: Lane, props: PaymentRequiredResponsesProps): apigateway.GatewayResponse {
    return new apigateway.GatewayResponse(this, lane.id, {
      restApi: props.restApi,
      type: apigateway.ResponseType.of(lane.type),
      statusCode: lane.status === undefined ? undefined : String(lane.status),
      responseHeaders: headersOf(lane, props),
      templates: { [props.mediaType ?? 'application/json']: problemTemplate(lane.members) },
    });
  }
}

/** Static values carry their own quotes. */
function headersOf(lane: Lane, props: PaymentRequiredResponsesProps): Record<string, string> {
  const retryAfter = {
    throttle: props.retryAfterThrottle ?? Duration.seconds(1),
    fault: props.retryAfterFault ?? Duration.seconds(5),
  };
  return {
    'Cache-Control': `'no-store'`,
    'Access-Control-Allow-Origin': `'${props.allowOrigin ?? '*'}'`,
    'Access-Control-Expose-Headers': `'${EXPOSED_HEADERS.join(',')}'`,
    ...(lane.challenge && { 'WWW-Authenticate': `'${props.challenge ?? 'Bearer'}'` }),
    ...(lane.retryAfter && {
      'Retry-After': `'${Tokenization.stringifyNumber(retryAfter[lane.retryAfter].toSeconds())}'`,
    }),
  };
}
