import { Cursor } from './cursor';
import { parseDirective } from './directive';
import { parseReference, startsReference } from './reference';
import { newScope, type Render } from './scope';
import { textOf, type Value } from './value';

/** What ends a block: `#end`, `#else`, `#elseif`. */
export type Terminator = 'end' | 'else' | 'elseif' | 'eof';

export interface Block {
  readonly render: Render;
  readonly terminator: Terminator;
}

/**
 * A mapping template, parsed once.
 *
 * @param text Velocity Template Language, as API Gateway has it
 * @returns renders with the given top-level references; throws `TemplateError` where AWS answers 500
 * @throws TemplateError when the text cannot be parsed
 * @see https://velocity.apache.org/engine/1.7/user-guide.html
 */
export function compileVelocity(text: string): (variables: Readonly<Record<string, Value>>) => string {
  const { render } = parseBlock(new Cursor(text), 'top');
  return (variables) => render(newScope(variables));
}

function parseText(text: string): Render {
  return parseBlock(new Cursor(text), 'top').render;
}

/** @param place at the top, `#end` and `#else` are ordinary text */
export function parseBlock(c: Cursor, place: 'top' | 'nested'): Block {
  const parts: (string | Render)[] = [];
  let terminator: Terminator = 'eof';
  while (!c.done) {
    const literal = c.match(/[^$#\\]+/y);
    if (literal !== undefined) parts.push(literal);
    else if (startsReference(c)) {
      const { evaluate } = parseReference(c, parseText);
      parts.push((scope) => textOf(evaluate(scope)));
    } else if (c.peek() === '#') {
      const item = parseDirective(c, parts, parseText);
      if (typeof item === 'object') {
        if (place === 'nested') {
          terminator = item.terminator;
          break;
        }
        parts.push(item.source);
      } else parts.push(item);
    } else parts.push(escapedOrPlain(c));
  }
  return { render: sequence(parts), terminator };
}

/** `\$` and `\#` print the character; a lone backslash prints itself. */
function escapedOrPlain(c: Cursor): string {
  const escaped = c.match(/\\[$#]/y);
  return escaped !== undefined ? (escaped[1] as string) : (c.match(/[^]/y) as string);
}

function sequence(parts: readonly (string | Render)[]): Render {
  return (scope) => {
    let out = '';
    for (const part of parts) {
      if (scope.signal !== 'none') break;
      out += typeof part === 'string' ? part : part(scope);
    }
    return out;
  };
}
