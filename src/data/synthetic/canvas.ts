/**
 * What a face is painted on: display RGB plus one brightness per pixel, and for every pixel where it
 * lies on the upright head (plane coordinates) and on the head seen from the front (face coordinates).
 * Painting visits the pixels of a box only and allocates nothing per pixel.
 */
import type { Rgb } from './colour';
import { clamp01, ramp, rotation } from './scalar';

export interface Pose {
  readonly yawRad: number;
  readonly pitchRad: number;
  readonly rollRad: number;
  readonly scale: number;
  readonly shift: readonly [number, number];
}

/** Pixels `x0 ≤ x < x1`, `y0 ≤ y < y1`. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

export interface Brush {
  readonly box: Box;
  /** Signed distance at a pixel, plane units; negative is painted. */
  readonly distance: (pixel: number) => number;
  readonly ink?: Rgb;
  /** Factor on the ink at a pixel (strands, folds, highlights); 1 if absent. */
  readonly tone?: (pixel: number) => number;
  /** 0 … 1; 1 if absent. */
  readonly opacity?: number;
  /** Width of the edge in plane units; absent or smaller than a pixel means anti-aliased sharp. */
  readonly soft?: number;
  /** A second distance that cuts the shape off sharply, however soft its own edge is. */
  readonly clip?: (pixel: number) => number;
  /** The brightness that the painted surface gets; kept as it is if absent. */
  readonly light?: (pixel: number) => number;
  /** The distance is in face coordinates, whose pixels are wider where the head turns away. */
  readonly onFace?: boolean;
}

/** Half axes of the ball onto which the face is painted, and the height of its middle. */
const BALL = { rx: 0.62, ry: 0.82, depth: 0.56, y: 0.0 };

export class Canvas {
  readonly rgb: Float32Array;
  /** Brightness of the light that falls on each pixel. */
  readonly light: Float32Array;
  readonly planeX: Float64Array;
  readonly planeY: Float64Array;
  readonly faceX: Float64Array;
  readonly faceY: Float64Array;
  /** Plane units per pixel. */
  pixelWidth = 1;
  private readonly stretch: Float64Array;
  private cosRoll = 1;
  private sinRoll = 0;
  private scale = 1;
  private shiftX = 0;
  private shiftY = 0;
  private cosYaw = 1;
  /** Sine of yaw and of pitch: how far a point `z` in front of the head's axis moves. */
  sinYaw = 0;
  private cosPitch = 1;
  sinPitch = 0;

  /** @param size width and height in pixels */
  constructor(readonly size: number) {
    const count = size * size;
    this.rgb = new Float32Array(count * 3);
    this.light = new Float32Array(count);
    this.planeX = new Float64Array(count);
    this.planeY = new Float64Array(count);
    this.faceX = new Float64Array(count);
    this.faceY = new Float64Array(count);
    this.stretch = new Float64Array(count);
  }

  /** Computes the coordinates of every pixel for a pose. Call before painting an image. */
  setPose(pose: Pose): void {
    [this.cosRoll, this.sinRoll] = rotation(pose.rollRad);
    [this.cosYaw, this.sinYaw] = rotation(pose.yawRad);
    [this.cosPitch, this.sinPitch] = rotation(pose.pitchRad);
    this.scale = pose.scale;
    [this.shiftX, this.shiftY] = pose.shift;
    this.pixelWidth = 2 / (this.size * pose.scale);
    for (let row = 0; row < this.size; row += 1) {
      for (let column = 0; column < this.size; column += 1) this.locate(row, column);
    }
  }

  private locate(row: number, column: number): void {
    const pixel = row * this.size + column;
    const dx = ((column + 0.5) / this.size) * 2 - 1 - this.shiftX;
    const dy = ((row + 0.5) / this.size) * 2 - 1 - this.shiftY;
    const x = (dx * this.cosRoll + dy * this.sinRoll) / this.scale;
    const y = (dy * this.cosRoll - dx * this.sinRoll) / this.scale;
    this.planeX[pixel] = x;
    this.planeY[pixel] = y;
    const ux = x / BALL.rx;
    const uy = (y - BALL.y) / BALL.ry;
    const room = Math.sqrt(Math.max(0.02, 1 - ux * ux - uy * uy));
    const z = BALL.depth * room;
    const turnedZ = y * this.sinPitch + z * this.cosPitch;
    this.faceX[pixel] = x * this.cosYaw - turnedZ * this.sinYaw;
    this.faceY[pixel] = y * this.cosPitch - z * this.sinPitch;
    // How much wider a pixel is on the turned ball than on the plane: d faceX / d planeX.
    const slope = (BALL.depth * ux) / (BALL.rx * room);
    const stretch = this.cosYaw + slope * this.sinYaw;
    this.stretch[pixel] = stretch < 0.8 ? 0.8 : stretch > 2.5 ? 2.5 : stretch;
  }

