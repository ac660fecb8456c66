import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

export type MethodSetting = apigateway.CfnStage.MethodSettingProperty;

/** How settings name a path: its slashes are escaped, the first one is not. */
export function settingPath(path: string): string {
  return `/${path.replaceAll('/', '~1')}`;
}

/**
 * Changes the settings of one method. They replace those of the stage as a whole, so that these are repeated.
 *
 * @param change what to set, by what is in force; `undefined`: nothing is written
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html
 */
export function changeMethodSetting(
  stage: apigateway.Stage,
  method: apigateway.Method,
  change: (inForce: MethodSetting, isOwn: boolean) => MethodSetting | undefined,
): void {
  const resource = stage.node.defaultChild as apigateway.CfnStage;
  const settings = (resource.methodSettings ?? []) as MethodSetting[];
  if (!Array.isArray(settings)) return;
  const resourcePath = settingPath(method.resource.path);
  const { httpMethod } = method;
  const own = settings.find((one) => one.resourcePath === resourcePath && one.httpMethod === httpMethod);
  const ofStage = settings.filter(
    (one) => one.resourcePath === '/*' && ['*', httpMethod].includes(one.httpMethod ?? ''),
  );
  const inForce: MethodSetting = own ?? Object.assign({}, ...ofStage);
  const changed = change(inForce, own !== undefined);
  if (changed === undefined) return;
  resource.methodSettings = [
    ...settings.filter((one) => one !== own),
    { ...inForce, resourcePath, httpMethod, ...changed },
  ];
}
