/**
 * RecordIO sets written by Python, after MXNet's `recordio.py` (heads packed as `IfQQ`) and
 * dmlc-core's `recordio.cc` (records split at the magic): another writer than the tests' own.
 */
import { existsSync, openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPython, Workshop } from './programs.testing';
import { openRecordIO } from './recordio';
import { makeRecordIO } from './recordio.testing';
import { sniff } from './sniff';
import { indexTar } from './tar';
import { contentOf, watched } from './virtualBlob.testing';

/** Writes `train.rec`, `train.idx`, `train.lst`, `property` from `people`, a list of lists of bytes. */
const WRITER = `
import pickle, struct, sys, zlib
MAGIC = struct.pack('<I', 0xced7230a)

class Writer:
    def __init__(self):
        self.rec, self.idx = open('train.rec', 'wb'), open('train.idx', 'w')
    def part(self, kind, data):
        self.rec.write(MAGIC + struct.pack('<I', kind << 29 | len(data)) + data)
    def write(self, key, data):
        self.idx.write('%s\\t%d\\n' % (key, self.rec.tell()))
        start = 0
        for at in range(0, len(data) // 4 * 4, 4):
            if data[at:at + 4] == MAGIC:
                self.part(1 if start == 0 else 2, data[start:at])
                start = at + 4
        self.part(3 if start else 0, data[start:])
        self.rec.write(bytes(-len(data) % 4))

def pack(label, key, image):
    flag, more = 0, b''
    if not isinstance(label, (int, float)):
        flag, label, more = len(label), 0, struct.pack('<%df' % len(label), *label)
    return struct.pack('IfQQ', flag, label, key, 0) + more + image

def write(convention, people):
    writer, key, ranges, lines = Writer(), int(convention == 'table'), [], []
    for person, images in enumerate(people):
        ranges.append((key, key + len(images)))
        for image in images:
            label = [person, 1] if convention == 'table' else person
            writer.write(key, pack(label, key, image))
            lines.append('%d\\t%f\\tperson/%d.jpg\\n' % (key, person, key))
            key += 1
    if convention == 'table':
        writer.write(0, pack([key, key + len(ranges)], 0, b''))
        for person, span in enumerate(ranges):
            writer.write(key + person, pack(span, key + person, b''))
    open('train.lst', 'w').writelines(lines)
    meta = [{'image_index': int(key), 'image_classes': [int(float(label))]}
            for key, label, path in (line.split('\\t') for line in lines)]
    for protocol in 2, 3, 4, 5:
        with open('meta%d' % protocol, 'wb') as file:
            pickle.dump(meta, file, protocol)
    open('property', 'w').write('%d,112,112\\n' % len(people))
    packed = [struct.pack('<I', len(image)) + image for images in people for image in images]
    open('images', 'wb').write(b''.join(packed))
`;

/** Grey PNGs, and payloads with the magic at their start, twice in a row, unaligned and at their end. */
const MADE_UP = `${WRITER}
def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
def png(level, side=9):
    rows = b''.join(b'\\0' + bytes([level]) * side for _ in range(side))
    head = struct.pack('>IIBBBBB', side, side, 8, 0, 0, 0, 0)
    return (b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', head) + chunk(b'IDAT', zlib.compress(rows))
            + chunk(b'IEND', b''))
hard = [MAGIC, MAGIC + MAGIC, b'abcd' + MAGIC + MAGIC + b'efg', b'a' + MAGIC, b'abcd' + MAGIC]
write(sys.argv[1], [[png(10), png(11, 8)], hard, [png(30, 7)]])
`;

/** The pictures of a tar, two by two as one person. */
const FROM_TAR = `${WRITER}
import tarfile
tar = tarfile.open(sys.argv[2])
names = [name for name in tar.getnames() if name.endswith('.jpg') and '/._' not in name]
images = [tar.extractfile(name).read() for name in names]
write(sys.argv[1], [images[at:at + 2] for at in range(0, len(images), 2)])
`;

/** Python is slow to start where much else runs. */
const TIMEOUT = { timeout: 60_000 };

const WITH_PYTHON = hasPython('struct', 'zlib', 'tarfile');

const NAMES = ['train.rec', 'train.idx', 'train.lst', 'property'] as const;

type Made = Record<(typeof NAMES)[number] | 'images', Blob> & { readonly metas: readonly Blob[] };

const workshops = new Map<string, Workshop>();

afterAll(() => {
  for (const workshop of workshops.values()) workshop.remove();
});

/** What a script writes for these arguments; Python is started once for each. */
function written(script: string, ...args: readonly string[]): Made {
  const key = [script, ...args].join('\0');
  const workshop = workshops.get(key) ?? new Workshop();
  if (!workshops.has(key)) workshop.run('python3', '-c', script, ...args);
  workshops.set(key, workshop);
  return {
    'train.rec': workshop.blob('train.rec'),
    'train.idx': workshop.blob('train.idx'),
    'train.lst': workshop.blob('train.lst'),
    property: workshop.blob('property'),
    images: workshop.blob('images'),
    metas: [2, 3, 4, 5].map((protocol) => workshop.blob(`meta${protocol}`)),
  };
}

