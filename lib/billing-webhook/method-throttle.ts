import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from '../plan/throttle';

type MethodSetting = apigateway.CfnStage.MethodSettingProperty;

/**
 * Puts a lid on one method. Settings of a method replace those of the stage as a whole, so that they are repeated;
 * a method that has settings already keeps them.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
 */
export function throttleMethod(stage: apigateway.Stage, method: apigateway.Method, throttle: Throttle): void {
  const resource = stage.node.defaultChild as apigateway.CfnStage;
  const settings = (resource.methodSettings ?? []) as MethodSetting[];
  if (!Array.isArray(settings)) return;
  // Slashes within the path are escaped, the first one is not.
  const resourcePath = `/${method.resource.path.replaceAll('/', '~1')}`;
  const { httpMethod } = method;
  if (settings.some((one) => one.resourcePath === resourcePath && one.httpMethod === httpMethod)) return;
  const all = settings.find((one) => one.resourcePath === '/*' && one.httpMethod === '*');
  resource.methodSettings = [
    ...settings,
    {
      ...all,
      resourcePath,
      httpMethod,
      throttlingRateLimit: throttle.rateLimit,
      throttlingBurstLimit: throttle.burstLimit,
    },
  ];
}
