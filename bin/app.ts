import { App } from 'aws-cdk-lib';
import { QuickStartStack } from '../lib/quick-start/quick-start-stack';

const app = new App();
const name = (app.node.tryGetContext('stackName') as string | undefined) ?? 'PaywallQuickStart';
new QuickStartStack(app, name);
