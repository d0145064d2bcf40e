/** Which faces stand for a set at a glance. */

const MOST = 12;

/**
 * @param firstImage index of the first image of each identity
 * @returns first images of up to a dozen identities, spread evenly
 */
export function glanceOf(firstImage: Uint32Array): Uint32Array {
  const count = Math.min(MOST, firstImage.length);
  return Uint32Array.from(
    { length: count },
    (_, place) => firstImage[Math.floor((place * firstImage.length) / count)]!,
  );
}
