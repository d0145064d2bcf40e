/**
 * Unpacks one page of a Parquet file. The codecs are loaded when the first page needs one; what a page
 * claims to unpack to is bounded before memory is given to it.
 */
import { corrupt } from '../archive';
import { FormatError } from '../errors';
import { inflate } from '../inflate';

type Unpack = (packed: Uint8Array<ArrayBuffer>, size: number) => Promise<Uint8Array>;

/** Writers put up to a thousand pictures into a page. */
const LARGEST_PAGE = 2 ** 30;
/** Constant columns pack well; pages larger than this one that pack better than the ratio do not exist. */
const ALWAYS_ALLOWED = 1 << 24;
const LARGEST_RATIO = 1000;

const compressors = () => import('hyparquet-compressors');

/** By their numbers in the format. */
const CODECS: readonly { readonly name: string; readonly unpack: Unpack | null }[] = [
  { name: 'none', unpack: async (packed) => packed },
  {
    name: 'Snappy',
    unpack: async (packed, size) => {
      const { snappyUncompress } = await import('hyparquet');
      const page = new Uint8Array(size);
      snappyUncompress(packed, page);
      return page;
    },
  },
  { name: 'gzip', unpack: (packed, size) => inflate(packed, 'gzip', size) },
  { name: 'LZO', unpack: null },
  {
    name: 'Brotli',
    unpack: async (packed, size) => (await compressors()).decompressBrotli(packed, size),
  },
  {
    name: 'LZ4',
    unpack: async (packed, size) => (await compressors()).decompressLz4(packed, size),
  },
  {
    name: 'Zstandard',
    // With the place for it given, what a frame claims is not allocated.
    unpack: async (packed, size) =>
      (await compressors()).decompressZstd(packed, new Uint8Array(size)),
  },
  {
    name: 'LZ4',
    unpack: async (packed, size) => (await compressors()).decompressLz4Raw(packed, size),
  },
];

/**
 * @param codec its number in the format
 * @param size the unpacked length as the page's header says, bytes
 * @returns `size` bytes
 * @throws FormatError `archive/unsupported` or `archive/corrupt`
 */
export async function decompress(
  codec: number,
  packed: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<Uint8Array> {
  const { name, unpack } = CODECS[codec] ?? { name: `method ${codec}`, unpack: null };
  if (unpack === null) {
    throw new FormatError(
      'archive/unsupported',
      `The Parquet file is compressed with ${name}, which is not read.`,
      'Write it again with Snappy or Zstandard.',
    );
  }
  if (size > LARGEST_PAGE || (size > ALWAYS_ALLOWED && size > packed.length * LARGEST_RATIO)) {
    throw corrupt(`A page of ${packed.length} bytes claims to unpack to ${size}.`);
  }
  const page = await unpack(packed, size).catch(() => null);
  if (page?.length !== size) throw corrupt(`A page of the Parquet file (${name}) is damaged.`);
  return page;
}
