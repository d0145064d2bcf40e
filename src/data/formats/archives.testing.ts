/**
 * Small archives for tests, made byte by byte or with the libraries' writers, so that what reads them
 * is checked against something else than itself.
 */
import { BlobWriter, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { bytesOf, concat } from './bytes.testing';

export interface TestFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface TarFields {
  readonly name: string;
  readonly size: number;
  readonly type?: string;
  readonly prefix?: string;
  /** `ustar\0` and version 00 (POSIX), `ustar  ` (GNU) or nothing (version 7). */
  readonly magic?: 'posix' | 'gnu' | 'none';
  /** The raw 12 bytes of the size field instead of octal digits. */
  readonly sizeField?: Uint8Array;
}

const MAGIC = { posix: 'ustar\x0000', gnu: 'ustar  \0', none: '' };

/** One tar header, written after the POSIX description of the format. */
export function tarHeader(fields: TarFields): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(512);
  const put = (text: string, offset: number) => block.set(bytesOf(text), offset);
  put(fields.name, 0);
  put('0000644\0', 100);
  put(`${fields.size.toString(8).padStart(11, '0')}\0`, 124);
  if (fields.sizeField !== undefined) block.set(fields.sizeField, 124);
  put(fields.type ?? '0', 156);
  put(MAGIC[fields.magic ?? 'posix'], 257);
  put(fields.prefix ?? '', 345);
  put('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export function tarMember(
  fields: Omit<TarFields, 'size'>,
  bytes: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const padding = new Uint8Array((512 - (bytes.length % 512)) % 512);
  return concat(tarHeader({ ...fields, size: bytes.length }), bytes, padding);
}

export const TAR_END = new Uint8Array(1024);

export function makeTar(files: readonly TestFile[]): Blob {
  return new Blob([...files.map(({ path, bytes }) => tarMember({ name: path }, bytes)), TAR_END]);
}

export async function gzip(blob: Blob): Promise<Blob> {
  const packed = blob.stream().pipeThrough(new CompressionStream('gzip'));
  return new Blob([await new Response(packed).arrayBuffer()]);
}

export interface ZipChoices {
  readonly zip64?: boolean;
  readonly password?: string;
  /** Level 0 stores. */
  readonly level?: number;
  /** Sizes behind the data instead of before it. */
  readonly dataDescriptor?: boolean;
}

export async function makeZip(
  files: readonly TestFile[],
  { password, ...choices }: ZipChoices = {},
): Promise<Blob> {
  const writer = new ZipWriter(new BlobWriter('application/zip'), {
    useWebWorkers: false,
    dataDescriptor: false,
    ...choices,
  });
  for (const { path, bytes } of files) {
    await writer.add(path, new Uint8ArrayReader(bytes), password === undefined ? {} : { password });
  }
  return writer.close();
}
