import { describe, expect, test } from 'vitest';
import { concat } from './bytes.testing';
import { FormatError } from './errors';
import {
  answerList,
  assemble,
  payload,
  python2Pack,
  python2TextPack,
  python3Pack,
  u32,
} from './pickle.testing';
import { indexVerificationPack } from './verificationPack';

const index = (bytes: Uint8Array<ArrayBuffer>) =>
  indexVerificationPack(new Blob([bytes]), 'lfw.bin');

/** Either a list, every member of which reads or says why not, or a failure in our own words. */
async function survives(bytes: Uint8Array<ArrayBuffer>): Promise<'read' | 'refused'> {
  try {
    const { members } = await index(bytes);
    for (const member of members) {
      await member.read().catch((error: unknown) => {
        if (!(error instanceof FormatError)) throw error;
      });
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return 'refused';
  }
}

const SMALL = [payload(1, 20), payload(2, 400), payload(3, 7), payload(4, 30)];
const HOSTS: readonly (readonly [string, Uint8Array<ArrayBuffer>])[] = [
  ['Python 2, protocol 2', python2Pack(SMALL, [true, false])],
  ['Python 2, protocol 0', python2TextPack(["'a\\x00'", "'b'"], [true])],
  ['bytes, protocol 4', python3Pack(SMALL, answerList(true, false))],
  [
    'NumPy arrays',
    concat(
      assemble(0x80, 3, ']q', 0, '('),
      assemble('cnumpy.core.multiarray\n_reconstruct\nq', 1, 'cnumpy\nndarray\nq', 2, 'K', 0, 0x85),
      assemble(
        'C',
        1,
        'b',
        0x87,
        'R(K',
        1,
        'K',
        3,
        0x85,
        'cnumpy\ndtype\nX',
        u32(2),
        'u1',
        0x89,
        0x88,
      ),
      assemble(0x87, 'R(K', 3, 'X', u32(1), '|NNNJ', u32(0xffffffff), 'J', u32(0xffffffff), 'K', 0),
      assemble('tb', 0x89, 'C', 3, 'abctbC', 2, 'xye'),
      answerList(true),
      assemble(0x86, '.'),
    ),
  ],
];

describe.each(HOSTS)('hostile bytes: %s', (_, bytes) => {
  test('is read as it is', async () => {
    expect(await survives(bytes)).toBe('read');
  });

  test('cut short at every byte', async () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(await survives(bytes.slice(0, length))).toBe('refused');
    }
  });

  test('with single bits turned, and with bytes that are others', async () => {
    let state = 0x2545f491;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const seen = new Set<string>();
    for (let round = 0; round < 400; round += 1) {
      const damaged = Uint8Array.from(bytes);
      for (let turn = 0; turn <= round % 3; turn += 1) {
        damaged[random(damaged.length)]! ^= round % 2 === 0 ? 1 << random(8) : random(256);
      }
      seen.add(await survives(damaged));
    }
    expect(seen).toContain('refused');
  });
});
