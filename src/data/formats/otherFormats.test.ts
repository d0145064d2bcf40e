/** What is recognised but not read: each is named, with one sentence that has a way to convert it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reasonAgainst } from '../import/reasons';
import { makeZip } from './archives.testing';
import { bytesOf, concat } from './bytes.testing';
import { SIGNED_FORMATS } from './otherFormats';
import { hasProgram, hasPython, Workshop } from './programs.testing';
import { SNIFF_BYTES, sniff } from './sniff';

/** Bytes as numbers and as characters of one byte each; then some more, as of a whole file. */
function head(...parts: readonly (string | number)[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === 'number' ? [part] : Array.from(part, (letter) => letter.charCodeAt(0)),
  );
  return Uint8Array.from([...bytes, ...new Array<number>(40).fill(1)]);
}
const zeros = (count: number) => new Array<number>(count).fill(0);

const TABLE: readonly (readonly [what: string, bytes: Uint8Array, way: RegExp])[] = [
  ['a TIFF image', Uint8Array.from([73, 73, 42, 0, 8, 0, 0, 0]), /magick mogrify .*\*\.tif\.$/],
  ['a TIFF image', head('MM', 0, '*'), /magick mogrify .*\*\.tif\.$/],
  ['a BigTIFF image', head('II+', 0, 8, 0), /magick mogrify .*\*\.tif\.$/],
  ['a HEIC image', head(0, 0, 0, 24, 'ftypheic'), /magick mogrify .*\*\.heic\.$/],
  ['a HEIC image', head(0, 0, 0, 24, 'ftyphevc'), /\*\.heic/],
  ['a HEIC image', head(0, 0, 0, 24, 'ftypmif1'), /\*\.heic/],
  ['a HEIC image', head(0, 0, 0, 24, 'ftypmsf1'), /\*\.heic/],
  ['a JPEG XL image', head(0xff, 0x0a), /djxl/],
  ['a JPEG XL image', head(0, 0, 0, 12, 'JXL ', 13, 10), /djxl/],
  ['a JPEG 2000 image', head(0, 0, 0, 12, 'jP  ', 13, 10), /\*\.jp2/],
  ['a JPEG 2000 image', head(0xff, 0x4f, 0xff, 0x51), /\*\.j2k/],
  ['a Photoshop document', head('8BPS', 0, 1), /magick/],
  ['an OpenEXR image', head('v/1', 1), /magick/],
  ['an icon', head(0, 0, 1, 0, 1, 0), /magick/],
  ['a raw photograph', head('FUJIFILMCCD-RAW'), /darktable-cli/],
  ['a raw photograph', head(0, 0, 0, 24, 'ftypcrx '), /darktable-cli/],
  ['a DICOM image', head(...zeros(128), 'DICM'), /dcmj2pnm/],
  ['a PBM or PAM image', bytesOf('P4 8 8\n'), /magick/],
  ['a PBM or PAM image', bytesOf('P1\n# bits\n1 1\n1\n'), /magick/],
  ['a PBM or PAM image', bytesOf('P7\nWIDTH 1\n'), /magick/],
  ['an SVG drawing', bytesOf('<?xml version="1.0"?>\n<svg xmlns="">'), /rsvg-convert/],
  ['a PDF document', bytesOf('%PDF-1.7'), /pdfimages/],
  ['an MP4 or QuickTime video', head(0, 0, 0, 24, 'ftypisom'), /ffmpeg/],
  ['an AVI video', head('RIFF', 1, 2, 3, 4, 'AVI LIST'), /ffmpeg/],
  ['a Matroska or WebM video', head(0x1a, 'E', 0xdf, 0xa3), /ffmpeg/],
  ['a 7-Zip archive', head('7z', 0xbc, 0xaf, 0x27, 0x1c), /7z x/],
  ['a RAR archive', head('Rar!', 0x1a, 7), /unrar x/],
  ['a Windows cabinet', head('MSCF', 0), /cabextract/],
  ['a bzip2 archive', head('BZh91AY&SY'), /bunzip2/],
  ['an xz archive', head(0xfd, '7zXZ', 0), /unxz/],
  ['a Zstandard archive', head(0x28, 0xb5, 0x2f, 0xfd), /unzstd/],
  ['an LZ4 archive', head(4, 0x22, 0x4d, 0x18), /unlz4/],
  ['an lzip archive', head('LZIP', 1), /lzip -d/],
  ['an archive of compress', head(0x1f, 0x9d), /uncompress/],
  ['an HDF5 file', head(0x89, 'HDF'), /Python.*h5py/],
  ['a MATLAB 7.3 file', head('MATLAB 7.3 MAT-file'), /Python.*h5py/],
  ['a MATLAB file', head('MATLAB 5.0 MAT-file'), /Python.*scipy\.io\.loadmat/],
  ['an LMDB database', head(...zeros(16), 0xde, 0xc0, 0xef, 0xbe), /Python.*lmdb\.open/],
  ['an SQLite database', head('SQLite format 3', 0), /Python.*sqlite3/],
  ['an Arrow file', head('ARROW1', 0, 0), /to_parquet/],
  [
    'an Arrow stream, as load_from_disk of Hugging Face reads it',
    head(0xff, 0xff, 0xff, 0xff, 0x78, 1),
    /to_parquet/,
  ],
  [
    'a pointer of Git LFS in place of the file',
    bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n'),
    /git lfs pull/,
  ],
  ['a web page', bytesOf('\n<!DOCTYPE html><html>'), /download the file\.$/],
  ['an empty file', new Uint8Array(0), /again\.$/],
  ['nothing but zeros', new Uint8Array(1024), /again\.$/],
  ['data of no known format', Uint8Array.from([1, 2, 3, 0, 200]), /save it as JPEG or PNG/],
];

