/** Crops of the faces as they were read, fetched as they come into view and kept while the dialog is open. */
import { createContext, useContext, useEffect, useMemo, useReducer } from 'react';
import type { CropCorrection } from '../../../data/align/placement';
import { useSession } from '../../../state/session';
import { faceAt } from '../faces';

/** What is asked for in one message. */
const AT_ONCE = 256;
/** Kept at most, the oldest go first: a long look must not fill the memory. */
const MOST_KEPT = 6000;

interface Crops {
  readonly size: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

function keyOf(image: number, correction: CropCorrection): string {
  return `${image} ${JSON.stringify(correction)}`;
}

export class CropCache {
  private readonly crops = new Map<number, Uint8ClampedArray<ArrayBuffer>>();
  private readonly wanted = new Set<number>();
  private asking = false;
  size = 0;
  private readonly listeners = new Set<() => void>();
  /** By image and correction; `null` while one is on its way, or where it cannot be had. */
  private readonly recut = new Map<string, Uint8ClampedArray<ArrayBuffer> | null>();

  constructor(
    private readonly fetch: (indices: Uint32Array) => Promise<Crops | null>,
    private readonly fetchCorrected: (
      image: number,
      correction: CropCorrection,
    ) => Promise<Crops | null>,
  ) {}

  /** The crop as corrected, once it is there. */
  corrected(image: number, correction: CropCorrection): Uint8ClampedArray<ArrayBuffer> | undefined {
    return this.recut.get(keyOf(image, correction)) ?? undefined;
  }

  wantCorrected(image: number, correction: CropCorrection): void {
    const key = keyOf(image, correction);
    if (this.recut.has(key)) return;
    this.recut.set(key, null);
    void this.fetchCorrected(image, correction).then((answer) => {
      if (answer === null) return;
      this.recut.set(key, answer.rgba);
      this.size = answer.size;
      for (const listener of this.listeners) listener();
    });
  }

  get(image: number): Uint8ClampedArray<ArrayBuffer> | undefined {
    return this.crops.get(image);
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What came into view last is fetched first; what is out of view by then still comes. */
  want(images: readonly number[]): void {
    for (const image of images) if (!this.crops.has(image)) this.wanted.add(image);
    if (!this.asking && this.wanted.size > 0) void this.ask();
  }

  private async ask(): Promise<void> {
    this.asking = true;
    while (this.wanted.size > 0) {
      const images = [...this.wanted].slice(-AT_ONCE);
      for (const image of images) this.wanted.delete(image);
      const answer = await this.fetch(Uint32Array.from(images));
      if (answer === null) break;
      this.size = answer.size;
      const thumbnails = { ...answer, indices: Uint32Array.from(images) };
      for (const [at, image] of images.entries())
        this.crops.set(image, faceAt(thumbnails, at).slice());
      for (const image of this.crops.keys()) {
        if (this.crops.size <= MOST_KEPT) break;
        this.crops.delete(image);
      }
      for (const listener of this.listeners) listener();
    }
    this.asking = false;
  }
}

export const CropContext = createContext<CropCache | null>(null);

/** Opens the picture of an image; `null` where there are none, as behind generated faces. */
export const OpenPicture = createContext<((image: number) => void) | null>(null);

export function useCropCache(): CropCache {
  const ask = useSession((session) => session.ask);
  return useMemo(
    () =>
      new CropCache(
        async (indices) => {
          const outcome = await ask<'inspect-crops'>({ kind: 'inspect-crops', indices });
          return outcome.kind === 'done' ? outcome.value : null;
        },
        async (image, correction) => {
          const outcome = await ask<'correct-crop'>({ kind: 'correct-crop', image, correction });
          return outcome.kind === 'done' ? outcome.value : null;
        },
      ),
    [ask],
  );
}

/** The cache, with these images on their way; renders again when crops have come. */
export function useCrops(images: readonly number[]): CropCache {
  const cache = useContext(CropContext);
  if (cache === null) throw new Error('crops are only there inside the inspector');
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => cache.subscribe(again), [cache]);
  useEffect(() => cache.want(images), [cache, images]);
  return cache;
}
