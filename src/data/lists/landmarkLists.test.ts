import { describe, expect, test } from 'vitest';
import { flatPoints } from '../align/points';
import { listedPoints, type MatchedLandmarks } from './landmarkLists';
import { list } from './lists.testing';
import { matchLandmarks } from './match';

const NAMES =
  'lefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x leftmouth_y rightmouth_x rightmouth_y';
const celeba = (...rows: readonly string[]) => [rows.length, NAMES, ...rows].join('\n');

function matched(text: string, name: string, pictures: readonly string[]): MatchedLandmarks {
  const landmarks = list('landmarks', text, name);
  return { name, list: landmarks, lines: matchLandmarks(landmarks, pictures, name) };
}

function flat(lists: readonly MatchedLandmarks[], pictures: readonly string[]) {
  return pictures.map((name, place) => {
    const points = listedPoints(lists, place, name);
    return points === null ? null : flatPoints(points);
  });
}

/** The first lines of the published files. */
const ALIGNED = celeba(
  '000001.jpg 69  109  106  113   77  142   73  152  108  154',
  '000002.jpg 69  110  107  112   81  135   70  151  108  153',
);
const FOUND = celeba(
  '000001.jpg 165  184  244  176  196  249  194  271  266  260',
  '000002.jpg 140  204  220  204  168  254  146  289  226  289',
);

describe('CelebA', () => {
  test('the list among its pictures', () => {
    const pictures = [
      'celeba.zip/img_align_celeba/000002.jpg',
      'celeba.zip/img_align_celeba/9.jpg',
    ];
    const lists = [matched(ALIGNED, 'celeba.zip/list_landmarks_align_celeba.txt', pictures)];
    expect(flat(lists, pictures)).toEqual([[69, 110, 107, 112, 81, 135, 70, 151, 108, 153], null]);
  });

  test('as many lines as the published files have are no pairs', () => {
    const row = (image: number) =>
      `${String(image).padStart(6, '0')}.jpg 69  109  106  113   77  142   73  152  108  154`;
    const rows = Array.from({ length: 120 }, (_, image) => row(image + 1));
    const { paths, problems } = list('landmarks', celeba(...rows), 'list_landmarks_celeba.txt');
    expect([paths.length, problems]).toEqual([120, []]);
    const boxes = [
      '120',
      'image_id x_1 y_1 width height',
      ...rows.map((line) => line.slice(0, 31)),
    ];
    expect(list('landmarks', boxes.join('\n'), 'list_bbox_celeba.txt').boxes).toHaveLength(480);
  });

  test.each([
    ['Img/img_align_celeba/000001.jpg', 69],
    ['Img/img_celeba/000001.jpg', 165],
    // Folders of people say nothing: the aligned pictures are what most have.
    ['2880/000001.jpg', 69],
  ])('of its two lists %s has the one it is in, in whatever order they come', (picture, x) => {
    const two = [
      matched(FOUND, 'Anno/list_landmarks_celeba.txt', [picture]),
      matched(ALIGNED, 'Anno/list_landmarks_align_celeba.txt', [picture]),
    ];
    for (const lists of [two, two.toReversed()]) {
      expect(flat(lists, [picture])[0]?.[0]).toBe(x);
    }
  });
});

test('VGGFace2: names without an extension, in quotes, the parts in two lists', () => {
  const head = 'NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y';
  const pictures = ['train/n000002/0001_01.jpg', 'test/n000001/0001_01.jpg', 'train/n000002/7.jpg'];
  const lists = [
    matched(
      `${head}\n"n000002/0001_01",75.81,110.2,103.1,104.2,90.1,129.3,81.5,143.2,107.4,138.1\n`,
      'bb_landmark/loose_landmark_train.csv',
      pictures,
    ),
    matched(
      `${head}\n"n000001/0001_01",60.5,80.5,90,81,75,99,62,118,89,119\n`,
      'bb_landmark/loose_landmark_test.csv',
      pictures,
    ),
  ];
  expect(flat(lists, pictures).map((points) => points?.[0] ?? null)).toEqual([75.81, 60.5, null]);
});

test('a list of boxes has no points', () => {
  const pictures = ['n000002/0001_01.jpg'];
  const boxes = matched('NAME_ID,X,Y,W,H\n"n000002/0001_01",161,140,224,324\n', 'bb.csv', pictures);
  expect([...boxes.lines]).toEqual([0]);
  expect(flat([boxes], pictures)).toEqual([null]);
});

test('lines that differ leave a picture without points; the same twice does not', () => {
  const row = '1.jpg 69  109  106  113   77  142   73  152  108  154';
  const same = matched(celeba(row, row), 'l.txt', ['x/1.jpg']);
  expect(same.lines[0]).toBeGreaterThanOrEqual(0);
  const other = matched(celeba(row, row.replace('69', '70')), 'l.txt', ['x/1.jpg']);
  expect(other.lines[0]).toBeLessThan(0);
});
