import type { Message } from '../message';
import { quickstartMessages } from '../messages/quickstart';
import { demoCases } from './cases';
import { curlLine } from './curl';
import type { Demo } from './demo';

/** What a newcomer is shown: where the API is, who may call it, and how. */
export function readyMessage(
  demo: Demo,
  url: string,
  keys: ReadonlyMap<string, string>,
  next: readonly string[],
): Message {
  return quickstartMessages.ready({
    url,
    accounts: Object.values(demo.accounts).map(({ id, shows, plan }) => ({
      id,
      shows,
      plan: plan ?? null,
      key: keys.get(id) ?? '',
    })),
    calls: demoCases(demo).map((demoCase) => ({
      title: demoCase.title,
      expected: demoCase.expected.text,
      curl: curlLine(demoCase, url, keys),
    })),
    next,
  });
}
