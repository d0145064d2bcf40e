/** Bytes and the smallest of images for tests. */

export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** A plain PGM of one grey level: decodes without a browser. */
export function greyPgm(level: number, side = 4): Uint8Array<ArrayBuffer> {
  const header = bytesOf(`P5 ${side} ${side} 255\n`);
  const pgm = new Uint8Array(header.length + side * side).fill(level);
  pgm.set(header);
  return pgm;
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
