/** What the process costs without any code of a paywall. */
export const decideOnce = (): Promise<void> => Promise.resolve();
