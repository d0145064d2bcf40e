/** Crops of the faces as they were read, fetched as they come into view and kept while the dialog is open. */
import { createContext, useContext, useEffect, useMemo, useReducer } from 'react';
import { useSession } from '../../../state/session';
import { faceAt } from '../faces';

/** What is asked for in one message. */
const AT_ONCE = 256;
/** Kept at most, the oldest go first: a long look must not fill the memory. */
const MOST_KEPT = 6000;

export class CropCache {
  private readonly crops = new Map<number, Uint8ClampedArray<ArrayBuffer>>();
  private readonly wanted = new Set<number>();
  private asking = false;
  size = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly fetch: (
      indices: Uint32Array,
    ) => Promise<{ readonly size: number; readonly rgba: Uint8ClampedArray<ArrayBuffer> } | null>,
  ) {}

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

export function useCropCache(): CropCache {
  const ask = useSession((session) => session.ask);
  return useMemo(
    () =>
      new CropCache(async (indices) => {
        const outcome = await ask<'inspect-crops'>({ kind: 'inspect-crops', indices });
        return outcome.kind === 'done' ? outcome.value : null;
      }),
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
