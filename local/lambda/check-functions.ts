import { type EngineFinding } from '../contract';
import { type FunctionSpec, isNodeRuntime } from './function-spec';

/** CloudFormation replaces these while deploying, with values that only AWS has. */
const DYNAMIC_REFERENCE = /\{\{resolve:(ssm|ssm-secure|secretsmanager):/;

/** Lists what of the functions is not imitated. `reached` are those that requests can come to. */
export function checkFunctions(
  specs: readonly FunctionSpec[],
  reached: ReadonlySet<FunctionSpec>,
): EngineFinding[] {
  const notice = (spec: FunctionSpec, code: string, message: string): EngineFinding => ({
    severity: 'notice',
    code,
    message,
    path: spec.path,
  });
  return specs.flatMap((spec) => {
    const findings: EngineFinding[] = [];
    if (!isNodeRuntime(spec) && !reached.has(spec)) {
      const what = spec.runtime ?? 'a container image';
      findings.push(notice(spec, 'RuntimeNotImitated', `function ${spec.name} (${what}) cannot run locally`));
    }
    if (spec.layers > 0) {
      findings.push(notice(spec, 'LayersNotImitated', `function ${spec.name} runs without its layers`));
    }
    for (const [name, value] of Object.entries(spec.environment)) {
      if (!DYNAMIC_REFERENCE.test(value)) continue;
      const message = `variable ${name} of function ${spec.name} keeps the text ${value}`;
      findings.push(notice(spec, 'DynamicReferenceNotResolved', message));
    }
    return findings;
  });
}
