import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describeList } from './describe';
import { list, people } from './lists.testing';
import { recognise } from './recognise';

const ANN_BOB = ['a/1.jpg=Ann', 'b/2.jpg=Bob'];

describe('tables with a header', () => {
  test.each([
    ['CSV', 'image,label\na/1.jpg,Ann\nb/2.jpg,Bob\n'],
    ['semicolons', 'image;label\na/1.jpg;Ann\nb/2.jpg;Bob\n'],
    ['TSV', 'image\tlabel\na/1.jpg\tAnn\nb/2.jpg\tBob\n'],
    ['Windows line ends', 'image,label\r\na/1.jpg,Ann\r\nb/2.jpg,Bob\r\n'],
    ['no line end at the end', 'image,label\na/1.jpg,Ann\nb/2.jpg,Bob'],
    ['empty lines', '\nimage,label\n\na/1.jpg,Ann\n\n\nb/2.jpg,Bob\n\n'],
    ['quotes', '"image","label"\n"a/1.jpg","Ann"\n"b/2.jpg","Bob"\n'],
    ['a space before quotes', 'image, label\na/1.jpg, "Ann"\nb/2.jpg, "Bob"\n'],
    ['other columns around', 'n,file_name,age,identity\n0,a/1.jpg,30,Ann\n1,b/2.jpg,41,Bob\n'],
    ['an unnamed index', ',path,person\n0,a/1.jpg,Ann\n1,b/2.jpg,Bob\n'],
    ['capitals', 'Image Path,Person Name\na/1.jpg,Ann\nb/2.jpg,Bob\n'],
    ['a name beside a running number', 'id,filename,name\n7,a/1.jpg,Ann\n8,b/2.jpg,Bob\n'],
    ['a name that is the picture', 'name,class\na/1.jpg,Ann\nb/2.jpg,Bob\n'],
    ['Excel’s line in front', 'sep=;\nimage;label\na/1.jpg;Ann\nb/2.jpg;Bob\n'],
    ['Hugging Face', 'file_name,label\na/1.jpg,Ann\nb/2.jpg,Bob\n'],
  ])('%s', (_, text) => {
    expect(people(text)).toEqual(ANN_BOB);
    expect(list('identities', text).problemCount).toBe(0);
  });

  test('the part of the set comes along, under one name for each', () => {
    const text = 'path,label,split\n1.jpg,7,Training\n2.jpg,7.0,valid\n3.jpg,8,\n4.jpg,9,held\n';
    expect(people(text)).toEqual(['1.jpg=7@train', '2.jpg=7@val', '3.jpg=8', '4.jpg=9@held']);
  });

  test('commas, quotes and line breaks inside quotes', () => {
    const text = 'image,label\n"a,1.jpg","Lee, ""Ann"""\n"b\n2.jpg",Bob\nc.jpg,\n';
    expect(people(text)).toEqual(['a,1.jpg=Lee, "Ann"', 'b\n2.jpg=Bob']);
    expect(list('identities', text).problems).toEqual([
      { line: 5, reason: 'The line does not say who is on “c.jpg”.' },
    ]);
  });

  test('a quote that is never closed costs its own line', () => {
    const text = 'image,label\na/1.jpg,Ann\n"x.jpg,Eve\nb/2.jpg,Bob\n';
    const found = list('identities', text);
    expect(found.paths).toContain('b/2.jpg');
    expect(found.problems).toEqual([{ line: 3, reason: 'A quote is not closed in “"x.jpg,Eve”.' }]);
  });

  test('the lines that cannot be used are named, the first twenty of them', () => {
    const bad = Array.from({ length: 25 }, () => ',Ann').join('\n');
    const good = Array.from({ length: 30 }, (_, index) => `${index}.jpg,Ann`).join('\n');
    const found = list('identities', `image,label\n${bad}\n${good}\n`);
    expect(found.paths).toHaveLength(30);
    expect(found.problemCount).toBe(25);
    expect(found.problems).toHaveLength(20);
    expect(found.problems[0]).toEqual({ line: 2, reason: 'The line names no picture.' });
    expect(describeList(found)).toBe('who is on 30 images, 1 identity; 25 lines could not be used');
  });
});

