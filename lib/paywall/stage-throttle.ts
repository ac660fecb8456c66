import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from '../plan/throttle';

export const DEFAULT_STAGE_THROTTLE: Throttle = { rateLimit: 1000, burstLimit: 1000 };

type MethodSetting = apigateway.CfnStage.MethodSettingProperty;

/**
 * Puts a lid on every method of the stage that has none: floods end at API Gateway, before they cost an invocation.
 * Settings that the stage has already are kept.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttleStage(stage: apigateway.Stage, throttle: Throttle): void {
  const resource = stage.node.defaultChild as apigateway.CfnStage;
  const settings = resource.methodSettings ?? [];
  if (!Array.isArray(settings)) return;
  const all = (settings as MethodSetting[]).find((s) => s.resourcePath === '/*' && s.httpMethod === '*');
  if (all?.throttlingRateLimit !== undefined || all?.throttlingBurstLimit !== undefined) return;
  resource.methodSettings = [
    ...(settings as MethodSetting[]).filter((setting) => setting !== all),
    {
      ...all,
      resourcePath: '/*',
      httpMethod: '*',
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
    },
  ];
}
