import { describe, expect, test } from 'vitest';
import { ImportError } from './importError';
import { describeLayout, type ImagePath, identitiesOf, imageOrder, peopleOf } from './layout';

/** Loose paths, or `archive!path` inside archives. */
function imagesAt(paths: readonly string[]): ImagePath[] {
  return paths.map((path) => {
    const [archive, inside] = path.split('!');
    return inside === undefined
      ? { archive: null, path }
      : { archive: archive ?? null, path: inside };
  });
}

function identities(...paths: string[]): string[] {
  return identitiesOf(imagesAt(paths));
}

/** `identity@split`, or the identity where no part is said. */
function people(paths: readonly string[], namePattern: string | null = null): string[] {
  return peopleOf(imagesAt(paths), { namePattern }).map(({ identity, split }) =>
    split === null ? identity : `${identity}@${split}`,
  );
}

describe('folders', () => {
  test.each([
    ['one folder per person', ['Ann/1.jpg', 'Ann/2.jpg', 'Bob/1.jpg']],
    ['a folder around them', ['lfw/Ann/1.jpg', 'lfw/Ann/2.jpg', 'lfw/Bob/1.jpg']],
    ['the folder twice', ['lfw/lfw/Ann/1.jpg', 'lfw/lfw/Ann/2.jpg', 'lfw/lfw/Bob/1.jpg']],
    ['three folders deep', ['a/b/c/Ann/1.jpg', 'a/b/c/Ann/2.jpg', 'a/b/c/Bob/1.jpg']],
    ['every person nested twice', ['Ann/Ann/1.jpg', 'Ann/Ann/2.jpg', 'Bob/Bob/1.jpg']],
    ['leading ./', ['./Ann/1.jpg', './Ann/2.jpg', './Bob/1.jpg']],
    ['absolute paths', ['/x/Ann/1.jpg', '/x/Ann/2.jpg', '/x/Bob/1.jpg']],
    ['backslashes', ['lfw\\Ann\\1.jpg', 'lfw\\Ann\\2.jpg', 'lfw\\Bob\\1.jpg']],
    ['splits', ['train/Ann/1.jpg', 'val/Ann/1.jpg', 'test/Bob/1.jpg']],
    ['splits inside a folder', ['d/Train/Ann/1.jpg', 'd/Test/Ann/1.jpg', 'd/Test/Bob/1.jpg']],
    ['one of several splits', ['d/train/Ann/1.jpg', 'd/train/Ann/2.jpg', 'd/train/Bob/1.jpg']],
    ['groups above the people', ['girls/Ann/1.jpg', 'girls/Ann/2.jpg', 'boys/Bob/1.jpg']],
    ['numbers as names of files', ['x/Ann/1_1.jpg', 'x/Ann/2_1.jpg', 'x/Bob/1_1.jpg']],
    ['pins_ before the names', ['pins_Ann/a1.jpg', 'pins_Ann/a2.jpg', 'pins_Bob/b1.jpg']],
    ['one archive', ['lfw.zip!lfw/Ann/1.jpg', 'lfw.zip!lfw/Ann/2.jpg', 'lfw.zip!lfw/Bob/1.jpg']],
    ['several archives', ['a.zip!Ann/1.jpg', 'b.tar!Ann/2.jpg', 'b.tar!Bob/1.jpg']],
    ['an archive per person', ['Ann.tar.gz!1.jpg', 'Ann.tar.gz!2.jpg', 'Bob.tgz!1.jpg']],
    ['an archive and a folder', ['a.zip!x/Ann/1.jpg', 'faces/Ann/2.jpg', 'faces/Bob/2.jpg']],
    ['an archive inside a folder', ['f/a.zip!Ann/1.jpg', 'f/Ann/2.jpg', 'f/Bob/2.jpg']],
  ])('%s', (_, paths) => {
    expect(identities(...paths)).toEqual(['Ann', 'Ann', 'Bob']);
  });

  test('the same people in several batches are the same people', () => {
    const people = ['Ann', 'Bob', 'Cy'];
    const paths = ['b1', 'b2'].flatMap((batch) => people.map((name) => `${batch}/${name}/1.jpg`));
    expect(identities(...paths)).toEqual([...people, ...people]);
  });

  test.each([
    ['views', ['front', 'side']],
    ['numbered videos', ['0', '1', '2']],
  ])('names that repeat from person to person are no people: %s', (_, inside) => {
    const people = ['Ann', 'Bob', 'Cy', 'Di'];
    const paths = people.flatMap((name) => inside.map((folder) => `set/${name}/${folder}/1.jpg`));
    expect(identities(...paths)).toEqual(people.flatMap((name) => inside.map(() => name)));
  });

  test.each([
    ['one camera and one day', ['day1/cam0']],
    ['cameras and days', ['left/day1', 'right/day1', 'left/day2', 'right/day2']],
    ['days and cameras', ['day1/left', 'day1/right', 'day2/left', 'day2/right']],
    ['clips of parts of the set', ['train/clip', 'test/clip']],
  ])('however deep: %s', (_, inside) => {
    const people = ['Ann', 'Bob', 'Cy', 'Di', 'Eve'];
    const paths = people.flatMap((name) => inside.map((folder) => `set/${name}/${folder}/1.jpg`));
    expect(identities(...paths)).toEqual(people.flatMap((name) => inside.map(() => name)));
  });

  test('batches of the same people with a view below each are no people', () => {
    const batches = ['b1', 'b2', 'b3'];
    const paths = batches.flatMap((batch) =>
      ['Ann', 'Bob'].map((name) => `${batch}/${name}/front/1.jpg`),
    );
    expect(new Set(identities(...paths))).toEqual(new Set(['Ann', 'Bob']));
  });

  test.each([
    ['numbers', 'Ann/1.jpg', 'Ann/2.jpg', 'Ann/3.jpg'],
    ['dates', 'me/Ann/IMG_20190101_120000.jpg', 'me/Ann/IMG_20190102_130000.jpg'],
    ['an archive', 'Ann.zip!1.jpg', 'Ann.zip!2.jpg'],
  ])('files that no name puts together are of the one folder they lie in: %s', (_, ...paths) => {
    expect(new Set(identities(...paths))).toEqual(new Set(['Ann']));
  });

  test.each([
    ['names', 'stars/ann.jpg', 'stars/bob.jpg'],
    ['a folder for pictures', 'photos/1.jpg', 'photos/2.jpg'],
  ])('but each of a person of its own where they may be anybody: %s', (_, ...paths) => {
    expect(new Set(identities(...paths)).size).toBe(2);
  });

  test('a part of the set is no person, nor is where loose files lay', () => {
    expect(identities('train/1.jpg', 'train/2.jpg')).toEqual(['1', '2']);
    expect(identities('1.jpg', '2.jpg')).toEqual(['1', '2']);
  });

  test('a folder inside a person’s folder is that person’s', () => {
    expect(identities('Ann/1.jpg', 'Ann/2.jpg', 'Ann/old/1.jpg', 'Bob/1.jpg')).toEqual([
      'Ann',
      'Ann',
      'Ann',
      'Bob',
    ]);
  });

  test('a stray picture above the people’s folders does not make them one person', () => {
    expect(
      identities('m/cover.jpg', 'm/Ann/1.jpg', 'm/Bob/1.jpg', 'f/Cy/1.jpg', 'f/Di/1.jpg'),
    ).toEqual(['m', 'Ann', 'Bob', 'Cy', 'Di']);
    expect(identities('all/cover.jpg', 'all/Ann/1.jpg', 'all/Bob/1.jpg')).toEqual([
      'cover',
      'Ann',
      'Bob',
    ]);
  });

  test('accents written in two ways are one name', () => {
    const together = 'Zo\u00eb';
    const apart = 'Zoe\u0308';
    expect(identities(`${together}/1.jpg`, `${apart}/2.jpg`, '王菲/1.jpg')).toEqual([
      together,
      together,
      '王菲',
    ]);
  });

  test('an identity may be named like an extension or have dots in it', () => {
    expect(identities('J.R. Smith/1.jpg', 'a.zip/1.jpg')).toEqual(['J.R. Smith', 'a.zip']);
  });
});

