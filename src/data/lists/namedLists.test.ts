import { describe, expect, test } from 'vitest';
import { describeList } from './describe';
import { list, people } from './lists.testing';
import { recognise } from './recognise';

describe('CelebA', () => {
  test.each([
    ['as published', '000001.jpg 2880\n000002.jpg 2937\n'],
    ['with a header', 'image identity\n000001.jpg 2880\n000002.jpg 2937\n'],
    ['with a count', '2\n000001.jpg 2880\n000002.jpg 2937\n'],
    ['as a table', 'image_id,identity\n000001.jpg,2880\n000002.jpg,2937\n'],
  ])('who is who, %s', (_, text) => {
    expect(people(text, 'identity_CelebA.txt')).toEqual(['000001.jpg=2880', '000002.jpg=2937']);
    expect(list('identities', text).problemCount).toBe(0);
  });

  test.each([
    ['as published', '000001.jpg 0\n000002.jpg 1\n000003.jpg 2\n', 'list_eval_partition.txt'],
    ['as a table', 'image_id,partition\n000001.jpg,0\n000002.jpg,1\n000003.jpg,2\n', 'x.csv'],
    ['in words', '000001.jpg train\n000002.jpg val\n000003.jpg test\n', 'x.txt'],
  ])('its parts, %s', (_, text, name) => {
    expect(list('partition', text, name).splits).toEqual(['train', 'val', 'test']);
  });

  const NAMES =
    'lefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y';

  test.each([
    [
      'as published',
      `2\n${NAMES} \n000001.jpg 1  2  3 4 5 6 7 8 9 10\n000002.jpg 1 2 3 4 5 6 7 8 9 -1\n`,
    ],
    [
      'as a table',
      `image_id,${NAMES.replaceAll(' ', ',')}\n000001.jpg,1,2,3,4,5,6,7,8,9,10\n000002.jpg,1,2,3,4,5,6,7,8,9,-1\n`,
    ],
    [
      'without names',
      '000001.jpg 1 2 3 4 5 6 7 8 9 10 0.99\n000002.jpg 1 2 3 4 5 6 7 8 9 -1 0.9\n',
    ],
  ])('landmarks, %s', (_, text) => {
    const found = list('landmarks', text, 'list_landmarks_align_celeba.txt');
    expect(found.paths).toEqual(['000001.jpg', '000002.jpg']);
    expect([...found.points!.slice(0, 11)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1]);
    expect(found.points!.at(-1)).toBe(-1);
    expect(found.boxes).toBeNull();
    expect(found.problemCount).toBe(0);
  });

  test('boxes', () => {
    const text = '1\nimage_id x_1 y_1 width height\n000001.jpg    95  71 226 313\n';
    const found = list('landmarks', text, 'list_bbox_celeba.txt');
    expect([...found.boxes!]).toEqual([95, 71, 226, 313]);
    expect(found.points).toBeNull();
  });

  test('attributes say nothing about people', () => {
    const text = '1\nSmiling Male Young \n000001.jpg -1  1 -1\n';
    expect(recognise(text, 'list_attr_celeba.txt')).toBeNull();
    expect(
      recognise('image_id,Smiling,Male\n000001.jpg,-1,1\n', 'list_attr_celeba.csv'),
    ).toBeNull();
  });
});

describe('VGGFace2', () => {
  test('names of its people', () => {
    const text =
      'Class_ID, Name, Sample_Num, Flag, Gender\nn000001, "14th_Dalai_Lama", 424, 0, m\nn000003, "Smith,_Ann", 105, 1, f\n';
    const found = list('names', text, 'identity_meta.csv');
    expect([...found.names]).toEqual([
      ['n000001', '14th_Dalai_Lama'],
      ['n000003', 'Smith,_Ann'],
    ]);
  });

  test('landmarks and boxes', () => {
    const points =
      'NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y\n"n000001/0001_01",75.5,110.25,103,104,90,120,80,140,x,138\n"n000001/0002_01",1,2,3,4,5,6,7,8,9,10.5\n';
    const found = list('landmarks', points, 'loose_landmark_test.csv');
    expect(found.paths).toEqual(['n000001/0002_01']);
    expect([...found.points!]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10.5]);
    expect(found.problems).toEqual([
      { line: 2, reason: 'The line of “n000001/0001_01” has something that is no number.' },
    ]);
    const boxes = list('landmarks', 'NAME_ID,X,Y,W,H\n"n000001/0001_01",60,60,79,109\n');
    expect([...boxes.boxes!]).toEqual([60, 60, 79, 109]);
  });
});

