import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveIndex } from './archive';
import { hasProgram, hasPython, Workshop } from './programs.testing';
import { indexZip } from './zip';

/** Counts how many bytes are really read from a file. */
class CountingBlob extends Blob {
  bytesRead = 0;

  override slice(start?: number, end?: number, type?: string): Blob {
    const part = super.slice(start, end, type);
    this.bytesRead += part.size;
    return part;
  }
}

async function contents({ members }: ArchiveIndex): Promise<(readonly [string, string])[]> {
  const read = members.map(async (member) => {
    return [member.path, new TextDecoder().decode(await member.read())] as const;
  });
  return Promise.all(read);
}

/** Every archive holds the files of `CONTENT`, or what its name says. */
const SCRIPT = String.raw`
import io, random, struct, warnings, zipfile, zlib
from zipfile import ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA, ZipFile, ZipInfo
warnings.simplefilter('ignore')
CONTENT = {'Ann/1.jpg': b'first', 'Zo\u00eb/\u738b\u83f2.jpg': b'second ' * 500, 'empty.txt': b''}

def fill(z):
    for name, data in CONTENT.items(): z.writestr(name, data)

for name, method in [('stored', ZIP_STORED), ('deflated', ZIP_DEFLATED), ('bzip2', ZIP_BZIP2), ('lzma', ZIP_LZMA)]:
    with ZipFile(name + '.zip', 'w', method) as z: fill(z)

with ZipFile('zip64.zip', 'w', ZIP_DEFLATED) as z:
    for name, data in CONTENT.items():
        with z.open(ZipInfo(name), 'w', force_zip64=True) as f: f.write(data)

class Pipe(io.RawIOBase):
    def __init__(self): self.data = b''
    def writable(self): return True
    def write(self, data): self.data += bytes(data); return len(data)
pipe = Pipe()
with ZipFile(pipe, 'w', ZIP_DEFLATED) as z: fill(z)
open('piped.zip', 'wb').write(pipe.data)

with ZipFile('many.zip', 'w') as z:
    for i in range(66000): z.writestr(ZipInfo(f'{i % 10}/{i}.txt'), b'%d' % i)

with ZipFile('comments.zip', 'w') as z:
    z.comment = b'PK\x05\x06' * 1000
    info = ZipInfo('Ann/1.jpg'); info.comment = b'PK\x01\x02' * 500; z.writestr(info, b'first')

plain = open('deflated.zip', 'rb').read()
open('prepended.zip', 'wb').write(b'#!/bin/sh\n' * 1000 + plain)
open('appended.zip', 'wb').write(plain + b'\0' * 5000)
with open('offsets-mended.zip', 'wb') as f:
    f.write(b'#!/bin/sh\n' * 1000)
    with ZipFile(f, 'a', ZIP_DEFLATED) as z: fill(z)
zip64 = open('many.zip', 'rb').read()
open('prepended-zip64.zip', 'wb').write(b'#!/bin/sh\n' * 1000 + zip64)

with ZipFile('same-names.zip', 'w') as z:
    for i in range(3): z.writestr('Ann/1.jpg', b'%d' % i)

NAMES = ['../../etc/passwd', '/abs/1.jpg', 'C:\\Ann\\1.jpg', 'a/./b/../1.jpg', '\u202egpj.exe', '<img src=x onerror=alert(1)>.jpg',
  'x' * 4000 + '.jpg', 'new\nline.jpg', ' .jpg', '%2e%2e.jpg', '\ufeffbom.jpg', '__proto__']
with ZipFile('names.zip', 'w') as z:
    for i, name in enumerate(NAMES): z.writestr(ZipInfo(name), b'%d' % i)

class OldInfo(ZipInfo):
    def _encodeFilenameFlags(self): return self.filename.encode('cp437'), self.flag_bits
with ZipFile('cp437.zip', 'w') as z: z.writestr(OldInfo('Jos\u00e9/\u00fc\u00a3\u2593.jpg'), b'x')

link = ZipInfo('Ann/link.jpg'); link.create_system = 3; link.external_attr = 0o120777 << 16
with ZipFile('link.zip', 'w') as z: z.writestr(link, b'1.jpg')

# A directory entry that lies: bytes of the only entry's fields, written anew.
def lying(name, data, size, method=ZIP_DEFLATED):
    with ZipFile(name, 'w', method) as z: z.writestr('bomb.jpg', data)
    b = bytearray(open(name, 'rb').read())
    for sig, at in ((b'PK\x01\x02', 24), (b'PK\x03\x04', 22)):
        struct.pack_into('<I', b, b.index(sig) + at, size)
    open(name, 'wb').write(b)
lying('grows.zip', b'\0' * 2_000_000, 1000)
lying('longer.zip', random.randbytes(9000), 1000)
lying('shrinks.zip', b'abc' * 300, 5000)
with ZipFile('ratio.zip', 'w', ZIP_DEFLATED) as z:
    z.writestr('zeros.jpg', b'\0' * 20_000_000); z.writestr('Ann/1.jpg', b'first'); z.writestr('small.jpg', b'\0' * 900_000)

# Many entries of the table point at one file, as in the bombs of D. Fifield (2019).
def central(name, offset, packed, size, crc):
    return struct.pack('<4s4B4HL2L5H2L', b'PK\x01\x02', 20, 3, 20, 0, 0, 8, 0, 0, crc, packed, size, len(name), 0, 0, 0, 0, 0, offset) + name
def local(name, packed, size, crc):
    return struct.pack('<4s5H3L2H', b'PK\x03\x04', 20, 0, 8, 0, 0, crc, packed, size, len(name), 0) + name
def finish(name, body, table):
    d = b''.join(table)
    open(name, 'wb').write(body + d + struct.pack('<4s4H2LH', b'PK\x05\x06', 0, 0, len(table), len(table), len(d), len(body), 0))
data = zlib.compress(b'kernel' * 2000, 9)[2:-4]; crc = zlib.crc32(b'kernel' * 2000)
one = local(b'0', len(data), 12000, crc) + data
finish('same-place.zip', one, [central(b'%d' % i, 0, len(data), 12000, crc) for i in range(50)])

def quoted(bottom): return struct.pack('<BHH', 0, len(bottom), len(bottom) ^ 0xffff) + bottom
body, table, raw = one, [], b'kernel' * 2000
table = [(b'0', 0, len(data), 12000, crc)]
packed, start = data, one
for i in range(1, 40):
    raw = start[:31] + raw
    head = start[:31]
    packed = quoted(head) + packed
    c = zlib.crc32(raw)
    start = local(b'%02d' % i, len(packed), len(raw), c) + packed
    table = [(b'%02d' % i, 0, len(packed), len(raw), c)] + [(n, o + len(start) - len(body), p, s, k) for n, o, p, s, k in table]
    body = start
finish('quoted.zip', body, [central(*t) for t in table])
`;

