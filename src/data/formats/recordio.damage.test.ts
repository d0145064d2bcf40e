/**
 * Damage of every kind at every place of small RecordIO sets: each image is there, or there is a reason
 * why not; nothing is read outside the file, and nothing but a FormatError is thrown by a read.
 */
import { describe, expect, test } from 'vitest';
import { bytesOf, concat, greyPgm } from './bytes.testing';
import { FormatError } from './errors';
import { openRecordIO } from './recordio';
import { MAGIC_BYTES, makeRecordIO } from './recordio.testing';
import { contentOf, watched } from './virtualBlob.testing';

/** Thousands of small sets are opened. */
const TIMEOUT = { timeout: 60_000 };

const SPLIT = concat(greyPgm(21), bytesOf('.'), MAGIC_BYTES, MAGIC_BYTES, bytesOf('end!'));
const PEOPLE = [[greyPgm(10), greyPgm(11, 5)], [greyPgm(20), SPLIT], [greyPgm(30, 3)]];

interface Damaged {
  readonly rec: Uint8Array;
  readonly idx: Uint8Array | null;
  readonly list: Uint8Array | null;
}

/** How many images come out, and whether anything says why some do not. */
async function outcome({ rec, idx, list }: Damaged): Promise<{ whole: number; reasons: number }> {
  const index = await openRecordIO({
    rec: watched(rec),
    idx: idx === null ? null : watched(idx),
    list: list === null ? null : watched(list),
    meta: null,
    property: null,
    name: 'train.rec',
  });
  const read = await Promise.allSettled(index.members.map((member) => member.read()));
  const failed = read.filter((result) => result.status === 'rejected');
  for (const { reason } of failed) expect(reason).toBeInstanceOf(FormatError);
  const given = index.skipped.length + index.notes.length + (index.problem === null ? 0 : 1);
  return { whole: read.length - failed.length, reasons: given + failed.length };
}

describe.each([
  ['table of identities with its index', 'table', ['idx']],
  ['table of identities without an index', 'table', []],
  ['images alone with their index', 'plain', ['idx']],
  ['images alone with index and list', 'plain', ['idx', 'list']],
  ['images alone without an index', 'plain', []],
] as const)('%s', (_, convention, beside) => {
  const set = makeRecordIO(PEOPLE, { convention });
  const load = async (): Promise<Damaged> => {
    const text = async (name: 'idx' | 'list') => {
      return beside.some((other) => other === name) ? contentOf(set[name]) : null;
    };
    return { rec: await contentOf(set.rec), idx: await text('idx'), list: await text('list') };
  };

  test('the whole set has no reason to give', async () => {
    expect(await outcome(await load())).toEqual({ whole: 5, reasons: 0 });
  });

  test('cut short anywhere', TIMEOUT, async () => {
    const whole = await load();
    // Without an index a set that ends with a record is the whole of a smaller set.
    const ends = whole.idx === null ? (await set.idx.text()).match(/\d+$/gm) : null;
    for (let length = 0; length < whole.rec.length; length += 1) {
      const cut = whole.rec.subarray(0, length);
      const { whole: count, reasons } = await outcome({ ...whole, rec: cut });
      if (count === 5 || ends?.includes(String(length))) continue;
      expect([length, reasons > 0]).toEqual([length, true]);
    }
  });

  test('the texts beside it cut short anywhere', TIMEOUT, async () => {
    const whole = await load();
    for (const name of beside) {
      const text = whole[name]!;
      for (let length = 0; length < text.length; length += 1) {
        // An index that ends between two lines is that of a smaller set; a list is replaced.
        const { whole: count } = await outcome({ ...whole, [name]: text.subarray(0, length) });
        expect(count).toBeGreaterThan(0);
        if (name === 'list') expect(count).toBe(5);
      }
    }
  });

  test.each(['rec', ...beside] as const)(
    'a bit of each byte of %s turned',
    TIMEOUT,
    async (name) => {
      const whole = await load();
      const content = whole[name]!;
      for (let at = 0; at < content.length; at += 1) {
        const turned = content.slice();
        // Every bit has its turn within eight bytes.
        turned[at]! ^= 1 << ((at + (at >> 3)) & 7);
        const { whole: count, reasons } = await outcome({ ...whole, [name]: turned });
        if (count < 5) expect([at, reasons > 0]).toEqual([at, true]);
        if (name === 'rec') expect(count).toBeGreaterThanOrEqual(2);
      }
    },
  );
});
