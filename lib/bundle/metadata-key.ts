/** Key of a function's metadata in the template, by which tools find it. */
export const METADATA_KEY = 'cdk-api-paywall';
