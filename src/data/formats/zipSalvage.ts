/**
 * Finds the whole files of a zip that has lost its table of contents, by following the local headers
 * from the start. It ends where a header does not say how long its file is, which some writers do.
 * Format: PKWARE APPNOTE 6.3.10, sections 4.3.7 and 4.5.3.
 */
import { BlobSource } from './byteSource';
import { LOCAL_HEADER, type ZipEntry } from './zipEntry';

const FLAG = { encrypted: 1, sizesFollow: 1 << 3 };
const ZIP64_FIELD = 0x0001;
const IN_ZIP64 = 0xffffffff;

/** Unpacked and packed size from the zip64 extra field of a local header, or `null`. */
function zip64Sizes(extra: DataView): { size: number; packedSize: number } | null {
  let offset = 0;
  while (offset + 4 <= extra.byteLength) {
    const length = extra.getUint16(offset + 2, true);
    if (extra.getUint16(offset, true) === ZIP64_FIELD && offset + 20 <= extra.byteLength) {
      const size = Number(extra.getBigUint64(offset + 4, true));
      return { size, packedSize: Number(extra.getBigUint64(offset + 12, true)) };
    }
    offset += 4 + length;
  }
  return null;
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
    const sizes = zip64Sizes(new DataView(extra.buffer));
    if (sizes === null) return null;
    ({ packedSize, size } = sizes);
  }
  if ((flags & FLAG.sizesFollow) !== 0 && packedSize === 0) return null;
  return {
    path: new TextDecoder().decode(name),
    offset,
    packedSize,
    size,
    method: view.getUint16(8, true),
    crc: view.getUint32(14, true),
    encrypted: (flags & FLAG.encrypted) !== 0,
  };
}

/** The files that are there completely, in the order of the archive. */
export async function salvageZip(blob: Blob): Promise<ZipEntry[]> {
  const source = new BlobSource(blob);
  const entries: ZipEntry[] = [];
  for (;;) {
    const entry = await readLocalHeader(source);
    if (entry === null || !(await source.skipTo(source.position + entry.packedSize)))
      return entries;
    if (!entry.path.endsWith('/')) entries.push(entry);
  }
}
