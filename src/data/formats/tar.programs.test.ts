import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ArchiveIndex } from './archive';
import { hasProgram, hasPython, Workshop } from './programs.testing';
import { indexTar } from './tar';
import { indexTarGz, readMembers } from './targz';

async function contents({ members }: ArchiveIndex): Promise<Record<string, string>> {
  const read = members.map(async (member) => {
    return [member.path, new TextDecoder().decode(await member.read())] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

const LONG = `${'folder/'.repeat(40)}${'n'.repeat(120)}.jpg`;

const SCRIPT = String.raw`
import io, tarfile
LONG = 'folder/' * 40 + 'n' * 120 + '.jpg'
FILES = {'Ann/1.jpg': b'first', 'Zo\u00eb/\u738b\u83f2.jpg': b'second' * 300, LONG: b'third', 'empty.jpg': b'',
  '../../etc/passwd': b'up', '/abs.jpg': b'root', '\u202egpj.exe': b'rtl', '<b>.jpg': b'html'}

def fill(t):
    for name, data in FILES.items():
        info = tarfile.TarInfo(name); info.size = len(data); t.addfile(info, io.BytesIO(data))

for name, format in [('gnu', tarfile.GNU_FORMAT), ('pax', tarfile.PAX_FORMAT)]:
    with tarfile.open(name + '.tar', 'w', format=format) as t:
        t.pax_headers = {'comment': 'global'} if name == 'pax' else {}
        fill(t)
        for kind, type in [('hard', tarfile.LNKTYPE), ('soft', tarfile.SYMTYPE), ('pipe', tarfile.FIFOTYPE)]:
            info = tarfile.TarInfo(kind); info.type = type; info.linkname = LONG; t.addfile(info)
        info = tarfile.TarInfo('after.jpg'); info.size = 5; t.addfile(info, io.BytesIO(b'after'))
for name in ['gnu', 'pax']:
    data = open(name + '.tar', 'rb').read()
    with tarfile.open(name + '.tgz', 'w:gz') as t: pass
    import gzip
    open(name + '.tgz', 'wb').write(gzip.compress(data))

# One file of several gzip parts: what pigz -i and bgzip write.
half = len(data) // 2
open('parts.tgz', 'wb').write(gzip.compress(data[:half]) + gzip.compress(data[half:]))
open('padded.tgz', 'wb').write(gzip.compress(data) + bytes(4096))

# Hard links whose header claims the size of what they link to, as old programs wrote them.
t = tarfile.TarInfo('a.jpg'); t.size = 3
l = tarfile.TarInfo('b.jpg'); l.type = tarfile.LNKTYPE; l.linkname = 'a.jpg'; l.size = 3
n = tarfile.TarInfo('c.jpg'); n.size = 1
pad = lambda b: b + bytes(-len(b) % 512)
open('links.tar', 'wb').write(t.tobuf() + pad(b'one') + l.tobuf() + n.tobuf() + pad(b'2') + bytes(1024))
`;

const FILES = {
  'Ann/1.jpg': 'first',
  'Zoë/王菲.jpg': 'second'.repeat(300),
  [LONG]: 'third',
  'empty.jpg': '',
  '../../etc/passwd': 'up',
  '/abs.jpg': 'root',
  '\u202egpj.exe': 'rtl',
  '<b>.jpg': 'html',
  'after.jpg': 'after',
};

describe.skipIf(!hasPython())('tars written by python3', () => {
  const shop = new Workshop();
  beforeAll(() => {
    shop.python(SCRIPT);
  }, 60_000);
  afterAll(() => shop.remove());

  test.each(['gnu', 'pax'])('%s', async (kind) => {
    const index = await indexTar(shop.blob(`${kind}.tar`));
    expect(await contents(index)).toEqual(FILES);
    expect(index.problem).toBeNull();
    expect(index.skipped.map(({ path }) => path)).toEqual(['hard', 'soft', 'pipe']);
  });

  test.each(['gnu', 'pax', 'parts', 'padded'])('%s, compressed', async (kind) => {
    const blob = shop.blob(`${kind}.tgz`);
    const index = await indexTarGz(blob);
    expect(index.problem).toBeNull();
    expect(Object.fromEntries(index.members.map(({ path, size }) => [path, size]))).toEqual(
      Object.fromEntries(
        Object.entries(FILES).map(([path, text]) => [path, new TextEncoder().encode(text).length]),
      ),
    );
    const wanted = index.members.filter(({ size }) => size > 4);
    const read: string[] = [];
    for await (const { index: place, bytes } of readMembers(blob, wanted)) {
      read.push(`${wanted[place]!.path}: ${new TextDecoder().decode(bytes)}`);
    }
    const long = Object.entries(FILES).filter(([, text]) => text.length > 4);
    expect(read).toEqual(long.map(([path, text]) => `${path}: ${text}`));
  });

  test('links that claim the size of another file', async () => {
    expect(await contents(await indexTar(shop.blob('links.tar')))).toEqual({
      'a.jpg': 'one',
      'c.jpg': '2',
    });
  });
});

describe.skipIf(!hasProgram('tar'))('tars written by tar', () => {
  const shop = new Workshop();
  const FORMATS = ['v7', 'ustar', 'gnu', 'posix'];
  const isGnu = hasProgram('tar', '--sparse', '--version');
  beforeAll(() => {
    const make = [
      'mkdir -p faces/Ann faces/Bob && printf first > faces/Ann/1.jpg && printf second > faces/Bob/1.jpg',
      ...FORMATS.map((format) => `tar --format=${format} -cf ${format}.tar faces || true`),
      'tar -czf faces.tar.gz faces',
    ].join('\n');
    shop.run('sh', '-c', make);
  });
  afterAll(() => shop.remove());

  test.each(FORMATS)('%s', async (format) => {
    expect(await contents(await indexTar(shop.blob(`${format}.tar`)))).toEqual({
      'faces/Ann/1.jpg': 'first',
      'faces/Bob/1.jpg': 'second',
    });
  });

  test('tar.gz', async () => {
    expect(await contents(await indexTarGz(shop.blob('faces.tar.gz')))).toEqual({
      'faces/Ann/1.jpg': 'first',
      'faces/Bob/1.jpg': 'second',
    });
  });

  test.skipIf(!isGnu).each([
    ['gnu', ''],
    ['posix', '--sparse-version=0.0'],
    ['posix', '--sparse-version=0.1'],
    ['posix', '--sparse-version=1.0'],
  ])('sparse files are skipped and do not hide what follows: %s %s', async (format, version) => {
    const make = [
      'rm -f holes.bin s.tar',
      // More holes than one header has place for.
      'for i in 1 2 3 4 5 6 7 8 9; do printf x | dd of=holes.bin bs=1 seek="$i"000000 conv=notrunc status=none; done',
      `tar --sparse --format=${format} ${version} -cf s.tar holes.bin faces`,
    ].join('\n');
    shop.run('sh', '-c', make);
    const index = await indexTar(shop.blob('s.tar'));
    expect(index.problem).toBeNull();
    expect(Object.keys(await contents(index))).toHaveLength(2);
    expect(index.skipped).toEqual([{ path: 'holes.bin', reason: 'It is a sparse file in a tar.' }]);
  });
});
