import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { detailOf } from '../../lambda/billing-webhook/event-bridge-bus';
import type { AccountEvent } from '../../lambda/billing/billing-table';
import { AccountEventType, type AccountEventDetail } from '../../lib';
import { NEVER } from '../../lib/domain/account';
import { SUBSCRIPTION_STATUSES } from '../../lib/domain/access';
import { BILLING_EVENT_TYPES } from '../../lib/domain/billing/account-events';
import { ROOT } from './markdown';

const FILE = join(ROOT, 'docs/events.md');
/** With `UPDATE_DOCS=1` the sections are written instead of compared. */
const UPDATE = process.env.UPDATE_DOCS === '1';

const EVENT: AccountEvent = {
  id: 'acme-3',
  account: 'acme',
  sequence: 3,
  type: 'plan.changed',
  at: Date.parse('2026-05-01T12:00:00Z'),
  plan: 'pro',
  previousPlan: 'basic',
  standing: 'active',
  accessUntil: Date.parse('2026-06-01T18:00:00Z'),
  lapseReason: 'payment_failed',
};

interface Member {
  readonly name: string;
  readonly optional: boolean;
  readonly value?: string;
  readonly doc: string;
}

/** The members of the one type of a file of the library, with their docstrings. */
function membersOf(file: string): Member[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(ROOT, 'lib/account-events', file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const type = source.statements.find((one) => ts.isInterfaceDeclaration(one) || ts.isEnumDeclaration(one))!;
  return (type as ts.InterfaceDeclaration | ts.EnumDeclaration).members.map((member) => {
    const [comment] = ts.getJSDocCommentsAndTags(member);
    const value = ts.isEnumMember(member) ? member.initializer?.getText().slice(1, -1) : undefined;
    return {
      name: member.name!.getText(),
      optional: ts.isPropertySignature(member) && member.questionToken !== undefined,
      ...(value !== undefined && { value }),
      doc: ts.getTextOfJSDocComment(comment!.comment as string)!.replace(/\s+/g, ' '),
    };
  });
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const SECTIONS: Readonly<Record<string, () => string>> = {
  types: () =>
    table(
      ['Detail type', 'What has happened'],
      membersOf('account-event-type.ts').map(({ value, doc }) => [`\`${value}\``, doc]),
    ),
  detail: () =>
    table(
      ['Member', 'Meaning'],
      membersOf('account-event-detail.ts').map(({ name, doc }) => [`\`${name}\``, doc]),
    ),
  example: () => ['```json', JSON.stringify(detailOf(EVENT), undefined, 2), '```'].join('\n'),
};

/** Without what the formatter aligns. */
const compact = (text: string): string => text.replace(/-{3,}/g, '---').replace(/ +/g, ' ').trim();

test.each(Object.keys(SECTIONS))('section %s of the guide is what the code does', (name) => {
  const docs = readFileSync(FILE, 'utf8');
  const section = new RegExp(`(?<=<!-- ${name} -->\\n)[\\s\\S]*?(?=<!-- /${name} -->)`);
  const generated = SECTIONS[name]!();
  if (UPDATE)
    writeFileSync(
      FILE,
      docs.replace(section, () => `\n${generated}\n\n`),
    );
  else expect(compact(section.exec(docs)![0])).toBe(compact(generated));
});

test('the types of the library are those that are sent', () => {
  expect([...Object.values(AccountEventType)].sort()).toEqual([...BILLING_EVENT_TYPES].sort());
});

describe('what is sent has the members of AccountEventDetail', () => {
  const members = membersOf('account-event-detail.ts');

  test('all of them, and no other', () => {
    expect(Object.keys(detailOf(EVENT)).sort()).toEqual(members.map(({ name }) => name).sort());
  });

  test('without what is optional', () => {
    // As it comes out of the outbox.
    const stored = { ...EVENT, plan: undefined, previousPlan: undefined, accessUntil: NEVER };
    const detail = detailOf(JSON.parse(JSON.stringify(stored)) as AccountEvent);
    const needed = members.filter(({ optional }) => !optional).map(({ name }) => name);
    expect(Object.keys(detail).sort()).toEqual(needed.sort());
    expect(JSON.stringify(detail)).not.toContain('null');
  });

  test('of its types', () => {
    const detail: AccountEventDetail = detailOf(EVENT) as AccountEventDetail;
    expect(typeof detail.sequence).toBe('number');
    expect(new Date(detail.at).toISOString()).toBe(detail.at);
    expect(new Date(detail.accessUntil!).toISOString()).toBe(detail.accessUntil);
  });

  test('standing lists every status', () => {
    const { doc } = members.find(({ name }) => name === 'standing')!;
    for (const status of SUBSCRIPTION_STATUSES) expect(doc).toContain(`\`${status}\``);
  });
});