describe('file names, where there is no folder for the person', () => {
  test.each([
    ['LFW', ['Ann_Lee_0001.jpg', 'Ann_Lee_0002.jpg', 'Bob_0001.jpg'], ['Ann_Lee', 'Bob']],
    ['identity and image', ['12_1.png', '12_02.png', '7_1.png'], ['12', '7']],
    ['ORL', ['s1_1.pgm', 's1-10.pgm', 's40.3.pgm'], ['s1', 's40']],
    ['Yale', ['subject01.glasses', 'subject01.happy', 'subject02.sad'], ['subject01', 'subject02']],
    [
      'VGGFace2',
      ['n000002_01_1.jpg', 'n000002_02_1.jpg', 'n000003_01_1.jpg'],
      ['n000002', 'n000003'],
    ],
    [
      'Yale B',
      ['yaleB01_P00A+000E+00.pgm', 'yaleB01_P00_Ambient.pgm', 'yaleB02_P00A.pgm'],
      ['yaleB01', 'yaleB02'],
    ],
    ['names with numbers', ['ann1.jpg', 'ann02.jpeg', 'bob1.jpg'], ['ann', 'bob']],
    ['copies', ['Ann (1).jpg', 'Ann (2).jpg', 'Bob (1).jpg'], ['Ann', 'Bob']],
    ['dashes', ['ann-lee-1.jpg', 'ann-lee-2.jpg', 'bob-9.webp'], ['ann-lee', 'bob']],
    ['in one folder', ['all/Ann_0001.jpg', 'all/Ann_0002.jpg', 'all/Bob_0001.jpg'], ['Ann', 'Bob']],
    ['in splits', ['train/Ann_0001.jpg', 'val/Ann_0002.jpg', 'val/Bob_0001.jpg'], ['Ann', 'Bob']],
    [
      'in one archive',
      ['a.zip!Ann_0001.jpg', 'a.zip!Ann_0002.jpg', 'a.zip!Bob_0001.jpg'],
      ['Ann', 'Bob'],
    ],
  ])('%s', (_, paths, [first, second]) => {
    expect(identities(...paths)).toEqual([first, first, second]);
  });

  test('a name without a number is an identity of its own', () => {
    expect(identities('Ann.jpg', 'Bob.png', 'noextension')).toEqual(['Ann', 'Bob', 'noextension']);
  });

  test('a single file', () => {
    expect(identities('x/y/Ann_0001.jpg')).toEqual(['Ann']);
  });

  test('nothing', () => {
    expect(identities()).toEqual([]);
  });
});

