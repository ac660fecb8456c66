import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { EngineError } from '../engine-error';

const inflate = promisify(inflateRaw);

// Record layouts: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT (4.3)
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_SIZE = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly data: Buffer;
}

function* entries(zip: Buffer): Generator<Entry> {
  let end = zip.length - END_OF_DIRECTORY_SIZE;
  while (end >= 0 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end--;
  if (end < 0) throw new Error('no central directory');
  const count = zip.readUInt16LE(end + 10);
  let at = zip.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    if (zip.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new Error('broken central directory');
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) => zip.readUInt16LE(at + o));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    yield {
      name: zip.toString('utf8', at + 46, at + 46 + nameLength!),
      method: zip.readUInt16LE(at + 10),
      data: zip.subarray(start, start + zip.readUInt32LE(at + 20)),
    };
    at += 46 + nameLength! + extraLength! + commentLength!;
  }
}

async function extract({ name, method, data }: Entry, directory: string): Promise<void> {
  const target = normalize(join(directory, name));
  if (!target.startsWith(normalize(directory) + sep)) throw new Error(`${name} leaves the archive`);
  if (name.endsWith('/')) return;
  if (method !== STORED && method !== DEFLATED) throw new Error(`${name} uses compression method ${method}`);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, method === STORED ? data : await inflate(data));
}

/**
 * Extracts a zip archive (stored and deflated entries, the ones that Lambda accepts).
 *
 * @throws FunctionCodeBroken when it is no zip archive
 */
export async function unzip(file: string, directory: string): Promise<void> {
  const zip = await readFile(file);
  try {
    for (const entry of entries(zip)) await extract(entry, directory);
  } catch (cause) {
    throw new EngineError(
      'FunctionCodeBroken',
      `${file} is not a zip archive that can be extracted: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}
