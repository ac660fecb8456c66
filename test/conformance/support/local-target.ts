import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkGatewayResources, startGateway } from '../../../local/gateway';
import { type ApiName, type Targets } from '../case';
import { BACKEND_PARAMETER, ConformanceStack } from '../stack/conformance-stack';
import { startHttpBackend } from './http-backend';
import { InlineFunctions } from './inline-functions';
import { resolveTemplate } from './resolve-template';

/** Serves the conformance stack on this machine. */
export async function startLocalTarget(): Promise<{ readonly targets: Targets; close(): Promise<void> }> {
  const backend = await startHttpBackend();
  const template = Template.fromStack(new ConformanceStack(new App(), 'Conformance')).toJSON();
  const stack = resolveTemplate(template as never, { [BACKEND_PARAMETER]: backend.url });
  const findings = checkGatewayResources([stack]);
  if (findings.length > 0) throw new Error(JSON.stringify(findings, null, 2));
  const functions = new InlineFunctions(stack);
  const gateway = await startGateway({
    stacks: [stack],
    functions,
    clock: { now: () => Date.now() },
    port: 0,
  });
  const targets = Object.fromEntries(gateway.apis.map((api) => [api.name, api.url])) as Record<
    ApiName,
    string
  >;
  return {
    targets,
    close: async () => {
      await gateway.close();
      backend.close();
    },
  };
}
