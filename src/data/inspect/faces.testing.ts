/** Small face sets for the tests of this folder. */
import type { FaceSet } from '../types';

/** One-pixel faces: image i has the value i, and a name that says whose it is. */
export function facesOf(counts: Readonly<Record<string, number>>): FaceSet {
  const identities = Object.entries(counts).map(([name, count]) => ({ name, count }));
  const images = identities.flatMap(({ name, count }, label) =>
    Array.from({ length: count }, (_, index) => ({ label, name: `${name}/${index + 1}` })),
  );
  return {
    origin: { kind: 'files', label: 'test' },
    cropSize: 1,
    pixels: Uint8Array.from(images.flatMap((_, image) => [image, image, image])),
    labels: Int32Array.from(images, ({ label }) => label),
    names: images.map(({ name }) => name),
    identities,
    rejected: [{ name: 'notes.txt', reason: 'It is text.' }],
  };
}