test('images are ordered by identity, then path, by code unit, then as given', () => {
  const images = [
    { identity: 'b', path: 'b/2' },
    { identity: 'B', path: 'B/1' },
    { identity: 'b', path: 'b/10' },
    { identity: 'b', path: 'b/2' },
    { identity: 'a', path: 'z/1' },
  ];
  expect([...imageOrder(images)]).toEqual([1, 4, 2, 0, 3]);
});

describe('parts of the set', () => {
  test.each([
    [
      'folders above the people',
      ['d/train/Ann/1.jpg', 'd/val/Ann/2.jpg', 'd/test/Bob/1.jpg'],
      ['Ann@train', 'Ann@val', 'Bob@test'],
    ],
    [
      'in other words',
      ['Training/Ann/1.jpg', 'Validation/Ann/2.jpg', 'eval/Bob/1.jpg'],
      ['Ann@train', 'Ann@val', 'Bob@test'],
    ],
    [
      'gallery, probe and query',
      ['gallery/Ann/1.jpg', 'probe/Ann/2.jpg', 'query/Bob/1.jpg'],
      ['Ann@gallery', 'Ann@probe', 'Bob@query'],
    ],
    [
      'the innermost of several',
      ['test/gallery/Ann/1.jpg', 'test/probe/Ann/2.jpg', 'train/Bob/1.jpg'],
      ['Ann@gallery', 'Ann@probe', 'Bob@train'],
    ],
    [
      'one that all images are in',
      ['d/train/Ann/1.jpg', 'd/train/Bob/1.jpg'],
      ['Ann@train', 'Bob@train'],
    ],
    [
      'folders inside the people’s',
      ['Ann/train/1.jpg', 'Ann/test/2.jpg', 'Bob/train/1.jpg', 'Bob/test/2.jpg'],
      ['Ann@train', 'Ann@test', 'Bob@train', 'Bob@test'],
    ],
    [
      'a name without a folder',
      ['train/Ann_0001.jpg', 'val/Ann_0002.jpg', 'val/Bob_0001.jpg'],
      ['Ann@train', 'Ann@val', 'Bob@val'],
    ],
    [
      'archives',
      ['vggface2_train.tar.gz!n1/1.jpg', 'vggface2_test.tar!n2/1.jpg', 'more.zip!n3/1.jpg'],
      ['n1@train', 'n2@test', 'n3'],
    ],
    ['none', ['Ann/1.jpg', 'Bob/1.jpg'], ['Ann', 'Bob']],
  ])('%s', (_, paths, expected) => {
    expect(people(paths)).toEqual(expected);
  });

  test('a person may be called like a part', () => {
    expect(people(['boys/Val/1.jpg', 'boys/Ted/1.jpg', 'girls/Ann/1.jpg'])).toEqual([
      'Val',
      'Ted',
      'Ann',
    ]);
  });

  test.each([
    ['one', ['Anna', 'Bob', 'Cleo', 'Val'], ['Anna', 'Bob', 'Cleo', 'Val']],
    ['in a folder around', ['s/Anna', 's/Bob', 's/test'], ['Anna', 'Bob', 'test']],
    [
      'more than others',
      ['Anna', 'Bob', 'Test', 'Val', 'query'],
      ['Anna', 'Bob', 'Test', 'Val', 'query'],
    ],
    [
      'inside a part',
      ['train/Ann', 'train/Val', 'test/Ann'],
      ['Ann@train', 'Val@train', 'Ann@test'],
    ],
    [
      'with folders of her own',
      ['Anna', 'Bob', 'Val', 'Val', 'Val/old'],
      ['Anna', 'Bob', 'Val', 'Val', 'Val'],
    ],
  ])('people called like a part, beside people: %s', (_, folders, expected) => {
    const inside = [0, 1].flatMap((file) => folders.map((folder) => `${folder}/${file}.jpg`));
    expect(people(inside)).toEqual([...expected, ...expected]);
  });

  test('an archive of a person called like a part is the person’s', () => {
    expect(people(['Ann.zip!1.jpg', 'Ann.zip!2.jpg', 'Val.zip!1.jpg', 'Val.zip!2.jpg'])).toEqual([
      'Ann',
      'Ann',
      'Val',
      'Val',
    ]);
  });

  test.each([
    [
      'all folders are called like one',
      ['train/ann_0001.jpg', 'val/ann_0002.jpg', 'query/bob_0001.jpg'],
      ['ann@train', 'ann@val', 'bob@query'],
    ],
    [
      'people’s folders lie below, beside a stray picture',
      ['Zed/1.jpg', 'test/0.jpg', 'test/Ann/1.jpg', 'test/Bob/1.jpg'],
      ['Zed', '0@test', 'Ann@test', 'Bob@test'],
    ],
    [
      'the folder beside it is of anybody',
      ['all/ann_0001.jpg', 'test/ann_0002.jpg', 'test/bob_0001.jpg'],
      ['all', 'ann@test', 'bob@test'],
    ],
    [
      'people lie elsewhere',
      ['train/Ann/1.jpg', 'train/Bob/1.jpg', 'test/ann_1.jpg', 'test/bob_1.jpg'],
      ['Ann@train', 'Bob@train', 'ann@test', 'bob@test'],
    ],
    [
      'one beside it is called as nobody is',
      ['train/ann_1.jpg', 'test/ann_2.jpg', 'test/bob_1.jpg', 'docs/logo.jpg'],
      ['ann@train', 'ann@test', 'bob@test', 'docs'],
    ],
    [
      'its files are several people’s',
      ['Ann/1.jpg', 'Bob/1.jpg', 'val/Ann_11.jpg', 'val/Bob_12.jpg'],
      ['Ann', 'Bob', 'Ann@val', 'Bob@val'],
    ],
  ])('but it is a part where %s', (_, paths, expected) => {
    expect(people(paths)).toEqual(expected);
  });
});

