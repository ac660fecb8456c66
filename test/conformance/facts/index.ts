import { AUTHORIZATION_FACTS } from './authorization';
import { REQUEST_FACTS } from './requests';
import { RESPONSE_FACTS } from './responses';

export { type Fact, type Proof } from './fact';

const numberOf = (section: string): number => Number(/^§(\d+)/.exec(section)![1]);

/** Every fact of the sheet that concerns requests, in its order. */
export const FACTS = [...AUTHORIZATION_FACTS, ...RESPONSE_FACTS, ...REQUEST_FACTS].sort(
  (a, b) => numberOf(a.section) - numberOf(b.section),
);