  /** Where the point (x, y, z) of the head lies on the plane once turned, and its depth then. */
  turn(x: number, y: number, z: number): readonly [number, number, number] {
    const turnedZ = z * this.cosYaw - x * this.sinYaw;
    return [
      x * this.cosYaw + z * this.sinYaw,
      y * this.cosPitch + turnedZ * this.sinPitch,
      turnedZ * this.cosPitch - y * this.sinPitch,
    ];
  }

  /** Where the point (x, y) of the face lies on the plane, `out` in front of the surface. */
  project(x: number, y: number, out: number): readonly [number, number] {
    const ux = x / BALL.rx;
    const uy = (y - BALL.y) / BALL.ry;
    const z = BALL.depth * Math.sqrt(Math.max(0.02, 1 - ux * ux - uy * uy)) + out;
    const [px, py] = this.turn(x, y, z);
    return [px, py];
  }

  /** The pixels around a plane rectangle with the middle (x, y) and half sides `rx`, `ry`. */
  planeBox(x: number, y: number, rx: number, ry: number): Box {
    const cx = (x * this.cosRoll - y * this.sinRoll) * this.scale + this.shiftX;
    const cy = (x * this.sinRoll + y * this.cosRoll) * this.scale + this.shiftY;
    const cos = Math.abs(this.cosRoll);
    const sin = Math.abs(this.sinRoll);
    const hx = (rx * cos + ry * sin) * this.scale;
    const hy = (rx * sin + ry * cos) * this.scale;
    const half = this.size / 2;
    return {
      x0: Math.max(0, Math.floor((cx - hx + 1) * half) - 1),
      y0: Math.max(0, Math.floor((cy - hy + 1) * half) - 1),
      x1: Math.min(this.size, Math.ceil((cx + hx + 1) * half) + 1),
      y1: Math.min(this.size, Math.ceil((cy + hy + 1) * half) + 1),
    };
  }

  /** The pixels around a face rectangle, seen in this pose. */
  faceBox(x: number, y: number, rx: number, ry: number, out = 0): Box {
    const [px, py] = this.project(x, y, out);
    return this.planeBox(px, py, rx * 1.15 + 0.05, ry * 1.15 + 0.05);
  }

  fullBox(): Box {
    return { x0: 0, y0: 0, x1: this.size, y1: this.size };
  }

  paint(brush: Brush): void {
    const { box, distance, clip, ink, tone, light } = brush;
    const opacity = brush.opacity ?? 1;
    const soft = brush.soft ?? 0;
    for (let row = box.y0; row < box.y1; row += 1) {
      for (let column = box.x0; column < box.x1; column += 1) {
        const pixel = row * this.size + column;
        const d = distance(pixel);
        const width = brush.onFace ? this.pixelWidth * this.stretch[pixel]! : this.pixelWidth;
        if (d > width && d > soft) continue;
        const edge = soft > width ? ramp(soft / 2, -soft / 2, d) : clamp01(0.5 - d / width);
        let cover = edge * opacity;
        if (clip !== undefined) cover *= clamp01(0.5 - clip(pixel) / this.pixelWidth);
        if (cover <= 0) continue;
        if (ink !== undefined) this.blend(pixel, ink, tone === undefined ? 1 : tone(pixel), cover);
        if (light !== undefined) {
          this.light[pixel] = this.light[pixel]! + (light(pixel) - this.light[pixel]!) * cover;
        }
      }
    }
  }

  private blend(pixel: number, ink: Rgb, tone: number, cover: number): void {
    const { rgb } = this;
    const at = pixel * 3;
    rgb[at] = rgb[at]! + (ink[0] * tone - rgb[at]!) * cover;
    rgb[at + 1] = rgb[at + 1]! + (ink[1] * tone - rgb[at + 1]!) * cover;
    rgb[at + 2] = rgb[at + 2]! + (ink[2] * tone - rgb[at + 2]!) * cover;
  }

  /** Darkens (factor below 1) or brightens what is there, where `distance` is negative. */
  shade(brush: {
    readonly box: Box;
    readonly distance: (pixel: number) => number;
    readonly clip: (pixel: number) => number;
    readonly factor: number;
    readonly soft?: number;
    readonly onFace?: boolean;
  }): void {
    this.paint({
      box: brush.box,
      distance: brush.distance,
      clip: brush.clip,
      soft: brush.soft ?? 0,
      onFace: brush.onFace ?? false,
      light: (pixel) => this.light[pixel]! * brush.factor,
    });
  }
}
