import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../src/models/presets';
import { channelsFirst, denseForChannelsFirst, outputsFirst } from './initial';

const count = (length: number): Float32Array => Float32Array.from({ length }, (_, at) => at);

describe('layouts of other frameworks', () => {
  it('images with channels first', () => {
    // Two images of one row of two pixels: r g b r g b.
    const values = channelsFirst(count(24), { images: 1, size: 2, channels: 6 });
    expect([...values.slice(0, 4)]).toEqual([0, 6, 12, 18]);
    expect([...values.slice(4, 8)]).toEqual([1, 7, 13, 19]);
  });

  it('kernels with outputs first', () => {
    // HWIO [1, 2, 2, 2]: element (w, i, o) is 4w + 2i + o.
    const { values, shape } = outputsFirst({ values: count(8), shape: [1, 2, 2, 2] });
    expect(shape).toEqual([2, 2, 1, 2]);
    expect([...values]).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  });

  it('rows of the embedding layer in the order of channels first', () => {
    const { values } = denseForChannelsFirst(PRESETS.tiny, {
      values: count(1024),
      shape: [1024, 1],
    });
    // The last map is 4 × 4 × 64; row (pixel, channel) was 64·pixel + channel.
    expect([...values.slice(0, 3)]).toEqual([0, 64, 128]);
    expect(values[16]).toBe(1);
  });
});
