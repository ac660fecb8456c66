/** The instant at which tests stand still. */
export const NOW = Date.parse('2026-05-10T12:00:00Z');
