import { describe, expect, it } from 'vitest';
import { skinColour } from './colour';
import { Draws } from './draws';
import { sampleIdentity } from './identity';
import { people, personName } from './names';
import { rotation, wave } from './scalar';
import { arc, ellipse, lens, roundedBox, segment, smoothUnion } from './shapes';

describe('names', () => {
  it('are unique for the largest set, pronounceable and sorted', () => {
    for (const seed of [0, 7, 4294967295]) {
      const list = people(seed, 10_000);
      const names = list.map(({ name }) => name);
      expect(new Set(names).size).toBe(10_000);
      expect(names).toEqual([...names].sort());
      expect(names.every((name) => /^[A-Z][a-z]{3,11}$/.test(name))).toBe(true);
    }
  });

  it('belong to a person, whoever else is there', () => {
    const list = people(7, 50);
    expect(list.find(({ person }) => person === 3)?.name).toBe(personName(7, 3));
    expect(personName(8, 3)).not.toBe(personName(7, 3));
  });
});

describe('identities', () => {
  it('are 10,000 different vectors', () => {
    const seen = new Set<string>();
    for (let person = 0; person < 10_000; person += 1) {
      const { texture, ...visible } = sampleIdentity(7, person);
      seen.add(JSON.stringify(visible));
    }
    expect(seen.size).toBe(10_000);
  });

  it('cover skin tones, hair styles, glasses and beards even among few', () => {
    const list = Array.from({ length: 40 }, (_, person) => sampleIdentity(7, person));
    const fairest = Math.max(...list.map(({ skin }) => skin[1]));
    const darkest = Math.min(...list.map(({ skin }) => skin[1]));
    expect(fairest).toBeGreaterThan(0.8);
    expect(darkest).toBeLessThan(0.25);
    expect(new Set(list.map(({ hair }) => hair.style)).size).toBeGreaterThanOrEqual(9);
    expect(new Set(list.map(({ beard }) => beard.style)).size).toBeGreaterThanOrEqual(4);
    const glasses = list.filter(({ glasses: { style } }) => style !== 'none').length;
    expect(glasses).toBeGreaterThan(5);
    expect(glasses).toBeLessThan(35);
  });

  it('have skin that darkens with its tone', () => {
    const greens = [0, 0.2, 0.4, 0.6, 0.8, 1].map((tone) => skinColour(tone, 0)[1]);
    for (let i = 1; i < greens.length; i += 1) expect(greens[i]).toBeLessThan(greens[i - 1]!);
  });
});

describe('signed distances', () => {
  it('of the ellipse are exact on circles and zero on its outline', () => {
    expect(ellipse(3, 4, 2, 2)).toBeCloseTo(3, 12);
    expect(ellipse(0, 0.5, 2, 2)).toBeCloseTo(-1.5, 12);
    // (2 cos 1, 0.7 sin 1) lies on the ellipse with half axes 2 and 0.7.
    expect(ellipse(2 * Math.cos(1), 0.7 * Math.sin(1), 2, 0.7)).toBeCloseTo(0, 12);
    expect(ellipse(0, 0, 2, 0.7)).toBe(-0.7);
  });

  it('of box and segment are exact', () => {
    expect(roundedBox(3, 0, 1, 2, 0)).toBe(2);
    expect(roundedBox(4, 6, 1, 2, 0)).toBe(5);
    expect(roundedBox(0.5, 0, 1, 2, 0.3)).toBeCloseTo(-0.5, 12);
    // The corner of radius 0.5 has its centre at (0.5, 1.5).
    expect(roundedBox(3.5, 5.5, 1, 2, 0.5)).toBeCloseTo(4.5, 12);
    expect(segment(5, 3, 0, 0, 2, 0)).toBeCloseTo(Math.sqrt(18), 12);
    expect(segment(1, -3, 0, 0, 2, 0)).toBe(3);
  });

  it('of arc and lens vanish on their parabolas and are first-order right beside them', () => {
    expect(arc(0.25, 0.2 * 0.25, 0.5, 0.2)).toBeCloseTo(0, 12);
    expect(arc(0.8, 0.2, 0.5, 0.2)).toBeCloseTo(0.3, 12);
    expect(lens(0.5, 0, 0.5, 0.2, 0.1)).toBeCloseTo(0, 12);
    expect(lens(0, -0.2, 0.5, 0.2, 0.1)).toBeCloseTo(0, 12);
    expect(lens(0, 0, 0.5, 0.2, 0.1)).toBeCloseTo(-0.1, 12);
    expect(lens(0, 0.4, 0.5, 0.2, 0.1)).toBeCloseTo(0.3, 12);
  });

  it('of a union are those of the nearer shape away from the seam', () => {
    expect(smoothUnion(1, 3, 0.5)).toBe(1);
    expect(smoothUnion(1, 1, 0.5)).toBeCloseTo(0.875, 12);
  });
});

describe('arithmetic without transcendental functions', () => {
  it('rotates by nearly the angle asked for, exactly a rotation', () => {
    for (const angle of [-0.6, -0.2, 0, 0.1, 0.55]) {
      const [cos, sin] = rotation(angle);
      expect(cos * cos + sin * sin).toBeCloseTo(1, 14);
      expect(Math.atan2(sin, cos)).toBeCloseTo(angle, 3);
    }
  });

  it('makes waves close to the sine', () => {
    for (let turns = -1; turns <= 1; turns += 0.05) {
      expect(Math.abs(wave(turns) - Math.sin(2 * Math.PI * turns))).toBeLessThan(0.06);
    }
  });

  it('draws bells of mean 0 and deviation 1 within ±3', () => {
    const draws = new Draws(1, 7, 0);
    let sum = 0;
    let squares = 0;
    let widest = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const value = draws.bell();
      sum += value;
      squares += value * value;
      widest = Math.max(widest, Math.abs(value));
    }
    expect(widest).toBeLessThanOrEqual(3);
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.03);
    expect(Math.abs(squares / 20_000 - 1)).toBeLessThan(0.04);
  });

  it('chooses in proportion to weights', () => {
    const draws = new Draws(2, 7, 0);
    let heavy = 0;
    for (let i = 0; i < 10_000; i += 1) {
      if (
        draws.weighted([
          ['light', 1],
          ['never', 0],
          ['heavy', 3],
        ]) === 'heavy'
      ) {
        heavy += 1;
      }
    }
    expect(heavy / 10_000).toBeGreaterThan(0.73);
    expect(heavy / 10_000).toBeLessThan(0.77);
  });
});
