export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** 2026-05-01T00:00:00Z, milliseconds: the day on which subscriptions of these tests begin. */
export const START = Date.parse('2026-05-01T00:00:00Z');
export const MONTH = 30 * DAY;
export const YEAR = 365 * DAY;
