import { CfnOutput, CfnParameter, Stack, type StackProps } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { type Construct } from 'constructs';
import { type ApiName } from '../case';
import { addAuthorizers } from './authorizers';
import { addCors } from './cors';
import { ECHO } from './handlers';
import { addHttp } from './http';
import { addKeys } from './keys';
import { addLambda } from './lambda';
import { addMappings } from './mappings';
import { addResponses } from './responses';
import { addRouting } from './routing';
import { addValidation } from './validation';

/** Parameter: base URL of an HTTP backend that answers with what it was sent, see `support/http-backend.ts`. */
export const BACKEND_PARAMETER = 'BackendUrl';

/** Everything that the cases call, deployable as it is; each API's URL is an output of its name. */
export class ConformanceStack extends Stack {
  readonly backendUrl: string;
  private readonly functions = new Map<string, lambda.Function>();

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    this.backendUrl = new CfnParameter(this, BACKEND_PARAMETER).valueAsString;
    addRouting(this);
    addResponses(this);
    addAuthorizers(this);
    addKeys(this);
    addHttp(this);
    addMappings(this);
    addValidation(this);
    addLambda(this);
    addCors(this);
  }

  api(name: ApiName, props: Partial<apigateway.RestApiProps> = {}): apigateway.RestApi {
    const api = new apigateway.RestApi(this, name, {
      cloudWatchRole: false,
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      ...props,
    });
    new CfnOutput(this, `${name}Url`, { value: api.url });
    return api;
  }

  /** One function per piece of code. */
  fn(name: string, code: string): lambda.Function {
    let fn = this.functions.get(name);
    if (!fn) {
      fn = new lambda.Function(this, name, {
        runtime: lambda.Runtime.NODEJS_22_X,
        handler: 'index.handler',
        code: lambda.Code.fromInline(code),
      });
      this.functions.set(name, fn);
    }
    return fn;
  }

  echo(): apigateway.LambdaIntegration {
    return new apigateway.LambdaIntegration(this.fn('EchoFunction', ECHO));
  }
}

/** A MOCK integration that answers 200 with this template. */
export function mock(template: string): apigateway.MockIntegration {
  return new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{ statusCode: 200 }' },
    integrationResponses: [{ statusCode: '200', responseTemplates: { 'application/json': template } }],
  });
}

export const OK = { methodResponses: [{ statusCode: '200' }] };
