/**
 * Small sets whose bytes are pinned by a hash: Node and the browser must both arrive at it. A change of
 * the pictures changes it on purpose; a difference between two engines is a bug.
 */
import { DEFAULT_SYNTHETIC, type SyntheticSettings } from './settings';

export const PINNED_SETTINGS: SyntheticSettings = {
  ...DEFAULT_SYNTHETIC,
  identities: 24,
  imagesPerIdentity: 6,
};

export const PINNED: readonly {
  readonly settings: SyntheticSettings;
  readonly expected: string;
}[] = [
  { settings: PINNED_SETTINGS, expected: '0e63b000' },
  {
    settings: {
      seed: 4294967295,
      identities: 4,
      imagesPerIdentity: 3,
      cropSize: 112,
      difficulty: 1,
      labelNoise: 0,
    },
    expected: 'f13146cb',
  },
];

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
export function hash(bytes: Uint8Array): string {
  let state = 0x811c9dc5;
  for (const byte of bytes) state = Math.imul(state ^ byte, 0x01000193);
  return (state >>> 0).toString(16).padStart(8, '0');
}
