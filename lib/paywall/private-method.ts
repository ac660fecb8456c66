import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

type MethodSetting = apigateway.CfnStage.MethodSettingProperty;

/**
 * Keeps the answers of a method out of the stage's cache, which does not tell callers apart, and out of its data trace:
 * they are one account's, they may show a key, and a cached one would be given to calls that never came in. Where the stage has neither, nothing is written.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function keepPrivate(stage: apigateway.Stage, method: apigateway.Method): void {
  const resource = stage.node.defaultChild as apigateway.CfnStage;
  const settings = (resource.methodSettings ?? []) as MethodSetting[];
  if (!Array.isArray(settings)) return;
  // Slashes within the path are escaped, the first one is not.
  const resourcePath = `/${method.resource.path.replaceAll('/', '~1')}`;
  const { httpMethod } = method;
  const own = settings.find((one) => one.resourcePath === resourcePath && one.httpMethod === httpMethod);
  const ofStage = settings.filter(
    (one) => one.resourcePath === '/*' && ['*', httpMethod].includes(one.httpMethod ?? ''),
  );
  // Settings of a method replace those of the stage as a whole, so that they are repeated.
  const inForce: MethodSetting = own ?? Object.assign({}, ...ofStage);
  const { cachingEnabled = false, dataTraceEnabled = false } = inForce;
  if (cachingEnabled === false && dataTraceEnabled === false) return;
  resource.methodSettings = [
    ...settings.filter((one) => one !== own),
    { ...inForce, resourcePath, httpMethod, cachingEnabled: false, dataTraceEnabled: false },
  ];
}
