import { createHmac } from 'node:crypto';
import { digestText } from './digest-text';

/**
 * Keys of an earlier system, which do not name their account: those of API Gateway usage plans above all. Only a
 * peppered HMAC of them is stored, so that a copy of the table is of no use for guessing them.
 */

/** The shortest and the longest key that API Gateway knows. */
export const IMPORTED_KEY_LENGTH = { min: 20, max: 128 } as const;

/**
 * Bits that a key must be worth by {@link estimateEntropy}. Keys that API Gateway made (40 letters and digits) are worth
 * over 100, UUIDs about 120; names, words and counters stay below.
 */
export const LEAST_ENTROPY_BITS = 60;

/** Visible ASCII: what a header can carry. */
const SHAPE = new RegExp(`^[\\x21-\\x7e]{${IMPORTED_KEY_LENGTH.min},${IMPORTED_KEY_LENGTH.max}}$`);

/** Why a key of an earlier system is not taken over. */
export type ImportedKeyFault = 'length' | 'characters' | 'guessable';

/** @returns `undefined` for a key that is good enough; never throws, and reads no more than a key can hold */
export function importedKeyFault(key: string): ImportedKeyFault | undefined {
  if (key.length < IMPORTED_KEY_LENGTH.min || key.length > IMPORTED_KEY_LENGTH.max) return 'length';
  if (!SHAPE.test(key)) return 'characters';
  return estimateEntropy(key) < LEAST_ENTROPY_BITS ? 'guessable' : undefined;
}

/**
 * A low guess at how many bits of chance are in a text: what looks like a word, a sequence or a separator counts for
 * little, whoever made it. Random texts of 40 letters and digits are far above any floor; short ones may fall below it.
 */
export function estimateEntropy(text: string): number {
  const most = Math.min(Math.log2(alphabetOf(text)), Math.log2(new Set(text).size) + 1);
  const words = wordsIn(text);
  let bits = 0;
  for (let i = 0; i < text.length; i += 1) bits += Math.min(most, worthOf(text, i, words));
  return bits;
}

/** What is stored of the key: 43 characters, like the fingerprints of our own keys. */
export function importedFingerprint(pepper: string, key: string): string {
  return digestText(createHmac('sha256', pepper).update(`imported-key.${key}`, 'utf8').digest('base64url'));
}

/** English text holds a bit or two per letter. */
const WORD_BITS = 2;
const WORD = /[a-z]{3,}|[A-Z]{3,}/g;

function wordsIn(text: string): ReadonlySet<number> {
  const positions = new Set<number>();
  for (const { index, 0: word } of text.matchAll(WORD)) {
    for (let i = 0; i < word.length; i += 1) positions.add(index + i);
  }
  return positions;
}

function worthOf(text: string, i: number, words: ReadonlySet<number>): number {
  const character = text[i]!;
  const step = i === 0 ? Infinity : Math.abs(text.charCodeAt(i) - text.charCodeAt(i - 1));
  if (step <= 1 || !/[A-Za-z0-9]/.test(character)) return 1;
  if (words.has(i)) return WORD_BITS;
  return /\d/.test(character) ? Math.log2(10) : Infinity;
}

function alphabetOf(text: string): number {
  if (/^[0-9a-f-]+$/.test(text) || /^[0-9A-F-]+$/.test(text)) return 16;
  const classes = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/\d/, 10],
  ] as const;
  return Math.max(
    1,
    classes.reduce((size, [pattern, count]) => size + (pattern.test(text) ? count : 0), 0),
  );
}