describe('a pattern of one’s own', () => {
  test('goes before folders and names, on the whole path', () => {
    const paths = ['set.zip!s1/train/x_Ann_1.jpg', 'set.zip!s1/test/x_Bob_1.jpg'];
    expect(people(paths, 'x_([^_]+)_')).toEqual(['Ann@train', 'Bob@test']);
    expect(people(paths, 'set.zip/(?<who>[^/]+)/')).toEqual(['s1@train', 's1@test']);
  });

  test('the groups named identity and split', () => {
    const paths = ['1-Ann-T.jpg', '1-Bob-dev.jpg', '2-Cy-Training.jpg'];
    const pattern = '^(\\d)-(?<identity>[^-]+)-(?<split>[^.]+)';
    expect(people(paths, pattern)).toEqual(['Ann@t', 'Bob@dev', 'Cy@train']);
  });

  test('what does not fit goes by the usual rules', () => {
    expect(people(['x/Ann/1.jpg', 'x/Bob/q-7.jpg'], 'q-(\\d)')).toEqual(['Ann', '7']);
  });

  test('one that cannot be used is an error with a sentence', () => {
    expect(() => people(['a.jpg'], '([a')).toThrow(ImportError);
    expect(() => people(['a.jpg'], '(a+)+')).toThrow(/itself repeated/);
  });
});

