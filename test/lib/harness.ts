import { App, Stack, type AppProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import { PaidApi, Paywall, Plan, type PaidApiProps, type PaywallProps } from '../../lib';
import { PaywallError } from '../../lib/errors/paywall-error';

export const FREE = Plan.free('free');

export function newStack(props: AppProps = {}): Stack {
  const app = new App({
    analyticsReporting: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
    ...props,
  });
  return new Stack(app, 'Shop');
}

/** A `PaidApi` with the one method `GET /reports`. */
export function paidApi(props: Partial<PaidApiProps> = {}, stack = newStack()): PaidApi {
  const api = new PaidApi(stack, 'Api', { plans: [FREE], ...props });
  api.root.addResource('reports').addMethod('GET', mock());
  return api;
}

/** A `RestApi` with the one method `GET /reports`, and a `Paywall` around it. */
export function paywalled(props: Partial<PaywallProps> = {}): {
  stack: Stack;
  restApi: apigateway.RestApi;
  paywall: Paywall;
} {
  const stack = newStack();
  const restApi = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  restApi.root.addResource('reports').addMethod('GET', mock());
  return { stack, restApi, paywall: new Paywall(stack, 'Paywall', { restApi, plans: [FREE], ...props }) };
}

/** Every call makes an integration of its own: CDK binds each to one method. */
export function mock(): apigateway.MockIntegration {
  return new apigateway.MockIntegration();
}

export function resourcesOf(stack: Stack, type: string): { id: string; properties: Record<string, any> }[] {
  return Object.entries(Template.fromStack(stack).findResources(type)).map(([id, resource]) => ({
    id,
    properties: resource.Properties as Record<string, any>,
  }));
}

/** Properties of the methods, by `VERB construct path of the resource`, for example `GET /reports`. */
export function methodsOf(stack: Stack): Record<string, Record<string, any>> {
  const template = Template.fromStack(stack);
  const parts = template.findResources('AWS::ApiGateway::Resource');
  const pathOf = (id: unknown): string => {
    const ref = (id as { Ref?: string }).Ref;
    if (ref === undefined) return '';
    const { ParentId, PathPart } = parts[ref]!.Properties as { ParentId: unknown; PathPart: string };
    return `${pathOf(ParentId)}/${PathPart}`;
  };
  return Object.fromEntries(
    Object.values(template.findResources('AWS::ApiGateway::Method')).map(({ Properties }) => [
      `${Properties.HttpMethod as string} ${pathOf(Properties.ResourceId) || '/'}`,
      Properties as Record<string, any>,
    ]),
  );
}

export function deploymentId(stack: Stack): string {
  const [deployment] = resourcesOf(stack, 'AWS::ApiGateway::Deployment');
  return deployment!.id;
}

/** The error that `act` throws, which must be ours. */
export function paywallError(act: () => unknown): PaywallError {
  try {
    act();
  } catch (error) {
    if (error instanceof PaywallError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
