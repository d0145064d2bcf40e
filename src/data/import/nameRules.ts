/**
 * Who is on a picture when only its file name can tell: the ways in which face sets number their
 * images, tried in order. A name that fits none is an identity of its own.
 */

/** Group 1 is the identity. */
const RULES: readonly RegExp[] = [
  // LFW: Ann_Veneman_0001.jpg
  /^(.+)_\d{4}\.[^.]+$/,
  // identity_image: 12_3.png
  /^(\d+)_\d+/,
  // ORL: s1-10.pgm; plain numbers
  /^(s?\d+)[-_.]/,
  // Yale: subject01.centerlight, a GIF without an extension
  /^(subject\d+)\./,
  // VGGFace2: n000002_0001_01.jpg
  /^(n\d{6})_/,
  // Cropped Yale B: yaleB01_P00A+000E+00.pgm
  /^(yaleB\d+)_/,
  // A name and a number: ann1.jpg, Ann (2).png, ann-003.webp
  /^(.*[^\s\d_(-])[\s_-]*\(?\d+\)?\.[^.]+$/,
];

/** @param file the file name with its extension, without folders */
export function identityFromName(file: string): string {
  for (const rule of RULES) {
    const identity = rule.exec(file)?.[1];
    if (identity !== undefined) return identity;
  }
  return file.replace(/\.[^.]+$/, '');
}
