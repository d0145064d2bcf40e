/**
 * Names of files that are taken for images until they are read. Only a matter of time: looking at the
 * first bytes of thousands of files takes as long as reading them, and all are looked at when read.
 */
export const IMAGE_NAME = /\.(jpe?g|png|webp|avif|gif|bmp|p[gp]m)$/i;

/** Of the other members of an archive so many have their first bytes looked at while it is opened. */
export const MOST_LOOKED_AT = 4096;

/** Of these, too, somebody means a picture, though they are not read here. */
const OTHER_PICTURE_NAME =
  /\.(jpe|jfif|tiff?|hei[cf]|jxl|jp2|j2k|psd|exr|ico|dcm|svg|p[ab]m|cr[23]|nef|arw|dng|raf)$/i;

/** Whether a file of this name is meant to be a picture: else nothing is wrong where it is none. */
export function isPictureName(name: string): boolean {
  return IMAGE_NAME.test(name) || OTHER_PICTURE_NAME.test(name);
}
