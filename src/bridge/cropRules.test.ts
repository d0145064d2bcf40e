/** Every way of cropping as a person chooses it, and what a decoder is asked for. */
import { expect, test } from 'vitest';
import { CENTRE_SQUARE, type CropRule } from '../data/align/cropRule';
import { LFW_CENTRE_SHARE, LFW_DEEP_FUNNELED } from '../data/align/templates';
import type { CatalogueEntry } from '../data/import/catalogue';
import type { DecodedFace } from '../data/import/intake';
import type { FilesConfig } from '../training/config';
import { decoderOf } from './cropRules';

const FILES: FilesConfig = { kind: 'files', cropSize: 64, minImagesPerIdentity: 2 };
const BYTES = Uint8Array.of(1, 2, 3);
const ENTRY = { path: 'a.jpg' } as CatalogueEntry;
const CROP: DecodedFace = { rgb: new Uint8Array(3), width: 9, height: 8, format: 'png' };

/** What the pool is asked for, and what comes of its answer. */
async function asked(choice: Partial<FilesConfig>, answer: object = {}) {
  const calls: { size: number; rule: CropRule; swapRedBlue: boolean }[] = [];
  const pool = {
    decode: async (bytes: Uint8Array, options: (typeof calls)[number]) => {
      expect(bytes).toBe(BYTES);
      calls.push(options);
      return { ...CROP, ...answer };
    },
  };
  const face = await decoderOf(pool, { ...FILES, ...choice })(BYTES, 64, ENTRY);
  expect(calls).toHaveLength(1);
  return { ...calls[0]!, face };
}

test.each([
  [{}, CENTRE_SQUARE],
  [{ crop: 'middle' }, CENTRE_SQUARE],
  [{ crop: 'lfw' }, { kind: 'centre', share: LFW_CENTRE_SHARE }],
  [{ crop: 'lfw-funneled' }, { kind: 'template', template: '112x112', ...LFW_DEEP_FUNNELED }],
  [{ crop: 'align-112' }, { kind: 'detect', template: '112x112', margin: 0 }],
  [{ crop: 'align-96' }, { kind: 'detect', template: '96x112', margin: 0 }],
  [{ crop: 'align-144' }, { kind: 'detect', template: '144x144', margin: 0 }],
] as const)('%o', async (choice, rule) => {
  const { face, ...options } = await asked(choice);
  expect(options).toMatchObject({ size: 64, rule, swapRedBlue: false });
  expect(face).toMatchObject(CROP);
});

test('colours are swapped where that is asked for, whatever the crop', async () => {
  for (const crop of ['middle', 'lfw', 'align-112'] as const) {
    expect(await asked({ crop, swapRedBlue: true })).toMatchObject({ swapRedBlue: true });
  }
});

test('of pictures without a face the middle stays or they are left out', async () => {
  const none = { face: null };
  expect((await asked({ crop: 'align-112' }, none)).face.placement).toBe('left-out');
  const kept = await asked({ crop: 'align-112', withoutFace: 'middle' }, none);
  expect(kept.face.placement).toBe('none');
});
