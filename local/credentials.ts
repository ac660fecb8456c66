/** Shaped like real keys, so that clients accept them, and worth nothing. */
export const DUMMY_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'ASIALOCALENGINE00000',
  AWS_SECRET_ACCESS_KEY: 'local-engine-secret',
  AWS_SESSION_TOKEN: 'local-engine-token',
} as const;
