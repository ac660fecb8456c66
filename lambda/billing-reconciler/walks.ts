import { accountWalk } from './account-walk';
import { eventWalk, LINK_EVENTS, OTHER_EVENTS } from './event-walk';
import type { Walk } from './finding';
import type { ReconcilerPorts } from './ports';
import type { Pass, Phase } from './progress';
import { subscriptionWalk } from './subscription-walk';

/** What a phase of a pass looks at. */
export function walkOf(phase: Phase, { since, until }: Pass, ports: ReconcilerPorts): Walk {
  switch (phase) {
    case 'links':
      return eventWalk(ports, { types: LINK_EVENTS, since, until });
    case 'subscriptions':
      return subscriptionWalk(ports);
    case 'events':
      return eventWalk(ports, { types: OTHER_EVENTS, since, until });
    case 'accounts':
      return accountWalk(ports);
  }
}
