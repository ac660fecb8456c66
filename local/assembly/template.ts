import { EngineError } from '../engine-error';

export type Json = Readonly<Record<string, unknown>>;

export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
  readonly NoEcho?: unknown;
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
  /** Whether it has an Fn::ForEach, whose fragments stand where resources, conditions, outputs or properties do. */
  readonly hasLoops: boolean;
}

/** Keys of loops: `Fn::ForEach::<name of the loop>`. */
export const LOOP = 'Fn::ForEach::';
const LOOP_KEY = new RegExp(`"(${LOOP}[^"]*)":`);

// Expanded by CloudFormation itself before anything is created. What LanguageExtensions adds, the resolver knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-languageextensions.html
const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws NotATemplate when one has no type; a loop has its own yet to be made */
export function asResources(resources: object, file: string): Template['Resources'] {
  for (const [logicalId, resource] of Object.entries(resources)) {
    if (logicalId.startsWith(LOOP)) continue;
    if (!isObject(resource) || typeof resource.Type !== 'string') {
      throw new EngineError('NotATemplate', `resource ${logicalId} of ${file} has no "Type"`);
    }
  }
  return resources as Template['Resources'];
}

function asParameters(parameters: object, file: string): Template['Parameters'] {
  for (const [name, parameter] of Object.entries(parameters)) {
    if (!isObject(parameter) || typeof parameter.Type !== 'string') {
      throw new EngineError('NotATemplate', `parameter ${name} of ${file} has no "Type"`);
    }
  }
  return parameters as Template['Parameters'];
}

/**
 * Checks the outer shape of a template.
 *
 * @throws NotATemplate when it has no resources, or a resource or parameter without a type
 * @throws UnsupportedTransform when the template needs a macro, for example AWS::Serverless
 * @throws UnsupportedIntrinsic when a macro stands among its resources
 * @throws InvalidIntrinsic when it has a loop without the transform that expands it
 */
export function asTemplate(document: unknown, file: string): Template {
  if (!isObject(document) || !isObject(document.Resources)) {
    throw new EngineError(
      'NotATemplate',
      `${file} is not a CloudFormation template: it has no "Resources" section; pass a template or a cdk.out directory`,
    );
  }
  const included = Object.entries({ ...document, template: document }).find(
    ([, section]) => isObject(section) && 'Fn::Transform' in section,
  );
  if (included) {
    throw new EngineError(
      'UnsupportedIntrinsic',
      `Fn::Transform in the ${included[0]} of ${file} is not imitated`,
    );
  }
  const Resources = asResources(document.Resources, file);
  const transforms = [document.Transform ?? []].flat().map(String);
  const macros = transforms.filter((name) => name !== LANGUAGE_EXTENSIONS);
  if (macros.length > 0) {
    throw new EngineError(
      'UnsupportedTransform',
      `${file} needs the transform ${macros.join(', ')}, which only CloudFormation can run; pass the processed template`,
    );
  }
  const [, loop] = LOOP_KEY.exec(JSON.stringify([document.Conditions, Resources, document.Outputs])) ?? [];
  if (loop !== undefined && !transforms.includes(LANGUAGE_EXTENSIONS)) {
    throw new EngineError(
      'InvalidIntrinsic',
      `${loop} needs the transform ${LANGUAGE_EXTENSIONS}, which ${file} does not name`,
    );
  }
  const section = (name: string) => (isObject(document[name]) ? document[name] : {});
  return {
    Parameters: asParameters(section('Parameters'), file),
    Mappings: section('Mappings') as Template['Mappings'],
    Conditions: section('Conditions'),
    Resources,
    Outputs: section('Outputs') as Template['Outputs'],
    hasLoops: loop !== undefined,
  };
}