const CONTENT = [
  ['Ann/1.jpg', 'first'],
  ['Zoë/王菲.jpg', 'second '.repeat(500)],
  ['empty.txt', ''],
];

describe.skipIf(!hasPython())('zips written by python3', { timeout: 60_000 }, () => {
  const shop = new Workshop();
  beforeAll(() => {
    shop.python(SCRIPT);
  }, 60_000);
  afterAll(() => shop.remove());

  test.each(['stored', 'deflated', 'zip64', 'piped', 'prepended', 'appended', 'offsets-mended'])(
    '%s',
    async (kind) => {
      const index = await indexZip(shop.blob(`${kind}.zip`));
      expect([index.problem, index.skipped]).toEqual([null, []]);
      expect(await contents(index)).toEqual(CONTENT);
    },
  );

  test.each(['many', 'prepended-zip64'])('more than 65,536 files: %s', async (kind) => {
    const blob = new CountingBlob([shop.bytes(`${kind}.zip`)]);
    const { members, problem } = await indexZip(blob);
    expect([members.length, problem]).toEqual([66_000, null]);
    // The table of contents and what is searched for its end.
    expect(blob.bytesRead).toBeLessThan(66_000 * 60 + (1 << 20));
    for (const place of [0, 40_000, 65_999]) {
      const { path } = members[place]!;
      expect(path).toBe(`${place % 10}/${place}.txt`);
      expect(new TextDecoder().decode(await members[place]!.read())).toBe(String(place));
    }
  });

  test('comments that look like parts of a zip', async () => {
    const index = await indexZip(shop.blob('comments.zip'));
    expect([index.problem, await contents(index)]).toEqual([null, CONTENT.slice(0, 1)]);
  });

  test.each([
    ['bzip2', 'bzip2'],
    ['lzma', 'LZMA'],
  ])('%s is skipped by name', async (kind, name) => {
    const { members, skipped } = await indexZip(shop.blob(`${kind}.zip`));
    expect(members).toHaveLength(0);
    expect(skipped).toHaveLength(3);
    expect(skipped[1]).toEqual({
      path: 'Zoë/王菲.jpg',
      reason: `It is compressed with ${name}; only stored and deflated files in a zip are read.`,
    });
  });

  test('one name for several files: each is there', async () => {
    const index = await indexZip(shop.blob('same-names.zip'));
    expect(await contents(index)).toEqual(['0', '1', '2'].map((text) => ['Ann/1.jpg', text]));
  });

  test('names that climb, hide or try to be something else stay text', async () => {
    const index = await indexZip(shop.blob('names.zip'));
    expect(index.members.map(({ path }) => path)).toEqual([
      '../../etc/passwd',
      '/abs/1.jpg',
      'C:\\Ann\\1.jpg',
      'a/./b/../1.jpg',
      '\u202egpj.exe',
      '<img src=x onerror=alert(1)>.jpg',
      `${'x'.repeat(4000)}.jpg`,
      'new\nline.jpg',
      ' .jpg',
      '%2e%2e.jpg',
      '\ufeffbom.jpg',
      '__proto__',
    ]);
    const texts = (await contents(index)).map(([, text]) => text);
    expect(texts).toEqual(texts.map((_, place) => String(place)));
  });

  test('names in the character set of the first PCs', async () => {
    const { members } = await indexZip(shop.blob('cp437.zip'));
    expect(members[0]!.path).toBe('José/ü£▓.jpg');
  });

  test('a symbolic link is skipped', async () => {
    const { members, skipped } = await indexZip(shop.blob('link.zip'));
    expect(members).toEqual([]);
    expect(skipped).toEqual([{ path: 'Ann/link.jpg', reason: 'It is a symbolic link in a zip.' }]);
  });

  describe('bombs', () => {
    test('a file that unpacks to more than it declares is stopped there', async () => {
      const { members } = await indexZip(shop.blob('grows.zip'));
      await expect(members[0]!.read()).rejects.toMatchObject({
        code: 'archive/corrupt',
        message: 'Its compressed data unpacks to more than the 1000 bytes it declares.',
      });
    });

    test('a file that is longer packed than it declares to be is not read', async () => {
      const { members, skipped } = await indexZip(shop.blob('longer.zip'));
      expect(members).toEqual([]);
      expect(skipped[0]?.reason).toMatch(/1000 bytes and \d+ packed ones, which do not agree/);
    });

    test('a file that unpacks to less than it declares is damaged', async () => {
      const { members } = await indexZip(shop.blob('shrinks.zip'));
      await expect(members[0]!.read()).rejects.toMatchObject({ code: 'archive/corrupt' });
    });

    test('a file that is packed to less than a 200th is left out, the others are read', async () => {
      const index = await indexZip(shop.blob('ratio.zip'));
      expect(index.members.map(({ path }) => path)).toEqual(['Ann/1.jpg', 'small.jpg']);
      expect(index.skipped).toEqual([
        {
          path: 'zeros.jpg',
          reason: expect.stringMatching(/^It would unpack from \d+ to 20000000 bytes/),
        },
      ]);
      expect(await index.members[1]!.read()).toHaveLength(900_000);
    });

    test.each([
      ['same-place', 50],
      ['quoted', 40],
    ])('files that share their bytes (%s): one is kept', async (kind, count) => {
      const index = await indexZip(shop.blob(`${kind}.zip`));
      expect(index.members).toHaveLength(1);
      expect(index.skipped).toHaveLength(count - 1);
      expect(index.problem).toMatchObject({
        code: 'archive/corrupt',
        message: `${count - 1} files in the zip lie over other files, as in a zip bomb; they are left out.`,
      });
      expect((await index.members[0]!.read()).length).toBeGreaterThanOrEqual(12_000);
    });
  });
});

