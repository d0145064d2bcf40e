/**
 * Looks for the faces of a picture and for the five points of the main one. The detector sees faces
 * whose side is some 60 to 160 of its input's pixels, so the picture is shown to it at several sizes,
 * until a face is found.
 */
import { type FoundBox, fivePointsOf, mainFace } from '../data/align/landmarks';
import {
  apply,
  type FivePoints,
  invert,
  mapPoints,
  type Point,
  type Similarity,
} from '../data/align/similarity';
import { resample } from '../data/import/resize';
import type { FoundFace } from './aligner';
import { type FaceNets, LANDMARK_INPUT } from './alignNets';
import { cropThrough } from './crop';
import type { Picture } from './picture';

/**
 * Sides of the detector's input, pixels: most portraits, then faces that fill the picture, then small
 * ones in large pictures.
 */
const SIDES: readonly number[] = [192, 128, 416, 832];
const SMALLEST_SIDE = 128;

/** Of smaller faces in its input, pixels, the detector sees only some, and those roughly. */
const CLEAR_SIDE = 60;

/** Scores: a face from here on … */
const SURE = 0.5;
/** … or from here on where no size of the picture shows a sure one. */
const UNSURE = 0.3;

/** From here on a second look, with the head turned upright, finds better points. */
const TILTED_RAD = (15 * Math.PI) / 180;

/** The picture in the top left corner of a black square, as large as fits, and how it got there. */
function squareInput(picture: Picture, side: number) {
  const scale = side / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  // Reduced to twice the size by the browser at most: the rest, without aliasing, is ours.
  const pixels = picture.read(whole, 2 * side);
  const all = { ...whole, width: pixels.width, height: pixels.height };
  const rgb = resample(pixels, all, { width, height });
  const square = new Uint8Array(side * side * 3);
  for (let row = 0; row < height; row += 1) {
    square.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), row * side * 3);
  }
  return { square, scale };
}

async function locateAt(picture: Picture, nets: FaceNets, side: number) {
  const { square, scale } = squareInput(picture, side);
  const seen = await nets.locate(square, side, UNSURE);
  const found = seen.map(({ left, top, width, height, score }) => ({
    left: left / scale,
    top: top / scale,
    width: width / scale,
    height: height / scale,
    score,
  }));
  return { found, largestSeen: Math.max(0, ...seen.map(({ width }) => width)) };
}

/** Every face at the first size that shows one clearly, else the best that any size shows. */
async function locate(picture: Picture, nets: FaceNets): Promise<FoundBox[]> {
  const largest = Math.max(picture.width, picture.height);
  let best: FoundBox[] = [];
  let unsure: FoundBox[] = [];
  let before = 0;
  for (const side of SIDES) {
    // Enlarging a picture more than twice shows nothing new, nor does looking at small faces smaller.
    if (side > SMALLEST_SIDE && side > 2 * largest) continue;
    if (side < before && best.length > 0) continue;
    before = side;
    const { found, largestSeen } = await locateAt(picture, nets, side);
    const sure = found.filter(({ score }) => score >= SURE);
    if (sure.length > 0) best = sure;
    if (sure.length > 0 && largestSeen >= CLEAR_SIDE) return best;
    unsure = [...unsure, ...found];
  }
  if (best.length > 0) return best;
  return unsure.toSorted((one, other) => other.score - one.score).slice(0, 1);
}

/** From the picture to a square of the landmark network's size around a box, turned by `angleRad`. */
function towards(box: FoundBox, angleRad: number): Similarity {
  const scale = LANDMARK_INPUT / Math.max(box.width, box.height);
  const [a, b] = [scale * Math.cos(angleRad), scale * Math.sin(angleRad)];
  const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const half = LANDMARK_INPUT / 2;
  return { a, b, tx: half - a * x + b * y, ty: half - b * x - a * y };
}

function mirrored(rgb: Uint8Array, side: number): Uint8Array {
  const mirror = new Uint8Array(rgb.length);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const column = pixel % side;
    const source = (pixel - column + side - 1 - column) * 3;
    mirror.set(rgb.subarray(source, source + 3), pixel * 3);
  }
  return mirror;
}

function between(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

/**
 * The points of a face crop, as the mean of what the network says of it and of its mirror image: that
 * takes away a lean of the network to one side, about one pixel of 112.
 */
async function pointsOfCrop(rgb: Uint8Array, nets: FaceNets): Promise<FivePoints> {
  const straight = fivePointsOf(await nets.landmarks(rgb));
  const seen = fivePointsOf(await nets.landmarks(mirrored(rgb, LANDMARK_INPUT)));
  const [rightEye, leftEye, nose, rightMouth, leftMouth] = mapPoints(seen, ({ x, y }) => {
    return { x: LANDMARK_INPUT - x, y };
  });
  return [
    between(straight[0], leftEye),
    between(straight[1], rightEye),
    between(straight[2], nose),
    between(straight[3], leftMouth),
    between(straight[4], rightMouth),
  ];
}

async function pointsOf(
  picture: Picture,
  box: FoundBox,
  nets: FaceNets,
): Promise<FivePoints | null> {
  const look = async (angleRad: number): Promise<FivePoints | null> => {
    const toCrop = towards(box, angleRad);
    const crop = cropThrough(picture, toCrop, LANDMARK_INPUT);
    if (crop === null) return null;
    const back = invert(toCrop);
    return mapPoints(await pointsOfCrop(crop, nets), (point) => apply(back, point));
  };
  const points = await look(0);
  if (points === null) return null;
  const [leftEye, rightEye] = points;
  const tiltRad = Math.atan2(rightEye.y - leftEye.y, rightEye.x - leftEye.x);
  return Math.abs(tiltRad) < TILTED_RAD ? points : await look(-tiltRad);
}

/** The main face first, then the others, the surest first. At most so many: a crowd is not chosen from. */
const MOST_FACES = 12;

/** Every face that `findFace` counts, with its points. */
export async function findFaces(picture: Picture, nets: FaceNets): Promise<readonly FoundFace[]> {
  const found = await locate(picture, nets);
  const main = mainFace(found, picture);
  const rest = found.filter((box) => box !== main).toSorted((a, b) => b.score - a.score);
  const faces: FoundFace[] = [];
  for (const one of [...(main === null ? [] : [main]), ...rest].slice(0, MOST_FACES)) {
    const points = await pointsOf(picture, one, nets);
    const { score, ...box } = one;
    if (points !== null) faces.push({ box, points, score });
  }
  return faces;
}

export interface Found {
  readonly face: FoundFace;
  /** How many faces the picture shows. */
  readonly faces: number;
}

/** @returns `null` where there is no face */
export async function findFace(picture: Picture, nets: FaceNets): Promise<Found | null> {
  const found = await locate(picture, nets);
  const main = mainFace(found, picture);
  if (main === null) return null;
  const points = await pointsOf(picture, main, nets);
  if (points === null) return null;
  const { score, ...box } = main;
  return { face: { box, points, score }, faces: found.length };
}
