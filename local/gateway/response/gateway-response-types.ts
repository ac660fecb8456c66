/**
 * What API Gateway answers by itself: one row per gateway response type (AG §2).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export interface GatewayResponseDefaults {
  readonly status: number;
  /** `x-amzn-ErrorType`; stays the same when the response is customised. */
  readonly errorType: string;
  /** Text around the message. Key case and the blank after the colon differ by type, as recorded on AWS. */
  readonly prefix: string;
}

const COMPACT = '{"message":';
const SPACED = '{"message": ';
const CAPITAL = '{"Message":';

function row(status: number, errorType: string, prefix = COMPACT): GatewayResponseDefaults {
  return { status, errorType, prefix };
}

export const GATEWAY_RESPONSE_TYPES = {
  ACCESS_DENIED: row(403, 'AccessDeniedException', CAPITAL),
  API_CONFIGURATION_ERROR: row(500, 'InternalServerErrorException', SPACED),
  AUTHORIZER_CONFIGURATION_ERROR: row(500, 'AuthorizerConfigurationException'),
  AUTHORIZER_FAILURE: row(500, 'AuthorizerFailureException'),
  BAD_REQUEST_BODY: row(400, 'BadRequestException', SPACED),
  BAD_REQUEST_PARAMETERS: row(400, 'BadRequestException', SPACED),
  EXPIRED_TOKEN: row(403, 'ExpiredTokenException'),
  INTEGRATION_FAILURE: row(504, 'InternalServerErrorException', SPACED),
  INTEGRATION_TIMEOUT: row(504, 'InternalServerErrorException', SPACED),
  INVALID_API_KEY: row(403, 'ForbiddenException'),
  INVALID_SIGNATURE: row(403, 'InvalidSignatureException'),
  MISSING_AUTHENTICATION_TOKEN: row(403, 'MissingAuthenticationTokenException'),
  QUOTA_EXCEEDED: row(429, 'LimitExceededException'),
  REQUEST_TOO_LARGE: row(413, 'BadRequestException', SPACED),
  RESOURCE_NOT_FOUND: row(404, 'ResourceNotFoundException'),
  THROTTLED: row(429, 'TooManyRequestsException'),
  UNAUTHORIZED: row(401, 'UnauthorizedException'),
  UNSUPPORTED_MEDIA_TYPE: row(415, 'BadRequestException', SPACED),
  WAF_FILTERED: row(403, 'ForbiddenException'),
} as const;

export type GatewayResponseType = keyof typeof GATEWAY_RESPONSE_TYPES;

export const GATEWAY_RESPONSE_TYPE_NAMES = Object.keys(GATEWAY_RESPONSE_TYPES) as GatewayResponseType[];

/** The family whose customisation an uncustomised type takes over: by its default status (AG §2.1). */
export function familyOf(type: GatewayResponseType): 'DEFAULT_4XX' | 'DEFAULT_5XX' {
  return GATEWAY_RESPONSE_TYPES[type].status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX';
}
