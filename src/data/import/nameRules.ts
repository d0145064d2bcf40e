/**
 * Who is on a picture when only its file name can tell: the ways in which face sets number their
 * images, tried in order. A name that fits none is an identity of its own. Each way is a pattern that a
 * person can take and change.
 */

export interface NameRule {
  /** Whose way it is, for the screen. */
  readonly name: string;
  /** A regular expression over the path; group 1 is the identity. */
  readonly pattern: string;
}

/** The file name begins here, whatever folders are in front. */
const START = '(?:^|/)';

export const NAME_RULES: readonly NameRule[] = [
  // Ann_Veneman_0001.jpg
  { name: 'LFW', pattern: `${START}([^/]+)_\\d{4}\\.[^./]+$` },
  // 12_3.png
  { name: 'identity_image', pattern: `${START}(\\d+)_\\d+[^/]*$` },
  // s1-10.pgm; plain numbers
  { name: 'ORL', pattern: `${START}(s?\\d+)[-_.][^/]*$` },
  // subject01.centerlight, a GIF without an extension
  { name: 'Yale', pattern: `${START}(subject\\d+)\\.[^/]*$` },
  // n000002_0001_01.jpg
  { name: 'VGGFace2', pattern: `${START}(n\\d{6})_[^/]*$` },
  // yaleB01_P00A+000E+00.pgm
  { name: 'Extended Yale B', pattern: `${START}(yaleB\\d+)_[^/]*$` },
  // ann1.jpg, Ann (2).png, ann-003.webp
  {
    name: 'a name and a number',
    pattern: `${START}([^/]*[^\\s\\d_(/-])[\\s_-]*\\(?\\d+\\)?\\.[^./]+$`,
  },
];

const EXPRESSIONS: readonly RegExp[] = NAME_RULES.map(({ pattern }) => new RegExp(pattern));

/** @param file the file name with its extension, without folders; `null` where it fits no rule */
export function personInName(file: string): string | null {
  for (const rule of EXPRESSIONS) {
    const identity = rule.exec(file)?.[1];
    if (identity !== undefined) return identity;
  }
  return null;
}

/** @param file the file name with its extension, without folders */
export function identityFromName(file: string): string {
  return personInName(file) ?? file.replace(/\.[^.]+$/, '');
}