describe('pairs', () => {
  test('LFW, in folds by their place', () => {
    const text = '2\t1\nAnn\t1\t4\nAnn\t1\tBob\t2\nCy\t1\t2\nCy\t3\tDi\t1\n';
    const found = list('pairs', text, 'pairs.txt');
    expect(found.folds).toBe(2);
    expect(found.pairs.map(({ fold }) => fold)).toEqual([0, 0, 1, 1]);
    expect(found.pairs[0]).toEqual({
      first: { kind: 'numbered', identity: 'Ann', image: 1 },
      second: { kind: 'numbered', identity: 'Ann', image: 4 },
      same: true,
      fold: 0,
    });
    expect(found.pairs[3]!.same).toBe(false);
    expect(describeList(found)).toBe('4 pairs in 2 folds');
  });

  test('a pair that cannot be read keeps its place, and the count is compared', () => {
    const good = Array.from({ length: 8 }, (_, at) => `Ann ${at + 1} ${at + 2}`);
    const found = list('pairs', ['10 1', 'Ann 1', ...good].join('\n'), 'pairs.txt');
    expect(found.pairs.map(({ fold }) => fold)).toEqual([0, 1, 1, 2, 2, 3, 3, 4]);
    expect(found.problems).toEqual([
      { line: 1, reason: 'The first line promises 20 pairs, but 9 follow.' },
      { line: 2, reason: '“Ann 1” is no pair.' },
    ]);
  });

  test.each([
    ['without a header, as RFW has them', 'm.0xnkj\t1\t2\nm.0xnkj\t1\tm.0aab\t2\n'],
    ['as a table', 'name,imagenum1,imagenum2,\nm.0xnkj,1,2,\nm.0xnkj,1,m.0aab,2\n'],
    [
      'as a table of two names',
      'name1,imagenum1,name2,imagenum2\nm.0xnkj,1,m.0xnkj,2\nm.0xnkj,1,m.0aab,2\n',
    ],
    ['with a label', 'm.0xnkj,1,m.0xnkj,2,1\nm.0xnkj,1,m.0aab,2,0\n'],
  ])('%s', (_, text) => {
    const found = list('pairs', text, 'list.csv');
    expect(found.folds).toBeNull();
    expect(found.pairs.map(({ same }) => same)).toEqual([true, false]);
    expect(found.pairs[1]!.second).toEqual({ kind: 'numbered', identity: 'm.0aab', image: 2 });
  });

  test('names with spaces, between tabs or spaces', () => {
    for (const gap of ['\t', ' ']) {
      const text = `1 1\n${['Ann Lee', 1, 2].join(gap)}\n${['Ann Lee', 3, 'Bob van Dam', 4].join(gap)}\n`;
      const { pairs } = list('pairs', text);
      expect(pairs[0]!.first).toEqual({ kind: 'numbered', identity: 'Ann Lee', image: 1 });
      expect(pairs[1]!.second).toEqual({ kind: 'numbered', identity: 'Bob van Dam', image: 4 });
    }
  });

  test.each([
    ['two paths and 0 or 1', 'a/1.jpg a/2.jpg 1\na/1.jpg b/1.jpg 0\n'],
    ['the label first', '1 a/1.jpg a/2.jpg\n0 a/1.jpg b/1.jpg\n'],
    ['a table', 'image1,image2,label\na/1.jpg,a/2.jpg,1\na/1.jpg,b/1.jpg,0\n'],
    ['−1 for two people', 'a/1.jpg\ta/2.jpg\t1\na/1.jpg\tb/1.jpg\t-1\n'],
  ])('%s', (_, text) => {
    const { pairs } = list('pairs', text, 'x.txt');
    expect(pairs.map(({ same }) => same)).toEqual([true, false]);
    expect(pairs[1]!.second).toEqual({ kind: 'path', path: 'b/1.jpg' });
  });

  test('two lines for every pair, as CALFW has them', () => {
    const text = 'Ann_1.jpg 3\nAnn_2.jpg 3\nBob_1.jpg 0\nCy_1.jpg 0\n';
    const { pairs } = list('pairs', text, 'calfw/pairs_CALFW.txt');
    expect(pairs.map(({ same }) => same)).toEqual([true, false]);
    // The same lines under another name are who is on which picture.
    expect(recognise(text, 'labels.txt')?.kind).toBe('identities');
  });
});

describe('people', () => {
  test('a count and the people, for training by the name of the file', () => {
    const found = list('people', '2\nAnn_Lee\t3\nBob\t1\n', 'peopleDevTrain.txt');
    expect(found.role).toBe('train');
    expect(found.folds).toEqual([
      [
        { name: 'Ann_Lee', images: 3 },
        { name: 'Bob', images: 1 },
      ],
    ]);
    expect(list('people', '1\nAnn\t3\n', 'peopleDevTest.txt').role).toBe('test');
  });

  test('folds with a count each', () => {
    const found = list('people', '2\n2\nAnn\t3\nBob\t1\n1\nCy\t2\n', 'people.txt');
    expect(found.role).toBeNull();
    expect(found.folds.map((fold) => fold.map(({ name }) => name))).toEqual([
      ['Ann', 'Bob'],
      ['Cy'],
    ]);
    expect(found.problemCount).toBe(0);
    expect(describeList(found)).toBe('3 people in 2 folds');
  });

  test('counts that do not fit are told', () => {
    const found = list('people', '3\n2\nAnn\t3\n1\nCy\t2\n', 'people.txt');
    expect(found.problems).toEqual([
      { line: 1, reason: 'The list says 3 folds, but has 2.' },
      { line: 2, reason: 'The count of people is 2, but 1 follow.' },
    ]);
  });

  test('as a table, and without anything above', () => {
    expect(list('people', 'name,images\nAnn,3\nBob,1\n', 'people.csv').folds[0]).toHaveLength(2);
    expect(list('people', 'Ann\t3\nBob\t1\n', 'lfw-names.txt').folds[0]).toHaveLength(2);
    expect(recognise('the\t3\nof\t1\n', 'words.txt')).toBeNull();
  });
});