describe('encodings', () => {
  const TEXT = 'image,label\na/1.jpg,Zoë\nb/2.jpg,王菲\n';
  const expected = ['a/1.jpg=Zoë', 'b/2.jpg=王菲'];

  function utf16(text: string, order: 'le' | 'be'): Uint8Array {
    const bytes = new Uint8Array(2 * text.length);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < text.length; at += 1) {
      view.setUint16(2 * at, text.charCodeAt(at), order === 'le');
    }
    return bytes;
  }

  test.each([
    ['UTF-8', new TextEncoder().encode(TEXT)],
    ['UTF-8 with a mark', new TextEncoder().encode(`\ufeff${TEXT}`)],
    ['UTF-16 little-endian with a mark', utf16(`\ufeff${TEXT}`, 'le')],
    ['UTF-16 big-endian with a mark', utf16(`\ufeff${TEXT}`, 'be')],
    ['UTF-16 little-endian', utf16(TEXT, 'le')],
    ['UTF-16 big-endian', utf16(TEXT, 'be')],
  ])('%s', (_, bytes) => {
    expect(people(bytes)).toEqual(expected);
  });

  test('Windows’ Western European', () => {
    const bytes = Uint8Array.from('path,label\n1.jpg,Zo\xeb\n', (char) => char.charCodeAt(0));
    expect(people(bytes)).toEqual(['1.jpg=Zoë']);
  });
});

describe('JSON', () => {
  const ANN = { file_name: 'a/1.jpg', identity: 'Ann', box: { x: 1 } };
  const BOB = { file_name: 'b/2.jpg', identity: 'Bob' };

  test.each([
    ['one object per line', `${JSON.stringify(ANN)}\n${JSON.stringify(BOB)}\n`],
    ['an array', JSON.stringify([ANN, BOB], null, 2)],
    ['an array of pairs', '[["a/1.jpg","Ann"],["b/2.jpg","Bob"]]'],
    ['pairs under labels', '{"labels": [["a/1.jpg","Ann"],["b/2.jpg","Bob"]]}'],
    ['paths as keys', '{"a/1.jpg": "Ann", "b/2.jpg": "Bob"}'],
    ['columns', '{"id": ["Ann","Bob"], "path": ["a/1.jpg","b/2.jpg"]}'],
  ])('%s', (_, text) => {
    expect(people(text, 'metadata.jsonl')).toEqual(ANN_BOB);
  });

  test('numbers are names too', () => {
    expect(people('{"image":"1.jpg","label":0}\n{"image":"2.jpg","label":12}\n')).toEqual([
      '1.jpg=0',
      '2.jpg=12',
    ]);
  });

  test('a line that is no JSON is named', () => {
    const found = list(
      'identities',
      `${JSON.stringify(ANN)}\n{"file_name": \n${JSON.stringify(BOB)}`,
    );
    expect(found.paths).toEqual(['a/1.jpg', 'b/2.jpg']);
    expect(found.problems).toEqual([{ line: 2, reason: '“{"file_name":” is no JSON object.' }]);
  });

  test.each([
    ['settings', '{"compilerOptions": {"strict": true}, "include": ["src"]}'],
    ['numbers', '[1, 2, 3]'],
    ['an empty array', '[]'],
    ['a broken array', '[{"image": "1.jpg", "label": 1}'],
  ])('no list: %s', (_, text) => {
    expect(recognise(text, 'x.json')).toBeNull();
  });
});

