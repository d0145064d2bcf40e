/** Each nuisance by itself: its factor changes the pictures, and 0 is none of it. */
import { describe, expect, it } from 'vitest';
import { checkSettings, renderFace } from './generate';
import { type Nuisance, sampleNuisance } from './nuisance';
import { DEFAULT_SYNTHETIC, NUISANCES, type NuisanceName } from './settings';

const IMAGES = 60;

const sampled = (nuisances: Partial<Record<NuisanceName, number>>, difficulty = 0.5) =>
  Array.from({ length: IMAGES }, (_, image) =>
    sampleNuisance(7, 3, image, { difficulty, nuisances }),
  );

/** What each nuisance decides, as far as it is seen. */
const PARTS: Readonly<Record<NuisanceName, (how: Nuisance) => unknown>> = {
  pose: ({ yawRad, pitchRad, rollRad }) => [yawRad, pitchRad, rollRad],
  framing: ({ scale, shift }) => [scale, shift],
  light: ({ light }) => light,
  expression: ({ expression }) => expression,
  occlusion: ({ occluder }) => occluder.kind,
  backdrop: ({ backdrop: { kind, colour, gradient, second, texture } }) =>
    gradient === 0 && kind === 'plain' ? [colour] : [kind, colour, second, texture],
  camera: ({ camera }) => camera,
};

/** −0 is 0, and equal ones count once. */
const distinct = (parts: readonly unknown[]) => new Set(parts.map((part) => JSON.stringify(part)));

describe.each(NUISANCES)('%s', (name) => {
  const part = PARTS[name];

  it('is the same in every image at 0, however hard it is', () => {
    for (const difficulty of [0, 0.5, 1]) {
      expect(distinct(sampled({ [name]: 0 }, difficulty).map(part)).size).toBe(1);
    }
  });

  it('differs from image to image at 1, and at 2 from what it is at 1', () => {
    const usual = sampled({}).map(part);
    expect(distinct(usual).size).toBeGreaterThan(1);
    expect(sampled({ [name]: 1 }).map(part)).toEqual(usual);
    expect(sampled({ [name]: 2 }).map(part)).not.toEqual(usual);
  });

  it('leaves the pose, the light and the clothes to themselves', () => {
    const without = sampled({ [name]: 0 });
    for (const [image, usual] of sampled({}).entries()) {
      expect(without[image]!.clothes.colour).toEqual(usual.clothes.colour);
      if (name !== 'pose') expect(without[image]!.yawRad).toBe(usual.yawRad);
      if (name !== 'light') expect(without[image]!.light).toEqual(usual.light);
    }
  });

  it('changes pixels', () => {
    // Of the first images one at least shows it; things in front are rare.
    const images = [0, 1, 2, 3, 4, 5, 6, 7];
    const drawn = (factor: number) => {
      const settings = { ...DEFAULT_SYNTHETIC, nuisances: { [name]: factor } };
      return images.map((image) => renderFace(settings, 0, image));
    };
    const [none, usual, twice] = [drawn(0), drawn(1), drawn(2)];
    expect(none).not.toEqual(usual);
    expect(twice).not.toEqual(usual);
    expect(usual).toEqual(images.map((image) => renderFace(DEFAULT_SYNTHETIC, 0, image)));
  });

  it.each([-0.1, 2.1])('refuses a factor of %d', (factor) => {
    const settings = { ...DEFAULT_SYNTHETIC, nuisances: { [name]: factor } };
    expect(() => checkSettings(settings)).toThrow(`nuisances.${name} must be between 0 and 2`);
  });
});

it('without any of them, images of one person differ in their clothes alone', () => {
  const nuisances = Object.fromEntries(NUISANCES.map((name) => [name, 0]));
  const settings = { ...DEFAULT_SYNTHETIC, difficulty: 1, nuisances };
  const { cropSize } = settings;
  // The face is above the collar.
  const face = (image: number) => renderFace(settings, 2, image).subarray(0, cropSize * 3 * 20);
  for (const image of [1, 2, 3]) expect(face(image)).toEqual(face(0));
  expect(renderFace(settings, 2, 1)).not.toEqual(renderFace(settings, 2, 0));
});
