/** Faces numbered for training: the classes first, everybody else behind them. */
import type { FaceSet } from './types';

/**
 * The same images under other numbers, so that the labels of what trains run from 0 without a gap: as
 * many classes as there are in `first`.
 *
 * @param first identities, each once; the others follow in their order
 * @returns `faces` itself where nothing changes; pixels and names are shared
 */
export function withIdentitiesFirst(faces: FaceSet, first: Uint32Array): FaceSet {
  const order = [...first];
  const taken = new Set(order);
  for (const place of faces.identities.keys()) if (!taken.has(place)) order.push(place);
  if (order.every((place, at) => place === at)) return faces;
  const numberOf = new Int32Array(order.length);
  for (const [number, place] of order.entries()) numberOf[place] = number;
  return {
    ...faces,
    labels: faces.labels.map((label) => numberOf[label]!),
    identities: order.map((place) => faces.identities[place]!),
  };
}
