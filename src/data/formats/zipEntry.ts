/** Where one file of a zip lies and how it is packed, and the fixed part of the header before it. */

export interface ZipEntry {
  readonly path: string;
  /** Of the local header, in bytes from the start of the archive. */
  readonly offset: number;
  readonly packedSize: number;
  readonly size: number;
  /** 0 stored, 8 deflated, others are not read. */
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
}

export const LOCAL_HEADER = { length: 30, signature: 0x04034b50 };
