/**
 * Finds the whole files of a zip that has lost its table of contents, by following the local headers
 * from the start. It ends where a header does not say how long its file is, which some writers do.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 and 4.5.3.
 */
import { BlobSource } from './byteSource';
import { FLAG, LOCAL_HEADER, type ZipEntry } from './zipEntry';
import { extraField, zipName } from './zipName';

const ZIP64_FIELD = 0x0001;
const IN_ZIP64 = 0xffffffff;

/** Unpacked and packed size from the zip64 extra field of a local header, or `null`. */
function zip64Sizes(extra: Uint8Array): { size: number; packedSize: number } | null {
  const field = extraField(extra, ZIP64_FIELD);
  if (field === null || field.length < 16) return null;
  const view = new DataView(field.buffer, field.byteOffset, field.length);
  const size = Number(view.getBigUint64(0, true));
  return { size, packedSize: Number(view.getBigUint64(8, true)) };
}

async function readLocalHeader(source: BlobSource): Promise<ZipEntry | null> {
  const offset = source.position;
  const header = await source.take(LOCAL_HEADER.length);
  const view = new DataView(header.buffer);
  if (header.length < LOCAL_HEADER.length || view.getUint32(0, true) !== LOCAL_HEADER.signature) {
    return null;
  }
  const flags = view.getUint16(6, true);
  const name = await source.take(view.getUint16(26, true));
  const extra = await source.take(view.getUint16(28, true));
  if (name.length === 0) return null;
  let packedSize = view.getUint32(18, true);
  let size = view.getUint32(22, true);
  if (packedSize === IN_ZIP64 || size === IN_ZIP64) {
    const sizes = zip64Sizes(extra);
    if (sizes === null) return null;
    ({ packedSize, size } = sizes);
  }
  if ((flags & FLAG.sizesFollow) !== 0 && packedSize === 0) return null;
  return {
    path: zipName(name, extra, (flags & FLAG.utf8) !== 0),
    offset,
    packedSize,
    size,
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    encrypted: (flags & FLAG.encrypted) !== 0,
    // Only the table of contents says what kind of file it is.
    link: false,
  };
}

/** The files that are there completely, in the order of the archive. */
export async function salvageZip(blob: Blob, signal?: AbortSignal): Promise<ZipEntry[]> {
  const source = new BlobSource(blob);
  const entries: ZipEntry[] = [];
  for (;;) {
    signal?.throwIfAborted();
    const entry = await readLocalHeader(source);
    if (entry === null || !(await source.skipTo(source.position + entry.packedSize)))
      return entries;
    if (!entry.path.endsWith('/')) entries.push(entry);
  }
}
