/**
 * Damaged archives, at random but always the same: what reads them ends, with members or with a
 * sentence, and each member gives its bytes or a sentence. Anything else thrown fails the test, and
 * so does work that does not end.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { ArchiveIndex } from './archive';
import { gzip, makeTar, makeZip, tarHeader, tarMember } from './archives.testing';
import { bytesOf, greyPgm } from './bytes.testing';
import { type Bytes, damage, MUTATIONS } from './damage.testing';
import { FormatError } from './errors';
import { indexParquet } from './parquet/parquet';
import { hasPython, Workshop } from './programs.testing';
import { indexTar } from './tar';
import { indexTarGz, readMembers } from './targz';
import { groupWebDataset } from './webdataset';
import { indexZip } from './zip';

const SEED = 20190407;
/** Of each kind of file; more are for an evening: `FUZZ_RUNS=5000`. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 30);

/** Throws what is no FormatError. */
async function orSentence<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function readAll({ members, problem, skipped }: ArchiveIndex): Promise<void> {
  if (problem !== null && !(problem instanceof FormatError)) throw new Error('no FormatError');
  if (!skipped.every(({ reason }) => reason.endsWith('.'))) throw new Error('no sentence');
  for (const member of members.slice(0, 50)) {
    const bytes = await orSentence(member.read());
    if (bytes !== null && !(bytes instanceof Uint8Array)) throw new Error('no bytes');
    if (typeof member.path !== 'string') throw new Error('no path');
    if (!['string', 'undefined', 'object'].includes(typeof member.identity))
      throw new Error('no name');
  }
}

async function check(
  whole: Bytes,
  read: (blob: Blob) => Promise<void>,
  runs: number = RUNS,
): Promise<void> {
  const property = fc.asyncProperty(MUTATIONS, (mutations) => {
    return read(new Blob([mutations.reduce(damage, whole)]));
  });
  await fc.assert(property, { seed: SEED, numRuns: runs });
}

const FILES = [
  { path: 'Ann/1.pgm', bytes: greyPgm(1) },
  { path: 'Ann/1.cls', bytes: bytesOf('1') },
  { path: 'Bob/2.pgm', bytes: greyPgm(2, 30) },
  { path: 'Bob/2.cls', bytes: bytesOf('2') },
];

function sampleTar(): Blob {
  const pax = bytesOf('30 path=Zoë/with a long name.pgm\n20 size=2\n');
  return new Blob([
    tarMember({ name: 'x', type: 'x' }, pax),
    tarMember({ name: 'L', type: 'L', magic: 'gnu' }, bytesOf('a long name.pgm\0')),
    tarMember({ name: 'short' }, greyPgm(9)),
    tarHeader({ name: 'link', size: 0, type: '1' }),
    makeTar(FILES),
  ]);
}

async function bytesIn(blob: Blob): Promise<Bytes> {
  return new Uint8Array(await blob.arrayBuffer());
}

async function readTar(index: ArchiveIndex): Promise<void> {
  await readAll(index);
  const grouped = await groupWebDataset(index, 'train.tar');
  if (grouped !== null) await readAll(grouped);
}

describe('damaged at random', { timeout: 60_000 }, () => {
  test.each([
    ['stored', { level: 0 }],
    ['deflated', { level: 6 }],
    ['zip64', { zip64: true }],
    ['with sizes behind the data', { dataDescriptor: true }],
  ])('zip, %s', async (_, choices) => {
    const whole = await bytesIn(await makeZip(FILES, choices));
    await check(whole, async (blob) => readAll(await indexZip(blob)));
  });

  test('tar', async () => {
    await check(await bytesIn(sampleTar()), async (blob) => readTar(await indexTar(blob)));
  });

  test('tar.gz', async () => {
    await check(await bytesIn(await gzip(sampleTar())), async (blob) => {
      const index = await indexTarGz(blob);
      await readTar(index);
      const reading = readMembers(blob, index.members);
      while ((await orSentence(reading.next()))?.done === false);
    });
  });

  test('a damaged tar that was compressed afterwards', async () => {
    await check(await bytesIn(sampleTar()), async (blob) =>
      readTar(await indexTarGz(await gzip(blob))),
    );
  });

  describe.skipIf(!hasPython('pyarrow'))('Parquet (written by python3 with pyarrow)', () => {
    const KINDS = ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4', 'v2', 'delta', 'index'];
    const shop = new Workshop();
    beforeAll(() => {
      shop.python(`
import pyarrow as pa, pyarrow.parquet as pq
image = pa.array([None if i == 5 else {'bytes': bytes([i]) * (20 + 5 * i), 'path': f'{i}.jpg'} for i in range(24)])
table = pa.table({'image': image, 'label': pa.array([i // 3 for i in range(24)])})
table = table.replace_schema_metadata({'huggingface': '{"info": {"features": {"label": {"names": ["a", "b"]}}}}'})
options = {k: dict(compression=k) for k in ['none', 'snappy', 'zstd', 'gzip', 'brotli', 'lz4']}
options['v2'] = dict(data_page_version='2.0', compression='snappy', use_dictionary=False)
options['delta'] = dict(use_dictionary=False, compression='none', column_encoding={'label': 'DELTA_BINARY_PACKED', 'image.bytes': 'DELTA_BYTE_ARRAY', 'image.path': 'DELTA_LENGTH_BYTE_ARRAY'})
options['index'] = dict(write_page_index=True, compression='none')
for name, o in options.items(): pq.write_table(table, name, row_group_size=9, data_page_size=200, write_batch_size=3, **o)
`);
    }, 60_000);
    afterAll(() => shop.remove());

    test.each(KINDS)('%s', async (kind) => {
      const read = async (blob: Blob) => {
        await readAll(await indexParquet([{ name: 'train.parquet', blob }]));
      };
      // Brotli's decoder makes large tables for each page.
      await check(shop.bytes(kind), read, kind === 'brotli' ? Math.ceil(RUNS / 5) : RUNS);
    });
  });
});
