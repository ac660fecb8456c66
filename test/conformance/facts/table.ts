import { type Fact, FACTS, type Proof } from './index';

const HEAD = `# What the local engine is held to

The facts of the sheet on REST APIs (\`AG\`) that concern requests, and what holds each of them: a case of
\`test/conformance\`, which can be sent to AWS as well, a test below \`test/local\`, or, where the sheet itself does not
confirm the fact, a row of the [choices](local-engine.md#choices). \`npx jest test/conformance\` checks that all of these
exist and that this page tells of them; \`UPDATE_DOCS=1\` before it writes the page.
`;

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function shown(proof: Proof): string {
  switch (proof.kind) {
    case 'case':
      return `case _${proof.api}: ${proof.name}_`;
    case 'test':
      return `\`${proof.file}\``;
    case 'choice':
      return `choice: ${proof.question}`;
    case 'not-imitated':
      return `**not imitated**: ${proof.why}`;
  }
}

function row({ section, text, proofs }: Fact): string {
  const held = [...new Set(proofs.map(shown))].join('; ');
  return `| ${section} | ${cell(text)} | ${cell(held)} |`;
}

/** The page docs/conformance.md, before it is formatted. */
export function page(): string {
  const rows = FACTS.map(row).join('\n');
  return `${HEAD}\n| AG | Fact | Held by |\n| --- | --- | --- |\n${rows}\n`;
}
