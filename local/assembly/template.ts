import { EngineError } from '../engine-error';

export type Json = Readonly<Record<string, unknown>>;

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly AllowedValues?: readonly unknown[];
  readonly AllowedPattern?: string;
  readonly MinLength?: number | string;
  readonly MaxLength?: number | string;
  readonly MinValue?: number | string;
  readonly MaxValue?: number | string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Json;
  readonly Metadata?: Json;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** The sections of a CloudFormation template that change what a resource resolves to. */
export interface Template {
  readonly Parameters: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly Conditions: Json;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs: Readonly<Record<string, TemplateOutput>>;
}

// Expanded by CloudFormation itself before anything is created. LanguageExtensions only adds functions that the
// resolver knows (Fn::Length, Fn::ToJsonString), besides Fn::ForEach, which it refuses by name.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-languageextensions.html
const HARMLESS_TRANSFORMS = ['AWS::LanguageExtensions'];

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Checks the outer shape of a template.
 *
 * @throws NotATemplate when it has no resources, or a resource without a type
 * @throws UnsupportedTransform when the template needs a macro, for example AWS::Serverless
 */
export function asTemplate(document: unknown, file: string): Template {
  if (!isObject(document) || !isObject(document.Resources)) {
    throw new EngineError(
      'NotATemplate',
      `${file} is not a CloudFormation template: it has no "Resources" section; pass a template or a cdk.out directory`,
    );
  }
  for (const [logicalId, resource] of Object.entries(document.Resources)) {
    if (logicalId.startsWith('Fn::')) {
      throw new EngineError(
        'UnsupportedIntrinsic',
        `${logicalId} among the resources of ${file} is not imitated`,
      );
    }
    if (!isObject(resource) || typeof resource.Type !== 'string') {
      throw new EngineError('NotATemplate', `resource ${logicalId} of ${file} has no "Type"`);
    }
  }
  const transforms = [document.Transform ?? []]
    .flat()
    .filter((t) => !HARMLESS_TRANSFORMS.includes(String(t)));
  if (transforms.length > 0) {
    throw new EngineError(
      'UnsupportedTransform',
      `${file} needs the transform ${transforms.join(', ')}, which only CloudFormation can run; pass the processed template`,
    );
  }
  const section = (name: string) => (isObject(document[name]) ? document[name] : {});
  return {
    Parameters: section('Parameters') as Template['Parameters'],
    Mappings: section('Mappings') as Template['Mappings'],
    Conditions: section('Conditions'),
    Resources: document.Resources as Template['Resources'],
    Outputs: section('Outputs') as Template['Outputs'],
  };
}
