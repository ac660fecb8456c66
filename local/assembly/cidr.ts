import { isIP } from 'node:net';
import { EngineError } from '../engine-error';

/** As `Fn::Cidr` allows them. */
const MAX_BLOCKS = 256;

function toNumber(address: string, isV6: boolean): bigint {
  if (!isV6) return address.split('.').reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const [head = '', tail] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function toText(address: bigint, isV6: boolean): string {
  if (!isV6) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (address >> BigInt(112 - 16 * i)) & 65_535n);
  // The URL parser shortens zeros as RFC 5952 has it.
  return new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}

/**
 * Blocks of 2^`bits` addresses each, one after the other from the start of `block`.
 *
 * @throws EngineError InvalidIntrinsic
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
 */
export function cidrBlocks(block: string, count: number, bits: number): string[] {
  const [base = '', length = ''] = block.split('/');
  const version = isIP(base);
  const width = version === 6 ? 128 : 32;
  const prefix = width - bits;
  const isAddress = version === 4 || (version === 6 && !base.includes('.'));
  if (!isAddress || !/^\d+$/.test(length) || Number(length) > width)
    throw new EngineError('InvalidIntrinsic', `Fn::Cidr needs a block of addresses, got ${block}`);
  if (!Number.isInteger(count) || count < 1 || count > MAX_BLOCKS)
    throw new EngineError('InvalidIntrinsic', `Fn::Cidr makes 1 to ${MAX_BLOCKS} blocks, not ${count}`);
  if (
    !Number.isInteger(bits) ||
    bits < 0 ||
    prefix < Number(length) ||
    count > 2 ** (prefix - Number(length))
  )
    throw new EngineError(
      'InvalidIntrinsic',
      `Fn::Cidr: ${count} blocks of /${prefix} do not fit into ${block}`,
    );
  const start = toNumber(base, version === 6);
  return Array.from(
    { length: count },
    (_, i) => `${toText(start + (BigInt(i) << BigInt(bits)), version === 6)}/${prefix}`,
  );
}
