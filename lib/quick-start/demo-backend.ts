import { Duration } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { BundledFunction } from '../bundle/bundled-function';

/** The API that is for sale in the quick start: it says who called and what is left. */
export class DemoBackend extends BundledFunction {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      bundle: 'demo-backend',
      description: 'Says who called and what is left of the quota',
      timeout: Duration.seconds(5),
      logRetention: logs.RetentionDays.ONE_WEEK,
    });
  }
}
