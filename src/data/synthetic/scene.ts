/**
 * One image being painted: who, under what circumstances, on which canvas, and what several painters
 * need at every pixel: the distance to the outline of the head and the light on a ball in its place.
 */
import { STREAM, uniform } from '../../math/random';
import { Canvas } from './canvas';
import type { FaceIdentity } from './identity';
import type { Nuisance } from './nuisance';
import { mix } from './scalar';
import { ellipse, roundedBox, smoothUnion } from './shapes';

/** Size of the table of random numbers of a person; strands, curls and freckles read it. */
export const TEXTURE_SIZE = 64;

export interface Scene {
  readonly canvas: Canvas;
  readonly who: FaceIdentity;
  readonly how: Nuisance;
  /** `[TEXTURE_SIZE]`, uniform in 0 … 1, the same in all images of a person. */
  readonly texture: Float64Array;
  /** Signed distance to the head's outline, plane units, `[size · size]`. */
  readonly head: Float64Array;
  /** Brightness of a ball in the place of the head, `[size · size]`. */
  readonly ball: Float32Array;
}

/** Buffers for images of one size, used again for each. */
export class Studio {
  readonly canvas: Canvas;
  private readonly head: Float64Array;
  private readonly ball: Float32Array;
  private readonly texture = new Float64Array(TEXTURE_SIZE);

  constructor(readonly size: number) {
    this.canvas = new Canvas(size);
    this.head = new Float64Array(size * size);
    this.ball = new Float32Array(size * size);
  }

  /** The scene of one image; valid until the next call. */
  arrange(who: FaceIdentity, how: Nuisance): Scene {
    const { canvas, head, ball, texture } = this;
    canvas.setPose(how);
    for (let index = 0; index < TEXTURE_SIZE; index += 1) {
      texture[index] = uniform(who.texture, STREAM.texture, 0, index);
    }
    const [dx, dy, dz] = how.light.direction;
    for (let pixel = 0; pixel < head.length; pixel += 1) {
      const x = canvas.planeX[pixel]!;
      const y = canvas.planeY[pixel]!;
      head[pixel] = headDistance(canvas, who, x, y);
      const nx = x / 0.64;
      const ny = (y - 0.02) / 0.84;
      const across = nx * nx + ny * ny;
      const nz = Math.sqrt(Math.max(0.06, 1 - across));
      const length = Math.sqrt(across + nz * nz);
      const facing = (nx * dx + ny * dy + nz * dz) / length;
      const wrapped = 0.22 + 0.78 * facing;
      ball[pixel] = how.light.ambient + how.light.diffuse * (wrapped < 0 ? 0 : wrapped);
    }
    return { canvas, who, how, texture, head, ball };
  }
}

/** Skull, jaw and chin in one outline; jaw and chin stand in front of the axis and turn further. */
function headDistance(canvas: Canvas, who: FaceIdentity, x: number, y: number): number {
  const { width, jawWidth, chinY, square, chinWidth } = who.head;
  const { sinYaw, sinPitch } = canvas;
  const skull = ellipse(x, y + 0.13, width, 0.53);
  const jawX = x - 0.14 * sinYaw;
  const jawY = y - 0.2 - 0.1 * sinPitch;
  const jawHeight = chinY - 0.2;
  const oval = ellipse(jawX, jawY, jawWidth, jawHeight);
  const box = roundedBox(jawX, jawY, jawWidth * 0.94, jawHeight * 0.97, 0.22);
  const jaw = mix(oval, box, square);
  const chin = ellipse(x - 0.24 * sinYaw, y - chinY + 0.1 - 0.2 * sinPitch, chinWidth, 0.115);
  return smoothUnion(smoothUnion(skull, jaw, 0.28), chin, 0.12);
}
