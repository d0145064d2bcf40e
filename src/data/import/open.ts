/**
 * Opens what a person gave (files, folders as files with paths, archives, packed data sets, mixed)
 * without reading more than first bytes, tables of contents and labels. Junk disappears; everything
 * else that is left out is listed with its reason.
 */
import type { ArchiveIndex, ArchiveMember, IndexOptions } from '../formats/archive';
import { IMAGE_NAME, MOST_LOOKED_AT } from '../formats/imageName';
import { SNIFF_BYTES, type Sniffed, sniff } from '../formats/sniff';
import { indexTar } from '../formats/tar';
import { indexTarGz } from '../formats/targz';
import { groupWebDataset } from '../formats/webdataset';
import { indexZip } from '../formats/zip';
import { zipDocument } from '../formats/zipDocument';
import type { RejectedFile } from '../types';
import { type Catalogue, CatalogueEntry, cleaned, type FaceSource } from './catalogue';
import { readLists } from './foundLists';
import { withoutLeftOut } from './leftOut';
import { openPacks, type PackOptions, type WholeFile } from './packs';
import { isJunkPath } from './paths';
import { noPicture, reasonAgainst, reasonAgainstOther, reasonOf, tooLarge } from './reasons';

/** First bytes of so many files are read at the same time. */
const LANES = 32;

/** What members of an archive are called that are packed sets or lists, where their bytes do not tell. */
const PACK_NAME = /(\.(rec|idx|lst|meta|bin|pkl|npy|npz|parquet|tfrecords?)|(^|[/\\])property)$/i;
const LIST_NAME = /\.(txt|csv|tsv|jsonl?)$/i;
/** Lists are read whole; a longer text is none. */
const LARGEST_LIST = 1 << 28;
/** A packed set that lies compressed in an archive is unpacked into memory. */
const LARGEST_NESTED_PACK = 2 ** 30;

/** What became of one source. */
interface Part {
  readonly entries: CatalogueEntry[];
  readonly rejected: RejectedFile[];
  readonly texts: WholeFile[];
  readonly packs: WholeFile[];
}

function nothing(): Part {
  return { entries: [], rejected: [], texts: [], packs: [] };
}

function rejection(name: string, reason: string): Part {
  return { ...nothing(), rejected: [{ name, reason }] };
}

function wholeFile({ path, file }: FaceSource): WholeFile {
  return { name: cleaned(path), size: file.size, blob: async () => file };
}

function looseImage({ path, file }: FaceSource): Part {
  const read = async () => new Uint8Array(await file.arrayBuffer());
  const entry = new CatalogueEntry(null, { path, size: file.size, read }, file);
  return { ...nothing(), entries: [entry] };
}

/** What a member is by its first bytes; `null` where only its name tells. */
async function lookAt(member: ArchiveMember): Promise<Sniffed | null> {
  try {
    const head = (await member.head?.(SNIFF_BYTES)) ?? null;
    return head === null ? null : sniff(head);
  } catch {
    // It is damaged, and says so when it is read.
    return null;
  }
}

type MemberKind = 'picture' | 'list' | 'pack' | { readonly reason: string };

function kindByBytes(found: Sniffed, path: string): MemberKind {
  if (found.kind === 'pack') return 'pack';
  if (found.kind === 'text') return 'list';
  // A .npz is a zip of arrays.
  if (found.kind === 'archive' && /\.npz$/i.test(path)) return 'pack';
  const reason = reasonAgainst(found);
  return reason === null ? 'picture' : { reason };
}

function kindByName(path: string): MemberKind {
  if (PACK_NAME.test(path)) return 'pack';
  return LIST_NAME.test(path) ? 'list' : 'picture';
}

/** Puts a member of an archive where it belongs. */
async function sort(part: Part, archive: string, member: ArchiveMember, kind: MemberKind) {
  const { path, size } = member;
  const name = `${archive}/${cleaned(path)}`;
  const packed = async () => new Blob([await member.read()]);
  if (kind === 'list' && size <= LARGEST_LIST) part.texts.push({ name, size, blob: packed });
  else if (kind === 'pack') {
    const lies = (await member.part?.()) ?? null;
    if (lies !== null) part.packs.push({ name, size, blob: async () => lies });
    else if (size <= LARGEST_NESTED_PACK) part.packs.push({ name, size, blob: packed });
    else
      part.rejected.push({
        name,
        reason: 'It is too large to be read inside an archive; unpack it first.',
      });
  } else {
    const reason = typeof kind === 'object' ? kind.reason : tooLarge(size);
    if (reason === null) part.entries.push(new CatalogueEntry(archive, member));
    else part.rejected.push(noPicture(name, reason));
  }
}

