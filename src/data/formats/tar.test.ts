import { packTar } from 'modern-tar';
import { expect, test } from 'vitest';
import { makeTar, TAR_END, tarHeader, tarMember } from './archives.testing';
import { bytesOf, concat } from './bytes.testing';
import { indexTar } from './tar';

/** Counts how many bytes are really read from a file. */
class CountingBlob extends Blob {
  bytesRead = 0;

  override slice(start?: number, end?: number, type?: string): Blob {
    const part = super.slice(start, end, type);
    this.bytesRead += part.size;
    return part;
  }
}

async function contents(blob: Blob): Promise<Record<string, string>> {
  const { members } = await indexTar(blob);
  const read = members.map(async (member) => {
    return [member.path, new TextDecoder().decode(await member.read())] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const ANN = { path: 'Ann/1.pgm', bytes: bytesOf('first') };
const BOB = { path: 'Bob/1.pgm', bytes: bytesOf('second'.repeat(300)) };
const CY = { path: 'Cy/1.pgm', bytes: new Uint8Array(0) };

test('lists files with their contents, without folders', async () => {
  const blob = new Blob([
    tarHeader({ name: 'Ann/', size: 0, type: '5' }),
    tarMember({ name: ANN.path }, ANN.bytes),
    tarMember({ name: 'old-style-folder/' }, new Uint8Array(0)),
    tarMember({ name: BOB.path, magic: 'gnu' }, BOB.bytes),
    tarMember({ name: CY.path, magic: 'none', type: '\0' }, CY.bytes),
    TAR_END,
  ]);
  const { problem, skipped } = await indexTar(blob);
  expect([problem, skipped]).toEqual([null, []]);
  expect(await contents(blob)).toEqual({
    'Ann/1.pgm': 'first',
    'Bob/1.pgm': 'second'.repeat(300),
    'Cy/1.pgm': '',
  });
});

test('reads what another writer makes: ustar prefixes, PAX paths and Unicode', async () => {
  const long = `${'folder/'.repeat(40)}Ann_0001.jpg`;
  const medium = `${'m'.repeat(80)}/${'n'.repeat(60)}.jpg`;
  const names = [long, medium, 'Zoë/王菲.jpg', `${'ж'.repeat(90)}.jpg`];
  const packed = await packTar(
    names.map((name) => ({ header: { name, size: 4, type: 'file' as const }, body: 'face' })),
  );
  expect(await contents(new Blob([packed]))).toEqual(
    Object.fromEntries(names.map((name) => [name, 'face'])),
  );
});

test('GNU long names, and its header without a prefix', async () => {
  const long = `${'d'.repeat(120)}/Ann_0001.jpg`;
  const blob = new Blob([
    tarMember({ name: '././@LongLink', type: 'L', magic: 'gnu' }, bytesOf(`${long}\0`)),
    tarMember({ name: long.slice(0, 99), magic: 'gnu' }, bytesOf('face')),
    // GNU keeps times where POSIX has the prefix; they are no part of the name.
    tarMember({ name: 'Bob.jpg', magic: 'gnu', prefix: '13715316235' }, bytesOf('other')),
    TAR_END,
  ]);
  expect(await contents(blob)).toEqual({ [long]: 'face', 'Bob.jpg': 'other' });
});

test('PAX records: path and size, lengths in bytes, other keys and the global ones left alone', async () => {
  const record = (text: string) => {
    let length = bytesOf(text).length + 3;
    while (`${length} ${text}\n`.length - text.length + bytesOf(text).length !== length)
      length += 1;
    return `${length} ${text}\n`;
  };
  const pax = record('mtime=1.5') + record('path=Zoë/a=b.jpg') + record('size=4');
  const blob = new Blob([
    tarMember({ name: 'g', type: 'g' }, bytesOf(record('path=global'))),
    tarMember({ name: 'x', type: 'x' }, bytesOf(pax)),
    // The header's own size is wrong on purpose: the record counts.
    concat(tarHeader({ name: 'short', size: 0 }), bytesOf('face'), new Uint8Array(508)),
    tarMember({ name: 'next.jpg' }, bytesOf('other')),
    TAR_END,
  ]);
  expect(await contents(blob)).toEqual({ 'Zoë/a=b.jpg': 'face', 'next.jpg': 'other' });
});

test('base-256 sizes', async () => {
  const sizeField = Uint8Array.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]);
  const blob = new Blob([
    tarHeader({ name: 'a', size: 0, sizeField }),
    bytesOf('x'.repeat(512)),
    tarMember({ name: 'b' }, bytesOf('y')),
    TAR_END,
  ]);
  expect(await contents(blob)).toEqual({ a: 'x'.repeat(512), b: 'y' });
});

test('names that are no UTF-8 are read one byte a letter', async () => {
  const header = tarHeader({ name: 'Zo?.jpg', size: 0 });
  header[2] = 0xeb;
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  header.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  expect(Object.keys(await contents(new Blob([header, TAR_END])))).toEqual(['Zoë.jpg']);
});

test('links are listed as skipped', async () => {
  const blob = new Blob([
    tarMember({ name: ANN.path }, ANN.bytes),
    tarHeader({ name: 'Ann/2.pgm', size: 0, type: '1' }),
    tarHeader({ name: 'Ann/3.pgm', size: 0, type: '2' }),
    TAR_END,
  ]);
  const { members, skipped } = await indexTar(blob);
  expect(members.map(({ path }) => path)).toEqual(['Ann/1.pgm']);
  expect(skipped).toEqual([
    { path: 'Ann/2.pgm', reason: 'It is a hard link in a tar.' },
    { path: 'Ann/3.pgm', reason: 'It is a symbolic link in a tar.' },
  ]);
});

test('an empty archive', async () => {
  expect(await indexTar(new Blob([TAR_END]))).toEqual({ members: [], skipped: [], problem: null });
});

test.each([
  ['in the last file', 2000, ['Ann/1.pgm'], /Bob\/1\.pgm is not whole/],
  ['in a header', 1100, ['Ann/1.pgm'], /ends at byte 1100 without the mark of its end/],
  ['between two files', 1024, ['Ann/1.pgm'], /ends at byte 1024/],
  ['in the first header', 500, [], /ends at byte 500/],
])('an archive cut short %s keeps what is whole and says so', async (_, length, whole, message) => {
  const { members, problem } = await indexTar(makeTar([ANN, BOB]).slice(0, length));
  expect(members.map(({ path }) => path)).toEqual(whole);
  expect(problem).toMatchObject({
    code: 'archive/truncated',
    message: expect.stringMatching(message),
  });
});

test('a damaged header ends the list with what came before it', async () => {
  const bytes = new Uint8Array(await makeTar([ANN, BOB]).arrayBuffer());
  bytes[1024 + 3] = 120;
  const { members, problem } = await indexTar(new Blob([bytes]));
  expect(members.map(({ path }) => path)).toEqual(['Ann/1.pgm']);
  expect(problem).toMatchObject({ code: 'archive/corrupt' });
});

test.each([
  ['a size that is no number', { sizeField: bytesOf('12x456789012') }],
  ['a size beyond all files', { sizeField: new Uint8Array(12).fill(0xff) }],
])('%s is damage', async (_, fields) => {
  const { problem } = await indexTar(new Blob([tarHeader({ name: 'a', size: 0, ...fields })]));
  expect(problem).toMatchObject({ code: 'archive/corrupt' });
});

test('large members are not read to list them', async () => {
  const large = { path: 'video.bin', bytes: new Uint8Array(4 << 20) };
  const bytes = new Uint8Array(
    await makeTar([large, { ...large, path: 'b' }, { ...large, path: 'c' }]).arrayBuffer(),
  );
  const blob = new CountingBlob([bytes]);
  expect((await indexTar(blob)).members).toHaveLength(3);
  expect(blob.bytesRead).toBeLessThan(1.1 * 2 ** 20);
});

test('thousands of small members are read at any time and in any order, in a few large reads', async () => {
  const files = Array.from({ length: 3000 }, (_, index) => {
    return { path: `${index}.pgm`, bytes: bytesOf(`face ${index}`) };
  });
  const blob = new CountingBlob([new Uint8Array(await makeTar(files).arrayBuffer())]);
  const { members } = await indexTar(blob);
  expect(members).toHaveLength(3000);
  expect(blob.bytesRead).toBeLessThan(1.1 * blob.size);
  const backwards = members.toReversed().slice(0, 50);
  for (const member of [...backwards, members[0]!, members[2999]!, members[1500]!]) {
    const expected = `face ${member.path.replace('.pgm', '')}`;
    expect(new TextDecoder().decode(await member.read())).toBe(expected);
  }
  const together = await Promise.all(members.map((member) => member.read()));
  expect(together.map((bytes) => new TextDecoder().decode(bytes))).toEqual(
    files.map((_, index) => `face ${index}`),
  );
});

test('stops when it is told to', async () => {
  const stopped = AbortSignal.abort(new Error('enough'));
  await expect(indexTar(makeTar([ANN]), stopped)).rejects.toThrow('enough');
});

test('what lies behind the mark of the end is not passed over in silence', async () => {
  const first = makeTar([ANN]);
  const filled = new Blob([first, new Uint8Array(8192)]);
  expect((await indexTar(filled)).problem).toBeNull();
  const joined = await indexTar(new Blob([filled, makeTar([BOB])]));
  expect(joined.members.map(({ path }) => path)).toEqual([ANN.path]);
  expect(joined.problem).toMatchObject({
    code: 'archive/corrupt',
    message: 'The tar is marked as ending at byte 1536, but more follows, which is not read.',
  });
});