test.each(TABLE)('%s', (what, bytes, way) => {
  const found = sniff(bytes);
  expect(found).toEqual({ kind: 'other', what, advice: expect.stringMatching(way) });
  const reason = reasonAgainst(found);
  expect(reason).toMatch(/^It is .+, not an image that can be read\. [A-Z].*\.$/);
});

test('the table has every format that is told by its signature', () => {
  const named = new Set(TABLE.map(([what]) => what));
  expect(SIGNED_FORMATS.filter(({ what }) => !named.has(what))).toEqual([]);
});

describe.skipIf(!hasPython('PIL'))('written by python3 with Pillow', () => {
  const shop = new Workshop();
  beforeAll(() => {
    shop.python(`
from PIL import Image
image = Image.new('RGB', (9, 7), (90, 120, 30))
for name in ('f.tif', 'f.jp2', 'f.pdf', 'f.ico'): image.save(name)
image.save('big.tif', big_tiff=True)
image.convert('1').save('f.pbm')
`);
  }, 60_000);
  afterAll(() => shop.remove());

  test.each([
    ['f.tif', 'a TIFF image'],
    ['big.tif', 'a BigTIFF image'],
    ['f.jp2', 'a JPEG 2000 image'],
    ['f.pdf', 'a PDF document'],
    ['f.ico', 'an icon'],
    ['f.pbm', 'a PBM or PAM image'],
  ])('%s', (name, what) => {
    expect(sniff(shop.bytes(name).subarray(0, SNIFF_BYTES))).toMatchObject({ what });
  });
});

describe.skipIf(!hasPython())('written by python3', () => {
  const shop = new Workshop();
  beforeAll(() => {
    shop.python(`
import bz2, lzma, sqlite3
open('f.bz2', 'wb').write(bz2.compress(b'face'))
open('f.xz', 'wb').write(lzma.compress(b'face'))
database = sqlite3.connect('f.db'); database.execute('create table faces (image blob)'); database.commit()
`);
  }, 60_000);
  afterAll(() => shop.remove());

  test.each([
    ['f.bz2', 'a bzip2 archive'],
    ['f.xz', 'an xz archive'],
    ['f.db', 'an SQLite database'],
  ])('%s', (name, what) => {
    expect(sniff(shop.bytes(name).subarray(0, SNIFF_BYTES))).toMatchObject({ what });
  });
});

describe.skipIf(!hasPython('pyarrow'))('written by python3 with pyarrow', () => {
  test('Arrow, as a file and as a stream', () => {
    const shop = new Workshop();
    shop.python(`
import pyarrow as pa
table = pa.table({'label': [1, 2]})
with pa.ipc.new_file('f', table.schema) as f: f.write_table(table)
with pa.ipc.new_stream('s', table.schema) as s: s.write_table(table)
`);
    expect(sniff(shop.bytes('f'))).toMatchObject({ what: 'an Arrow file' });
    expect(sniff(shop.bytes('s'))).toMatchObject({
      what: expect.stringMatching(/^an Arrow stream/),
    });
    shop.remove();
  });
});

describe.skipIf(!hasProgram('zstd'))('packed by zstd', () => {
  test('is named', () => {
    const shop = new Workshop();
    shop.run('sh', '-c', 'printf face | zstd -q -o f.zst');
    expect(sniff(shop.bytes('f.zst'))).toMatchObject({ what: 'a Zstandard archive' });
    shop.remove();
  });
});

test('an archive that only looks like one of these is still an archive', async () => {
  const zip = await makeZip([{ path: 'a.pgm', bytes: bytesOf('P2 1 1 255 7') }]);
  expect(sniff(new Uint8Array(await zip.arrayBuffer()))).toEqual({
    kind: 'archive',
    archive: 'zip',
  });
  expect(sniff(concat(bytesOf('BZ'), bytesOf('h is a sound')))).toMatchObject({ kind: 'text' });
});
