import { existsSync, openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { filesFrom, pythonsWithNumpy, type WrittenFiles } from './numpy.testing';
import { payload } from './pickle.testing';
import { looksLikePickle } from './pickleHead';
import { indexVerificationPack } from './verificationPack';

/** Short, at the limits of what is kept and of a frame, and with every byte there is. */
const LENGTHS = [3, 255, 256, 257, 5000, 70_000];
const IMAGES = LENGTHS.map((length, seed) => payload(seed, length));

/** One pack for each protocol and each way of writing images and answers. */
const SCRIPT = `
import os, pickle, sys
import numpy as np
images = [bytes((seed * 31 + index) & 255 for index in range(length))
          for seed, length in enumerate(${JSON.stringify(LENGTHS)})]
same = [True, False, True]
array = lambda image: np.frombuffer(image, dtype=np.uint8)
forms = {
    'bytes': images,
    'bytearray': [bytearray(image) for image in images],
    'array': [array(image) for image in images],
    'own-array': [array(image).copy() for image in images],
    'column': [array(image).copy().reshape(-1, 1) for image in images],
}
answers = {
    'list': same,
    'ints': [1, 0, 1],
    'array': np.array(same),
    'numpy-bools': list(np.array(same)),
    'numpy-ints': list(np.array([1, 0, 1])),
    'uint8-array': np.array([1, 0, 1], dtype=np.uint8),
}
def write(name, value, protocol):
    with open(os.path.join(sys.argv[1], name), 'wb') as file:
        pickle.dump(value, file, protocol)
for protocol in range(6):
    for form, bins in forms.items():
        write(f'{form}-{protocol}', (bins, same), protocol)
    for kind, values in answers.items():
        write(f'answers-{kind}-{protocol}', (images, values), protocol)
    write(f'list-{protocol}', [images, same], protocol)
    write(f'empty-{protocol}', ([b'', b'x'], [False]), protocol)
    write(f'twice-{protocol}', ([images[4], images[5]] * 2, [False, True]), protocol)
    class Evil:
        def __reduce__(self):
            return (os.system, ('echo run',))
    write(f'evil-{protocol}', ([images[0], Evil()], [True]), protocol)
    write(f'dict-{protocol}', {'images': images}, protocol)
`;

/** Comparing arrays of bytes one by one takes a matcher too long. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

const pythons = pythonsWithNumpy();
const PROTOCOLS = [0, 1, 2, 3, 4, 5];

describe.each([1, 2])('packs written by Python with NumPy %i', (major) => {
  const python = pythons.find(({ numpy }) => numpy.startsWith(`${major}.`));
  const wanted = test.skipIf(python === undefined);
  let files: WrittenFiles;

  beforeAll(() => {
    if (python !== undefined) files = filesFrom(python, SCRIPT);
  }, 60_000);
  afterAll(() => {
    if (python !== undefined) files.remove();
  });

  describe.each(PROTOCOLS)('protocol %i', (protocol) => {
    const indexed = (name: string) => {
      const file = `${name}-${protocol}`;
      return indexVerificationPack(files.blob(file), file);
    };

    wanted.each(['bytes', 'bytearray', 'array', 'own-array', 'column', 'list'])(
      'images as %s are read byte for byte',
      async (form) => {
        const { members, pairs, problem } = await indexed(form);
        expect(problem).toBeNull();
        expect(members).toHaveLength(IMAGES.length);
        for (const [index, member] of members.entries()) {
          expect(areEqual(await member.read(), IMAGES[index]!)).toBe(true);
        }
        for (const [index, { size }] of members.entries())
          expect([0, LENGTHS[index]]).toContain(size);
        expect(pairs?.same).toEqual(Uint8Array.of(1, 0, 1));
        const names = members.map(({ identity }) => identity);
        expect(names).toEqual([1, 1, 2, 3, 4, 4].map((person) => `person 000${person}`));
        expect(looksLikePickle(files.bytes(`${form}-${protocol}`))).toBe(
          // Lists without a tuple around them have no beginning of their own before protocol 2.
          protocol >= 2 || form !== 'list',
        );
      },
    );

    wanted.each(['list', 'ints', 'array', 'numpy-bools', 'numpy-ints', 'uint8-array'])(
      'answers as %s',
      async (kind) => {
        const { pairs } = await indexed(`answers-${kind}`);
        expect(pairs?.same).toEqual(Uint8Array.of(1, 0, 1));
      },
    );

    wanted('an image that stands twice is one person', async () => {
      const { members } = await indexed('twice');
      const names = members.map(({ identity }) => identity);
      expect(names).toEqual(Array(4).fill('person 0001'));
    });

    wanted('an empty image is told when it is read', async () => {
      const { members } = await indexed('empty');
      await expect(members[0]!.read()).rejects.toMatchObject({ code: 'image/invalid' });
      expect(await members[1]!.read()).toEqual(Uint8Array.of(0x78));
    });

    wanted('nothing is run', async () => {
      await expect(indexed('evil')).rejects.toMatchObject({
        code: 'archive/unsupported',
        message: expect.stringMatching(/^It asks for (posix|nt)\.system, which is never run\.$/),
      });
      await expect(indexed('dict')).rejects.toMatchObject({ code: 'archive/unsupported' });
    });
  });
});

const SHARED = new URL('../../../../shared/', import.meta.url);
const sample = (name: string) => new URL(`samples/${name}`, SHARED);
const isJpeg = (bytes: Uint8Array) => {
  return [...bytes.subarray(0, 3), ...bytes.subarray(-2)].join() === '255,216,255,255,217';
};

describe.each([
  ['insightface_small_lfw.bin', 20, Array<number>(10).fill(1)],
  ['pack-bytes-protocol4.bin', 4, [1, 0]],
  ['pack-numpy-protocol5.bin', 4, [1, 0]],
])('%s (shared/samples)', (name, images, same) => {
  test.skipIf(!existsSync(sample(name)))('is read', async () => {
    const pack = await indexVerificationPack(await openAsBlob(sample(name)), name);
    expect(pack.problem).toBeNull();
    expect(pack.members).toHaveLength(images);
    expect([...pack.pairs!.same]).toEqual(same);
    for (const member of pack.members) {
      const bytes = await member.read();
      expect([isJpeg(bytes), bytes.length]).toEqual([true, member.size]);
    }
  });
});

/** The first fold of LFW's View 2, 600 pairs, as Python packs them. */
const LFW_SCRIPT = `
import os, pickle, sys, tarfile
import numpy as np
folder, shared = sys.argv[1], ${JSON.stringify(fileURLToPath(SHARED))}
with tarfile.open(shared + 'faces/lfw-112.tar') as tar:
    crops = {os.path.basename(member.name)[:-4]: tar.extractfile(member).read()
             for member in tar if member.isfile()}
bins, same = [], []
for line in open(shared + 'faces/lfw-protocol/pairs.txt').read().splitlines()[1:601]:
    fields = line.split('\\t')
    if len(fields) == 3:
        fields.insert(2, fields[0])
    for person, number in (fields[:2], fields[2:]):
        bins.append(np.frombuffer(crops['%s_%04d' % (person, int(number))], dtype=np.uint8))
    same.append(fields[0] == fields[2])
with open(os.path.join(folder, 'lfw.bin'), 'wb') as file:
    pickle.dump((bins, same), file, 4)
for name in ('Abel_Pacheco_0001', 'Abel_Pacheco_0004', 'Akhmed_Zakayev_0001'):
    with open(os.path.join(folder, name), 'wb') as file:
        file.write(crops[name])
`;

const LFW = new URL('faces/lfw-112.tar', SHARED);

describe.skipIf(!existsSync(LFW) || pythons.length === 0)('LFW as a pack (shared/faces)', () => {
  let files: WrittenFiles;

  beforeAll(() => {
    files = filesFrom(pythons[0]!, LFW_SCRIPT);
  }, 60_000);
  afterAll(() => files.remove());

  test('has its pairs, and its images byte for byte', async () => {
    const pack = await indexVerificationPack(files.blob('lfw.bin'), 'lfw.bin');
    const { members, pairs } = pack;
    expect([pack.problem, members.length]).toEqual([null, 1200]);
    expect([...pairs!.same]).toEqual(
      Array.from({ length: 600 }, (_, pair) => (pair < 300 ? 1 : 0)),
    );
    // The first lines of pairs.txt; the third has the second's person again.
    const names = ['Abel_Pacheco_0001', 'Abel_Pacheco_0004', 'Akhmed_Zakayev_0001'];
    for (const [index, name] of names.entries()) {
      expect(areEqual(await members[index]!.read(), files.bytes(name))).toBe(true);
    }
    const people = members.slice(0, 6).map(({ identity }) => identity);
    expect(people).toEqual([1, 1, 2, 2, 2, 2].map((person) => `person 000${person}`));
  });
});