/** The contents of `images`: each after its length. */
function unpack(bytes: Uint8Array<ArrayBuffer>): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer);
  const images: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = view.getUint32(at, true);
    images.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return images;
}

function open(
  made: Record<(typeof NAMES)[number], Blob>,
  beside: readonly string[],
  meta: Blob | null = null,
) {
  const given = (name: (typeof NAMES)[number]) => (beside.includes(name) ? made[name] : null);
  return openRecordIO({
    rec: made['train.rec'],
    idx: given('train.idx'),
    list: given('train.lst'),
    meta,
    property: given('property'),
    name: 'train.rec',
  });
}

describe.skipIf(!WITH_PYTHON).each(['table', 'plain'] as const)(
  'python3 writes a %s',
  (convention) => {
    test.each([
      ['train.rec alone', []],
      ['with its index', ['train.idx', 'property']],
      ['with its index and list', ['train.idx', 'train.lst']],
    ])('%s: every image with its class, parts joined', TIMEOUT, async (_, beside) => {
      const made = written(MADE_UP, convention);
      const { members, skipped, problem, notes } = await open(made, beside);
      expect({ skipped, problem, notes }).toEqual({ skipped: [], problem: null, notes: [] });
      expect(members.map(({ identity }) => Number(identity))).toEqual([0, 0, 1, 1, 1, 1, 1, 2]);
      const images = unpack(await contentOf(made.images));
      expect(await Promise.all(members.map((member) => member.read()))).toEqual(images);
      expect(sniff(images[0]!)).toEqual({ kind: 'image', image: 'png' });
    });

    test("the tests' own writer writes the same bytes", TIMEOUT, async () => {
      const made = written(MADE_UP, convention);
      const images = unpack(await contentOf(made.images));
      const people = [images.slice(0, 2), images.slice(2, 7), images.slice(7)];
      const more = convention === 'table' ? { moreLabels: [1] } : {};
      const own = makeRecordIO(people, { convention, ...more });
      expect(await contentOf(own.rec)).toEqual(await contentOf(made['train.rec']));
      expect(await own.idx.text()).toBe(await made['train.idx'].text());
      expect(await own.property.text()).toBe(await made.property.text());
    });
  },
);

describe.skipIf(!WITH_PYTHON)('python3 pickles train.meta as RecBuilder does', () => {
  test.each([2, 3, 4, 5])(
    'in protocol %i: only a few heads are read',
    TIMEOUT,
    async (protocol) => {
      const made = written(MADE_UP, 'plain');
      const rec = watched(await contentOf(made['train.rec']));
      const meta = made.metas[protocol - 2]!;
      const index = await open({ ...made, 'train.rec': rec }, ['train.idx', 'property'], meta);
      const { members, skipped, problem, notes } = index;
      expect({ skipped, problem, notes }).toEqual({ skipped: [], problem: null, notes: [] });
      expect(members.map(({ identity }) => Number(identity))).toEqual([0, 0, 1, 1, 1, 1, 1, 2]);
      expect(members.every(({ size }) => size === 0)).toBe(true);
    },
  );

  test.each([
    ['cut short', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -20), /cut short/],
    ['without its last entry', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, -1), /cut short/],
  ])('%s it is not used, and it is said', TIMEOUT, async (_, spoil, why) => {
    const made = written(MADE_UP, 'plain');
    const meta = new Blob([spoil(await contentOf(made.metas[2]!))]);
    const { members, notes } = await open(made, ['train.idx'], meta);
    expect(members.map(({ identity }) => Number(identity))).toEqual([0, 0, 1, 1, 1, 1, 1, 2]);
    expect(notes).toEqual([expect.stringMatching(why)]);
  });
});

const TAR = new URL('../../../../shared/samples/insightface_small_dataset.tar', import.meta.url);

describe.skipIf(!WITH_PYTHON || !existsSync(TAR))(
  'python3 packs real face crops (shared/samples)',
  () => {
    test.each(['table', 'plain'])(
      'a %s gives every JPEG back as it was',
      TIMEOUT,
      async (convention) => {
        const made = written(FROM_TAR, convention, fileURLToPath(TAR));
        const { members, notes } = await open(made, ['train.idx', 'property']);
        const tar = await indexTar(await openAsBlob(TAR));
        const pictures = tar.members.filter(({ path }) => /\/[^.][^/]*\.jpg$/.test(path));
        expect(members.map(({ identity }) => Number(identity))).toEqual(
          pictures.map((_, place) => place >> 1),
        );
        expect(notes).toEqual([]);
        for (const [place, picture] of pictures.entries()) {
          const image = await members[place]!.read();
          expect(Buffer.from(image).equals(await picture.read())).toBe(true);
          expect(sniff(image)).toEqual({ kind: 'image', image: 'jpeg' });
        }
      },
    );
  },
);
