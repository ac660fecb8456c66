import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionBundle } from '../bundle/function-bundle';

/** The API that is for sale in the quick start: it says who called and what is left. */
export class DemoBackend extends Construct {
  public readonly handler: lambda.Function;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    this.handler = new lambda.Function(this, 'Resource', {
      description: 'Says who called and what is left of the quota',
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(functionBundle('demo-backend', this.node.path)),
      role,
      memorySize: 256,
      timeout: Duration.seconds(5),
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
    });
  }
}
