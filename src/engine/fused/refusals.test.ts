/** What takes the place of a refused kernel, decided without a GPU. */
import { describe, expect, it } from 'vitest';
import { candidatesOf, type Device } from './candidates';
import { choicesFor } from './choices';
import type { ConvShape } from './conv';
import { dispatch, type KernelChoice, read, scratch } from './kernel';
import { KernelRefused, NoKernelLeft, Refusals } from './refusals';
import type { Storage } from './storage';

const SHAPE: ConvShape = {
  batch: 8,
  inSize: 16,
  outSize: 16,
  inChannels: 16,
  outChannels: 32,
  kernel: 3,
  stride: 1,
};

function refused(storage: Storage, choice?: KernelChoice, label = 'here'): KernelRefused {
  const made = dispatch({
    kernel: 'kernel',
    label,
    source: '',
    values: {},
    bindings: [read(scratch('x', 64, storage))],
    workgroups: [1, 1, 1],
  });
  const whole = choice === undefined ? made : { ...made, choice };
  return new KernelRefused([{ dispatch: whole, reason: 'too many registers' }]);
}

const forward = (tile: string): KernelChoice => ({ product: 'conv forward', tile });

function namesWith(refusals: Refusals, software: boolean): readonly string[] {
  const facts = { vendor: 'test', architecture: '', description: '', software };
  const device: Device = { quads: true, facts, refusals };
  const request = { kind: 'conv', pass: 'forward', shape: SHAPE } as const;
  return candidatesOf(request, device, { filterParts: () => 1 }).map(({ name }) => name);
}

describe('Refusals', () => {
  it.each([
    ['hardware', false, 'workgroup', 'registers'],
    ['software', true, 'registers', 'workgroup'],
  ] as const)('on %s, go through a family and then to the other', (_, software, own, other) => {
    const refusals = new Refusals();
    const first = namesWith(refusals, software);
    expect(first[0]).toMatch(new RegExp(`^${own}`));
    const seen = new Set<string>();
    for (;;) {
      const [name] = namesWith(refusals, software);
      if (name === undefined) break;
      // Never one that was refused.
      expect(seen).not.toContain(name);
      seen.add(name);
      expect(refusals.note(refused('float32', forward(name)))).toBe('kernel');
    }
    const families = [...seen].map((name) => name.split(' ')[0]);
    expect(families[0]).toBe(own);
    expect(families.at(-1)).toBe(other === 'registers' ? 'registers' : 'workgroup');
    // Two of each family, with and without lanes that show each other numbers.
    expect(seen.size).toBeLessThanOrEqual(6);
  });

  it('concern what a kernel computes, and nothing else', () => {
    const refusals = new Refusals();
    const [name] = namesWith(refusals, true);
    refusals.note(refused('float32', { product: 'conv input', tile: name! }));
    expect(namesWith(refusals, true)[0]).toBe(name);
  });

  it('of all that there is for a shape end in its name and the driver’s reason', () => {
    const refusals = new Refusals();
    const facts = { vendor: 'test', architecture: '', description: '', software: true };
    const choices = choicesFor({ quads: false, facts, refusals });
    const names = new Set<string>();
    const choose = (): void => {
      for (;;) {
        choices.conv('forward', SHAPE);
        const [name] = namesWith(refusals, true);
        names.add(name!);
        refusals.note(refused('float32', forward(name!)));
      }
    };
    expect(choose).toThrow(NoKernelLeft);
    expect(choose).toThrow(
      'every kernel there is for conv forward 8×16×16×16 → 16×16×32, 3×3/1. The GPU refused the ' +
        'kernel kernel for here: too many registers.',
    );
  });

  it('of halves lead to packed ones and then to float32, with all tiles open again', () => {
    const refusals = new Refusals();
    const values = (): Storage => refusals.maps('half', true).values;
    expect(values()).toBe('native-half');
    refusals.note(refused('float32', forward('registers 4×4×8')));
    expect(refusals.note(refused('native-half', forward('registers 4×4×8')))).toBe('maps');
    expect(values()).toBe('half');
    expect(refusals.allows('conv forward', 'registers 4×4×8')).toBe(true);
    // Another arm's, from before it knew.
    expect(refusals.note(refused('native-half'))).toBe('kernel');
    expect(refusals.note(refused('bfloat16'))).toBe('maps');
    expect(refusals.maps('half', true)).toEqual({ values: 'float32', gradients: 'float32' });
    expect(refusals.note(refused('float32'))).toBeNull();
    expect(refusals.mapsRemark).toBe('; the GPU refused native-half and half');
  });

  it('come to an end', () => {
    const refusals = new Refusals();
    let count = 0;
    while (refusals.note(refused('float32', forward('registers 1×1×4'))) !== null) count += 1;
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(1000);
  });
});
