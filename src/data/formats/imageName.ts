/**
 * Names of files that are taken for images until they are read. Only a matter of time: looking at the
 * first bytes of thousands of files takes as long as reading them, and all are looked at when read.
 */
export const IMAGE_NAME = /\.(jpe?g|png|webp|avif|gif|bmp|p[gp]m)$/i;

/** Of the other members of an archive so many have their first bytes looked at while it is opened. */
export const MOST_LOOKED_AT = 4096;