describe('lists without a header', () => {
  test.each([
    ['path, tab, label', 'a/1.jpg\tAnn\nb/2.jpg\tBob\n'],
    ['path, space, label', 'a/1.jpg Ann\nb/2.jpg Bob\n'],
    ['path, comma, label', 'a/1.jpg,Ann\nb/2.jpg,Bob\n'],
    ['label first', 'Ann\ta/1.jpg\nBob\tb/2.jpg\n'],
    ['label first, space', 'Ann a/1.jpg\nBob b/2.jpg\n'],
    ['MXNet', '0\tAnn\ta/1.jpg\n1\tBob\tb/2.jpg\n'.replace('Ann', '5').replace('Bob', '6')],
    ['CVLface', '0\ta/1.jpg\tAnn\n1\tb/2.jpg\tBob\n'],
    [
      'a flag in front, a box behind',
      '1\ta/1.jpg\tAnn\t4\t5\t80\t90\n1\tb/2.jpg\tBob\t4\t5\t8\t9\n',
    ],
    ['spaces around', '  a/1.jpg   Ann  \r\n  b/2.jpg   Bob  \r\n'],
    ['comments', '# who is who\na/1.jpg Ann\n# and\nb/2.jpg Bob\n'],
  ])('%s', (name, text) => {
    const expected = name === 'MXNet' ? ['a/1.jpg=5', 'b/2.jpg=6'] : ANN_BOB;
    expect(people(text)).toEqual(expected);
    expect(list('identities', text).problemCount).toBe(0);
  });

  test('spaces inside a path', () => {
    expect(people('Ann Lee/1 (2).jpg 0\nBob/2.jpg 1\n')).toEqual([
      'Ann Lee/1 (2).jpg=0',
      'Bob/2.jpg=1',
    ]);
  });

  test('MXNet writes labels as fractions, several of them', () => {
    expect(people('0\t12.000000\ta.jpg\n1\t3.000000\t7.0\tb.jpg\n')).toEqual([
      'a.jpg=12',
      'b.jpg=3',
    ]);
  });

  test('a line that does not fit is named', () => {
    const lines = Array.from({ length: 20 }, (_, at) => `m.0107_f/${at}-FaceId-0_align.jpg ${at}`);
    const found = list('identities', [...lines, 'm.0107_f/20-FaceId-0_align.jpg'].join('\n'));
    expect(found.paths).toHaveLength(20);
    expect(found.problems).toEqual([
      { line: 21, reason: '“m.0107_f/20-FaceId-0_align.jpg” is no picture with a label.' },
    ]);
  });

  test('pictures alone are a part of the set where the file is named for one', () => {
    const text = 'n000002/0001_01.jpg\nn000002/0002_01.jpg\n';
    const found = list('partition', text, 'VGG-Face2/data/test_list.txt');
    expect(found.paths).toHaveLength(2);
    expect(found.splits).toEqual(['test', 'test']);
    expect(recognise(text, 'files.txt')).toBeNull();
  });
});

describe('what is no list', () => {
  test.each([
    ['prose', 'These images were collected for research.\nPlease cite our paper.\nSee a/1.jpg.\n'],
    ['a table of something else', 'epoch,loss,accuracy\n1,2.3,0.5\n2,2.1,0.6\n'],
    ['numbers', '1 2 3\n4 5 6\n'],
    ['templates and media', 'img/1.jpg 1 69544\nimg/2.jpg 1 69545\n'],
    ['template pairs', '1 11065 1\n1 11066 0\n'],
    ['code', 'import os\nfor x in os.listdir("a/b"):\n    print(x)\n'],
    ['nothing', ''],
    ['white space', '  \n\n'],
    ['a header alone', 'image,label\n'],
    ['addresses', 'https://example.org/a.html\nhttps://example.org/b.html\n'],
  ])('%s', (_, text) => {
    expect(recognise(text, 'README.txt')).toBeNull();
  });

  test('data', () => {
    expect(
      recognise(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70, 0, 1), 'a'),
    ).toBeNull();
    expect(recognise(new Uint8Array(5000), 'zeros')).toBeNull();
    expect(recognise(new Uint8Array(0), 'empty')).toBeNull();
  });

  test.each([
    ['spaces', ' '],
    ['numbers', '1 '],
    ['words', 'a '],
    ['quotes', '"'],
    ['commas', ', '],
    ['slashes', 'a/'],
    ['brackets', '['],
  ])('a very long line of %s ends soon', (_, part) => {
    const long = `a${part.repeat(300_000)}b`;
    const expected = expect.stringMatching(/^“a line of \d+ characters” is no/);
    expect(recognise(long, 'pairs_train.txt') === null).toBe(true);
    for (const [kind, good] of [
      ['pairs', 'Ann 1 2\n'],
      ['identities', 'a/1.jpg Ann\n'],
    ] as const) {
      const { problems } = list(kind, `${good.repeat(60)}${long}\n`);
      expect(problems).toEqual([{ line: 61, reason: expected }]);
    }
  });

  test('whatever the text, it is a list or none, without a throw', () => {
    const word = fc.constantFrom(
      'a/1.jpg',
      '2',
      '0',
      'Ann',
      '\t',
      ',',
      '"',
      '\n',
      ' ',
      '{',
      '[',
      ']',
      ':',
      'image',
      'label',
      '\\',
      ';',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const found = recognise(words.join(''), 'pairs_people_train.txt');
        if (found === null) return;
        expect(found.problems.length).toBe(Math.min(20, found.problemCount));
        if (found.kind === 'identities') expect(found.identities).toHaveLength(found.paths.length);
        if (found.kind === 'pairs')
          for (const { fold } of found.pairs) expect(fold).toBeLessThan(found.folds ?? 1);
      }),
      { numRuns: 1000 },
    );
  });
});
