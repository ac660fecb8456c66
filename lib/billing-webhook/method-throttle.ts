import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { changeMethodSetting } from '../paywall/method-settings';
import type { Throttle } from '../plan/throttle';

/** Puts a lid on one method; one that has settings already keeps them. */
export function throttleMethod(stage: apigateway.Stage, method: apigateway.Method, throttle: Throttle): void {
  changeMethodSetting(stage, method, (_inForce, isOwn) =>
    isOwn
      ? undefined
      : { throttlingRateLimit: throttle.rateLimit, throttlingBurstLimit: throttle.burstLimit },
  );
}
