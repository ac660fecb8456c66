import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { changeMethodSetting } from './method-settings';

/**
 * Keeps the answers of a method out of the stage's cache, which does not tell callers apart, and out of its data trace:
 * they are one account's, they may show a key, and a cached one would be given to calls that never came in. Where the
 * stage has neither, nothing is written.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function keepPrivate(stage: apigateway.Stage, method: apigateway.Method): void {
  changeMethodSetting(stage, method, ({ cachingEnabled = false, dataTraceEnabled = false }) =>
    cachingEnabled === false && dataTraceEnabled === false
      ? undefined
      : { cachingEnabled: false, dataTraceEnabled: false },
  );
}
