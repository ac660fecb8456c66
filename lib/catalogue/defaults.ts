/** First part of every API key where the seller has chosen none. */
export const DEFAULT_KEY_PREFIX = 'pw';

/** The pages of this project, one per reason. */
export const DEFAULT_PROBLEM_TYPE_BASE =
  'https://github.com/cdk-api-paywall/cdk-api-paywall/blob/main/docs/problems/{reason}.md';