describe('what a layout is called', () => {
  test.each([
    ['LFW', ['lfw/Ann_Lee/Ann_Lee_0001.jpg', 'lfw/Bob/Bob_0001.jpg']],
    ['VGGFace2', ['train/n000002/0001_01.jpg', 'test/n000001/0019_02.jpg']],
    ['CASIA-WebFace', ['0000045/001.jpg', '0000099/112.jpg']],
    ['MS-Celeb-1M', ['m.0107_f/10-FaceId-0_align.jpg', 'm.02xyz/1-FaceId-0.jpg']],
    ['ORL', ['orl_faces/s1/1.pgm', 'orl_faces/s40/10.pgm']],
    ['Yale', ['yalefaces/subject01.happy', 'yalefaces/subject02.sad']],
    ['Extended Yale B', ['yaleB01/yaleB01_P00A+000E+00.pgm', 'yaleB02/yaleB02_P00_Ambient.pgm']],
    ['CelebA', ['img_align_celeba/000001.jpg', 'img_align_celeba/202599.jpg']],
    ['pins', ['pins_Ann/Ann1_2.jpg', 'pins_Bob/Bob9_0.jpg']],
    ['FaceScrub', ['actors/Ann Lee/Ann Lee_12.jpg', 'actors/Bob/Bob_98765.jpg']],
    ['split folders', ['train/Ann/x.jpg', 'test/Bob/y.jpg']],
    ['one folder per person', ['Ann/x.jpg', 'Bob/y.jpg']],
    ['one folder per person', ['Ann/x.jpg', 'Bob/y.jpg', 'Val/z.jpg']],
    ['flat names', ['all/000001.jpg', 'all/000002.jpg']],
    ['nothing', []],
  ])('%s', (name, paths) => {
    expect(describeLayout(imagesAt(paths))).toBe(name);
  });

  test('a stray picture changes nothing', () => {
    const lfw = Array.from({ length: 20 }, (_, at) => `Ann/Ann_00${at + 10}.jpg`);
    expect(describeLayout(imagesAt([...lfw, 'cover.jpg']))).toBe('LFW');
  });
});

describe('known sets', () => {
  test.each([
    ['ORL', ['orl_faces/s1/1.pgm', 'orl_faces/s2/1.pgm'], ['s1', 's2']],
    ['Yale', ['y/subject01.happy', 'y/subject02.sad'], ['subject01', 'subject02']],
    [
      'Cropped Yale B',
      ['c/yaleB01/yaleB01_P00.pgm', 'c/yaleB02/yaleB02_P00.pgm'],
      ['yaleB01', 'yaleB02'],
    ],
    ['CASIA-WebFace', ['CASIA/0000045/001.jpg', 'CASIA/0000099/001.jpg'], ['0000045', '0000099']],
    [
      'VGGFace2',
      ['d/train/n000002/0001_01.jpg', 'd/test/n000001/0001_01.jpg'],
      ['n000002@train', 'n000001@test'],
    ],
    ['FaceScrub', ['f/actors/Ann Lee/Ann Lee_1.jpg', 'f/actresses/Bo/Bo_2.jpg'], ['Ann Lee', 'Bo']],
    ['pins', ['p/pins_Ann Lee/Ann Lee1_1.jpg', 'p/pins_Bo/Bo2_3.jpg'], ['Ann Lee', 'Bo']],
    [
      'CelebA without its list',
      ['img_align_celeba/000001.jpg', 'img_align_celeba/000002.jpg'],
      ['000001', '000002'],
    ],
  ])('%s', (_, paths, expected) => {
    expect(people(paths)).toEqual(expected);
  });
});
