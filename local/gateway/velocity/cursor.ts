import { TemplateError } from './scope';

/** Reading position in a template's text. */
export class Cursor {
  at = 0;

  constructor(readonly text: string) {}

  get done(): boolean {
    return this.at >= this.text.length;
  }

  peek(length = 1): string {
    return this.text.substr(this.at, length);
  }

  /** Moves past `token` if it comes next. */
  eat(token: string): boolean {
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  expect(token: string): void {
    this.skipSpace();
    if (!this.eat(token)) throw new TemplateError(`expected ${token} at offset ${this.at} of the template`);
  }

  /** Text matched by a sticky expression, or undefined. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.at;
    const hit = sticky.exec(this.text);
    if (!hit) return undefined;
    this.at += hit[0].length;
    return hit[0];
  }

  skipSpace(): void {
    this.match(/\s*/y);
  }
}
