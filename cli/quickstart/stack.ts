/** Name of the stack unless `--stack-name` says otherwise. */
export const QUICK_START_STACK_NAME = 'PaywallQuickStart';

/** Output of the stack that holds the URL of the API's stage. */
export const URL_OUTPUT = 'ApiUrl';
