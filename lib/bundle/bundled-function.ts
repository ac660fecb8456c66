import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { functionBundle } from './function-bundle';

export interface BundledFunctionProps {
  /** Folder of `dist/lambda`. */
  readonly bundle: string;
  readonly description: string;
  readonly environment?: Record<string, string>;
  readonly timeout?: Duration;
  readonly memorySize?: number;
  readonly logRetention?: logs.RetentionDays;
  /** Whether the function may go on invoking itself; absent: Lambda stops it. */
  readonly recursiveLoop?: lambda.RecursiveLoop;
  /** Code, when more than the bundle has to be in it. */
  readonly code?: lambda.Code;
}

/** A function of this package: current runtime, own log group, and a role that may write to that log and no more. */
export class BundledFunction extends Construct {
  public readonly handler: lambda.Function;
  public readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new logs.LogGroup(this, 'LogGroup', {
      retention: props.logRetention ?? logs.RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not the managed basic execution role: that one may write to every log group of the account.
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(this.role);
    this.handler = new lambda.Function(this, 'Resource', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code ?? lambda.Code.fromAsset(functionBundle(props.bundle, this.node.path)),
      role: this.role,
      memorySize: props.memorySize ?? 256,
      timeout: props.timeout ?? Duration.seconds(10),
      logGroup,
      recursiveLoop: props.recursiveLoop,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: props.environment,
    });
  }
}
