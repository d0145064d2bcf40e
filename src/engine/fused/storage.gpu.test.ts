/**
 * Maps in two bytes a number: how numbers are rounded, and the small kernels that move maps, against their
 * definitions in float64 on what was left of their inputs. Layers are in `storage-layers.gpu.test.ts`.
 */
import { describe, expect, test } from 'vitest';
import { normals, relativeError } from '../tfjs/testing/numbers';
import { poolReference } from '../tfjs/testing/pool';
import { gemm } from './gemm';
import type { Gpu } from './gpu';
import { dispatch, read, scratch, type Tensor, write } from './kernel';
import { poolForward, poolGradient } from './pool';
import { averagePool, dropout } from './small';
import { stored } from './storage';
import { describeOnGpu } from './testing/gpu';
import { rounded } from './testing/halves';
import { given, runKernel } from './testing/run-kernel';
import { BRAIN, brain, EXACT, HALF, half, MAP_STORAGES } from './testing/storages';
import { tiledGemm } from './tiled-gemm';

/** What a number becomes on its way through a tensor of that storage. */
async function roundTrip(
  gpu: Gpu,
  values: Float32Array<ArrayBuffer>,
  storage: Tensor['storage'],
): Promise<Float32Array> {
  const from = scratch('from', values.length);
  const kept = scratch('kept', values.length, storage);
  const to = scratch('to', values.length);
  const copy = (a: Tensor, b: Tensor) =>
    dispatch({
      kernel: 'copy',
      label: 'copy',
      source: `
        @group(0) @binding(0) var<storage, read> a : array<$A>;
        @group(0) @binding(1) var<storage, read_write> b : array<$B>;
        @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3u) {
          if (id.x < ${values.length / 4}u) { b[id.x] = $TO_B($FROM_A(a[id.x])); }
        }`,
      values: stored({ a, b }),
      bindings: [read(a), write(b)],
      workgroups: [Math.ceil(values.length / 256), 1, 1],
    });
  const dispatches = [copy(from, kept), copy(kept, to)];
  const outputs = [to, kept];
  const [found, inside] = await runKernel(gpu, {
    dispatches,
    inputs: given([from, values]),
    outputs,
  });
  expect(inside).toEqual(found);
  return found!;
}

