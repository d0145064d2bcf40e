import { describe, expect, test } from 'vitest';
import { gzip, makeTar, makeZip, tarHeader } from './archives.testing';
import { bytesOf, greyPgm } from './bytes.testing';
import { type ImageKind, SNIFF_BYTES, sniff } from './sniff';

function head(...parts: readonly (string | number)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === 'number' ? [part] : Array.from(part, (letter) => letter.charCodeAt(0)),
  );
  return Uint8Array.from([...bytes, ...new Array<number>(40).fill(1)]);
}

async function headOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(0, SNIFF_BYTES).arrayBuffer());
}

describe('images', () => {
  const bmp = head('BM', ...new Array<number>(12).fill(0), 40, 0, 0, 0);
  test.each<[ImageKind, Uint8Array]>([
    ['jpeg', head(0xff, 0xd8, 0xff, 0xe0)],
    ['jpeg', head(0xff, 0xd8, 0xff, 0xdb)],
    ['png', head(0x89, 'PNG\r\n', 0x1a, '\n')],
    ['webp', head('RIFF', 1, 2, 3, 4, 'WEBPVP8 ')],
    ['avif', head(0, 0, 0, 28, 'ftypavif')],
    ['gif', head('GIF87a')],
    ['gif', head('GIF89a')],
    ['bmp', bmp],
    ['netpbm', head('P2\n4 4\n')],
    ['netpbm', head('P5 # a comment\n')],
    ['netpbm', head('P6\t4 4 255\n')],
  ])('%s', (image, bytes) => {
    expect(sniff(bytes)).toEqual({ kind: 'image', image });
  });
});

describe('archives', () => {
  const files = [{ path: 'Ann/1.pgm', bytes: greyPgm(3) }];
  test('zip, with files or without', async () => {
    const archive = { kind: 'archive', archive: 'zip' };
    expect(sniff(await headOf(await makeZip(files)))).toEqual(archive);
    expect(sniff(await headOf(await makeZip([])))).toEqual(archive);
  });
  test('gzip', async () => {
    const packed = await headOf(await gzip(makeTar(files)));
    expect(sniff(packed)).toEqual({ kind: 'archive', archive: 'gzip' });
  });
  test.each(['posix', 'gnu', 'none'] as const)('tar with %s magic', (magic) => {
    const archive = { kind: 'archive', archive: 'tar' };
    expect(sniff(tarHeader({ name: 'a', size: 0, magic }))).toEqual(archive);
  });
  test('a tar header with a broken checksum is none', () => {
    const broken = tarHeader({ name: 'a', size: 0 });
    broken[0] = 98;
    expect(sniff(broken).kind).toBe('other');
  });
});

describe('packed data sets', () => {
  test.each<[string, Uint8Array]>([
    ['recordio', head(0x0a, 0x23, 0xd7, 0xce, 24, 0, 0, 0)],
    ['parquet', head('PAR1')],
    ['npy', head(0x93, 'NUMPY')],
    ['pickle', head(0x80, 3, ']q')],
  ])('%s', (pack, bytes) => {
    expect(sniff(bytes)).toEqual({ kind: 'pack', pack });
  });
});

test.each([
  ['a list', bytesOf('images/0001.jpg\t4\n')],
  [
    'a sentence that begins like a bitmap',
    bytesOf('BM is how this text begins, which is no bitmap'),
  ],
  ['a word that begins like a PGM', bytesOf('P5x')],
  ['letters of another alphabet', bytesOf('Жанна\r\n')],
  ['UTF-16', Uint8Array.from([0xff, 0xfe, 65, 0, 66, 0])],
])('%s is text', (_, bytes) => {
  expect(sniff(bytes)).toEqual({ kind: 'text' });
});

test('a JPEG is one by its bytes, whatever comes after the first 512', () => {
  const long = new Uint8Array(2000);
  long.set([0xff, 0xd8, 0xff]);
  expect(sniff(long)).toEqual(sniff(long.subarray(0, SNIFF_BYTES)));
});