/** What the members of an archive are: pictures, lists, packed sets, or nothing of use. */
async function fromIndex(
  source: FaceSource,
  index: ArchiveIndex,
  options: IndexOptions,
): Promise<Part> {
  const part = nothing();
  const archive = cleaned(source.path);
  const { members, skipped, problem } = index;
  if (problem !== null) part.rejected.push({ name: archive, reason: problem.message });
  else if (members.length + skipped.length === 0) {
    part.rejected.push({ name: archive, reason: 'The archive is empty.' });
  }
  let looked = 0;
  for (const member of members) {
    if (isJunkPath(member.path)) continue;
    let found: Sniffed | null = null;
    if (!IMAGE_NAME.test(member.path) && looked < MOST_LOOKED_AT) {
      options.signal?.throwIfAborted();
      looked += 1;
      found = await lookAt(member);
    }
    const kind = found === null ? kindByName(member.path) : kindByBytes(found, member.path);
    await sort(part, archive, member, kind);
  }
  for (const { path, reason } of skipped) {
    if (!isJunkPath(path)) part.rejected.push({ name: `${archive}/${cleaned(path)}`, reason });
  }
  if (Object.values(part).every((list) => list.length === 0)) {
    part.rejected.push({ name: archive, reason: 'There is no picture in the archive.' });
  }
  return part;
}

async function openZip(source: FaceSource, options: IndexOptions): Promise<Part> {
  const index = await indexZip(source.file, options.signal);
  const document = zipDocument(index.members.map(({ path }) => path));
  if (document !== null) {
    const rejected = [noPicture(cleaned(source.path), reasonAgainstOther(document))];
    return { ...nothing(), rejected };
  }
  const members = index.members.filter(({ path }) => !isJunkPath(path));
  // A .npz is a zip of arrays, whatever it is called.
  return members.length > 0 && members.every(({ path }) => path.endsWith('.npy'))
    ? { ...nothing(), packs: [wholeFile(source)] }
    : fromIndex(source, index, options);
}

async function openTar(source: FaceSource, options: IndexOptions): Promise<Part> {
  const index = await indexTar(source.file, options.signal);
  return fromIndex(source, (await groupWebDataset(index, cleaned(source.path))) ?? index, options);
}

async function openTarGz(source: FaceSource, options: IndexOptions): Promise<Part> {
  const index = await indexTarGz(source.file, options);
  return fromIndex(source, (await groupWebDataset(index, cleaned(source.path))) ?? index, options);
}

async function openSource(source: FaceSource, options: OpenOptions): Promise<Part> {
  const { path, file } = source;
  if (isJunkPath(path)) return nothing();
  const small = tooLarge(file.size) === null;
  if (options.look === 'unlikely images' && IMAGE_NAME.test(path) && small)
    return looseImage(source);
  const name = cleaned(path);
  try {
    const head = file.slice(0, SNIFF_BYTES);
    const found = sniff(new Uint8Array(await head.arrayBuffer()));
    if (found.kind === 'archive') {
      const open = { zip: openZip, tar: openTar, gzip: openTarGz }[found.archive];
      return await open(source, options);
    }
    if (found.kind === 'pack') return { ...nothing(), packs: [wholeFile(source)] };
    if (found.kind === 'text' && file.size <= LARGEST_LIST) {
      return { ...nothing(), texts: [wholeFile(source)] };
    }
    const reason = reasonAgainst(found) ?? tooLarge(file.size);
    return reason === null
      ? looseImage(source)
      : { ...nothing(), rejected: [noPicture(name, reason)] };
  } catch (error) {
    options.signal?.throwIfAborted();
    return rejection(name, reasonOf(error));
  }
}

export interface OpenOptions extends PackOptions {
  /** Which files' first bytes are looked at now; the others are taken for images. */
  readonly look: 'everything' | 'unlikely images';
  /** Called with the number of sources opened so far. */
  readonly onOpened: (done: number) => void;
}

/** @throws the signal's reason when it is aborted */
export async function openSources(
  sources: readonly FaceSource[],
  options: OpenOptions,
): Promise<Catalogue> {
  const parts = new Array<Part>(sources.length).fill(nothing());
  const queue = sources.entries();
  let done = 0;
  const lane = async () => {
    for (const [index, source] of queue) {
      options.signal?.throwIfAborted();
      parts[index] = await openSource(source, options);
      done += 1;
      options.onOpened(done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  const texts = parts.flatMap((part) => part.texts);
  const packs = await openPacks(
    parts.flatMap((part) => part.packs),
    texts,
    options,
  );
  const outside = parts.flatMap((part) => part.entries);
  const entries = [...outside, ...packs.entries];
  const unused = [...texts, ...packs.texts].filter((text) => !packs.used.has(text));
  const found = await readLists(unused, entries, options.signal);
  const kept = await withoutLeftOut(entries, found);
  // Pairs count from the first entry of the packs.
  const shifted = (places: Uint32Array) =>
    places.map((place) => kept.placeOf(place + outside.length));
  const rejected = parts.flatMap((part) => part.rejected);
  const unlisted = found.rejected.map((file) => {
    return { ...file, reason: packs.absent.get(file.name) ?? file.reason };
  });
  return {
    entries: kept.entries,
    rejected: [...rejected, ...packs.rejected, ...unlisted, ...kept.rejected],
    lists: kept.lists,
    pairs: packs.pairs.map(({ first, second, ...pairs }) => ({
      ...pairs,
      first: shifted(first),
      second: shifted(second),
    })),
    notes: [...packs.notes, ...found.notes],
    whoNotes: [...packs.whoNotes, ...found.whoNotes],
    allHeadsBytes: packs.allHeadsBytes,
  };
}