describe.skipIf(!hasProgram('zip', '-v'))('zips written by Info-ZIP (zip)', () => {
  const shop = new Workshop();
  afterAll(() => shop.remove());

  test('Unicode names, a file from a pipe, and prepended data whose offsets were mended', async () => {
    const make = [
      'mkdir -p Zoë && printf first > Zoë/王菲.jpg',
      'printf second | zip -q piped.zip - && zip -q -r folder.zip Zoë',
      'printf "%05000d" 0 | cat - folder.zip > sfx.zip && zip -q -A sfx.zip',
    ].join('\n');
    shop.run('sh', '-c', make);
    for (const name of ['folder.zip', 'sfx.zip']) {
      expect(await contents(await indexZip(shop.blob(name)))).toEqual([['Zoë/王菲.jpg', 'first']]);
    }
    expect(await contents(await indexZip(shop.blob('piped.zip')))).toEqual([['-', 'second']]);
  });

  test('encrypted files are skipped, the others read', async () => {
    const make = 'printf a > a; printf b > b; zip -q e.zip a; zip -q -P secret e.zip b';
    shop.run('sh', '-c', make);
    const index = await indexZip(shop.blob('e.zip'));
    expect(await contents(index)).toEqual([['a', 'a']]);
    expect(index.skipped).toEqual([
      { path: 'b', reason: expect.stringMatching(/^It is encrypted/) },
    ]);
  });

  test('one part of several', async () => {
    const make = 'head -c 200000 /dev/urandom > big; zip -q -s 64k split.zip big';
    shop.run('sh', '-c', make);
    const { problem } = await indexZip(shop.blob('split.zip'));
    expect(problem).toMatchObject({ code: 'archive/unsupported' });
    expect(problem?.message).toMatch(/^It is part \d+ of a zip in several parts\.$/);
  });
});
