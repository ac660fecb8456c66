import { StackDeployer } from '../../cli/aws/toolkit';

jest.mock('@aws-cdk/toolkit-lib', () => {
  throw Object.assign(new Error("Cannot find module '@aws-cdk/toolkit-lib'"), { code: 'MODULE_NOT_FOUND' });
});

test('without the CDK toolkit: says what to install, and what else would do', async () => {
  await expect(StackDeployer.open({}, () => undefined)).rejects.toMatchObject({
    code: 'ToolkitMissing',
    exitCode: 1,
    fix: expect.stringMatching(/npm install --save-dev @aws-cdk\/toolkit-lib@\S+.*npx cdk deploy/),
  });
});