describeOnGpu('maps in two bytes a number', (gpu) => {
  describe.each(MAP_STORAGES)('$title', ({ maps, skipped }) => {
    const it = test.skipIf(skipped);
    /** `[2, 25, 8]`. */
    const x = half(2 * 25 * 8, 1);

    it('are rounded to the nearest, small ones too, and overflow to what is no number', async () => {
      const special = [
        ...[0, 1, -1, 65504, -65504, 65519, 2 ** -14, 2 ** -24, -(2 ** -24), 1.5 * 2 ** -24, 6e-8],
        ...[1 + 2 ** -11, 1 + 3 * 2 ** -11, 2049, 2051, 1e-5, -3e-7, 1 / 3, 0.1, 1000.5, 2 ** -25],
      ];
      const beyond = [65520, -65520, 1e5, -1e9, 3e38, Infinity, -Infinity, NaN];
      const few = Float32Array.from([...special, ...beyond, 0, 0, 0]);
      const many = normals(1000, 1).map((value, at) => value * 10 ** ((at % 9) - 5));
      const found = await roundTrip(gpu(), few, maps.values);
      expect(found).toEqual(rounded(few, 'half'));
      expect(
        found.subarray(special.length, special.length + beyond.length).every(Number.isNaN),
      ).toBe(true);
      expect(await roundTrip(gpu(), many, maps.values)).toEqual(rounded(many, 'half'));
    });

    it.each(['max', 'average'] as const)('in %s pooling', async (pool) => {
      const inside = { batch: 2, inSize: 5, channels: 8, pool };
      const dy = brain(2 * 4 * 8, 3);
      const io = {
        x: scratch('x', x.length, maps.values),
        y: scratch('y', dy.length, maps.values),
        dy: scratch('dy', dy.length, maps.gradients),
        dx: scratch('dx', x.length, maps.gradients),
      };
      const [y, dx] = await runKernel(gpu(), {
        dispatches: [poolForward('pool', inside, io), poolGradient('pool', inside, io)],
        inputs: given([io.x, x], [io.dy, dy]),
        outputs: [io.y, io.dx],
      });
      const expected = poolReference({ batch: 2, size: 5, channels: 8, pool }, x, dy);
      expect(relativeError(y!, expected.y)).toBeLessThan(HALF);
      // A gradient that is handed on, or a quarter of it, is in the storage as it is.
      expect(dx).toEqual(Float32Array.from(expected.dx));
    });

    it('in the mean over a map, and its gradient', async () => {
      const inside = { batch: 2, pixels: 25, channels: 8 };
      const io = { maps: scratch('maps', x.length, maps.values), vectors: scratch('vectors', 16) };
      const dMaps = scratch('d-maps', x.length, maps.gradients);
      const [vectors, spread] = await runKernel(gpu(), {
        dispatches: [
          averagePool(inside, { ...io, backward: false }),
          averagePool(inside, { ...io, maps: dMaps, backward: true }),
        ],
        inputs: given([io.maps, x]),
        outputs: [io.vectors, dMaps],
      });
      const means = Float64Array.from({ length: 16 }, (_, at) => {
        const image = Math.floor(at / 8);
        const own = x.filter(
          (_, place) => place % 8 === at % 8 && Math.floor(place / 200) === image,
        );
        return own.reduce((sum, value) => sum + value, 0) / 25;
      });
      expect(relativeError(vectors!, means)).toBeLessThan(EXACT);
      const expected = x.map((_, place) => means[Math.floor(place / 200) * 8 + (place % 8)]! / 25);
      expect(relativeError(spread!, expected)).toBeLessThan(BRAIN);
    });

    it('in dropout, which drops the same and rounds the rest', async () => {
      const dropped = async (storage: Tensor['storage']): Promise<Float32Array> => {
        const values = scratch('values', x.length, storage);
        const options = { plainChannels: 8, rate: 0.3, seed: 7 };
        const [found] = await runKernel(gpu(), {
          dispatches: [dropout({ batch: 2, pixels: 25, channels: 8 }, options, values)],
          inputs: given([values, x]),
          outputs: [values],
        });
        return found!;
      };
      const full = Float32Array.from(await dropped('float32'));
      expect(await dropped(maps.values)).toEqual(rounded(full, 'half'));
      expect(full.filter((value) => value === 0).length).toBeGreaterThan(50);
    });

    it.each(['registers', 'workgroup memory'])(
      'as a factor of products, tiles in %s',
      async (family) => {
        // The flattened map of the dense layer: on its way forward, and in the gradient of the weights.
        const [m, n, k] = [12, 8, 16];
        const a = half(m * k, 1);
        const b = normals(Math.max(n * k, m * n), 2);
        for (const mode of ['nn', 'tn'] as const) {
          const shape = mode === 'nn' ? { mode, m, n, k } : { mode, m: k, n, k: m };
          const io = {
            a: scratch('a', a.length, maps.values),
            b: scratch('b', shape.k * n),
            c: scratch('c', shape.m * n),
          };
          const register = { rows: 4, groups: 1, quads: gpu().quads, workgroup: 4 };
          const tile = { rows: 16, columns: 8, depth: 8, threadRows: 4, threadColumns: 4 };
          const made =
            family === 'registers'
              ? gemm('gemm', shape, register, { parts: 1, each: shape.k }, io)
              : tiledGemm('gemm', shape, tile, { parts: 1, each: shape.k }, io);
          const right = Float32Array.from(b.subarray(0, shape.k * n));
          const [c] = await runKernel(gpu(), {
            dispatches: [made],
            inputs: given([io.a, a], [io.b, right]),
            outputs: [io.c],
          });
          const expected = Float64Array.from({ length: shape.m * n }, (_, at) => {
            let sum = 0;
            for (let i = 0; i < shape.k; i += 1) {
              const row = Math.floor(at / n);
              sum += a[mode === 'nn' ? row * k + i : i * k + row]! * right[i * n + (at % n)]!;
            }
            return sum;
          });
          expect(relativeError(c!, expected), mode).toBeLessThan(EXACT);
        }
      },
    );
  });

  test('gradients keep the whole range of float32, and what is no number stays none', async () => {
    const special = [
      0,
      1,
      -1,
      1e-30,
      -2e-37,
      3e38,
      1 + 2 ** -8,
      1 + 3 * 2 ** -8,
      1e-7,
      0.1,
      -1 / 3,
    ];
    const values = Float32Array.from([...special, Infinity, -Infinity, NaN, 3.4e38, -3.4e38]);
    const found = await roundTrip(gpu(), values, 'bfloat16');
    expect(found).toEqual(rounded(values, 'bfloat16'));
    const many = normals(1000, 1).map((value, at) => value * 10 ** ((at % 60) - 30));
    expect(await roundTrip(gpu(), many, 'bfloat16')).toEqual(rounded(many, 'bfloat16'));
  });
});
