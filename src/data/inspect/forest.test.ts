import { describe, expect, it } from 'vitest';
import { DisjointSets } from '../../math/disjointSets';
import { uniform, uniformInt } from '../../math/random';
import { LinkForest } from './forest';

function componentsOf(members: number, links: readonly (readonly [number, number])[]): number[] {
  const sets = new DisjointSets(members);
  for (const [a, b] of links) sets.join(a, b);
  return Array.from({ length: members }, (_, member) => sets.find(member));
}

describe('disjoint sets', () => {
  it('are called by their smallest member', () => {
    const links = [
      [5, 3],
      [3, 1],
      [2, 4],
    ] as const;
    expect(componentsOf(6, links)).toEqual([0, 1, 2, 1, 2, 1]);
  });

  it('say whether two were apart', () => {
    const sets = new DisjointSets(3);
    expect([sets.join(0, 2), sets.join(2, 0), sets.join(2, 1)]).toEqual([true, false, true]);
  });
});

describe('a link forest', () => {
  it('connects at every strength what all links connect, however often it was pruned', () => {
    const members = 60;
    const all = Array.from({ length: 20_000 }, (_, link) => ({
      ends: [uniformInt(3, 904, link, 0, members), uniformInt(3, 904, link, 1, members)] as const,
      // Weak links far more often than strong ones.
      strength: Math.fround(uniform(3, 904, link, 2) ** 40),
    })).filter(({ ends: [a, b] }) => a !== b);
    const forest = new LinkForest(members);
    for (const { ends, strength } of all) forest.add(...ends, strength);
    const { ends, strengths } = forest.take();
    expect(strengths.length).toBeLessThan(members);
    expect([...strengths]).toEqual([...strengths].sort((a, b) => b - a));
    const kept = Array.from(strengths, (strength, link) => {
      return { ends: [ends[2 * link]!, ends[2 * link + 1]!] as const, strength };
    });
    for (const least of [0, 0.9, 0.99, 0.999, 0.9999]) {
      const strong = (links: typeof all) =>
        links.filter(({ strength }) => strength >= least).map((link) => link.ends);
      expect(componentsOf(members, strong(kept))).toEqual(componentsOf(members, strong(all)));
    }
  });
});
