/**
 * From what a person gave (files, folders as files with paths, archives, mixed) to the files that may
 * be face crops, without reading more than their first bytes. Junk disappears; everything else that
 * is left out is listed with its reason.
 */
import type { ArchiveIndex } from '../formats/archive';
import { FormatError } from '../formats/errors';
import { SNIFF_BYTES, type Sniffed, sniff } from '../formats/sniff';
import { indexTar } from '../formats/tar';
import { streamTarGz } from '../formats/targz';
import { indexZip } from '../formats/zip';
import type { RejectedFile } from '../types';
import { isJunkPath, splitPath } from './paths';

/** One file as it was given: `path` has the folders it was given in. */
export interface FaceSource {
  readonly path: string;
  readonly file: Blob;
}

/** A file that may be a face crop. */
export interface CandidateFile {
  /** The archive it is in, or `null`. */
  readonly archive: string | null;
  /** Inside the archive, or as given. */
  readonly path: string;
  /** For messages and for the order: the archive and the path. */
  readonly name: string;
  readonly size: number;
  /** The file itself where it is no member of an archive: it may turn out to be one. */
  readonly loose: Blob | null;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** An archive that can only be read once from start to end. */
export interface StreamedArchive {
  readonly path: string;
  readonly file: Blob;
}

export interface Listing {
  readonly files: readonly CandidateFile[];
  readonly streams: readonly StreamedArchive[];
  readonly rejected: readonly RejectedFile[];
}

/** A bigger file is no face crop, whatever it is. */
const LARGEST_IMAGE = 1 << 26;
/** First bytes of so many files are read at the same time. */
const LANES = 32;

/** What was thrown, as a sentence for the list of rejected files. */
export function reasonOf(error: unknown): string {
  if (error instanceof FormatError) return error.message;
  const detail = error instanceof Error ? error.message : String(error);
  return `It cannot be read: ${detail.replace(/\.$/, '')}.`;
}

/** The reason for leaving out what is no image, or `null` for an image. */
export function reasonAgainst(found: Sniffed): string | null {
  switch (found.kind) {
    case 'image':
      return null;
    case 'archive':
      return 'It is an archive inside an archive; unpack it first.';
    case 'other':
      return `It is ${found.what}, not an image that can be read.`;
  }
}

function tooLarge(size: number): string | null {
  if (size <= LARGEST_IMAGE) return null;
  return `It has ${Math.round(size / 2 ** 20)} MB; files over ${LARGEST_IMAGE / 2 ** 20} MB are not read.`;
}

function cleaned(path: string): string {
  const { folders, file } = splitPath(path);
  return [...folders, file].join('/');
}

function inArchive(archive: string, path: string): string {
  return `${archive}/${cleaned(path)}`;
}

const NOTHING: Listing = { files: [], streams: [], rejected: [] };

function rejection(name: string, reason: string): Listing {
  return { ...NOTHING, rejected: [{ name, reason }] };
}

function fromIndex(archive: string, { members, skipped, problem }: ArchiveIndex): Listing {
  const files: CandidateFile[] = [];
  const rejected: RejectedFile[] = [];
  if (problem !== null) rejected.push({ name: archive, reason: problem.message });
  else if (members.length + skipped.length === 0) {
    rejected.push({ name: archive, reason: 'The archive is empty.' });
  }
  for (const member of members) {
    if (isJunkPath(member.path)) continue;
    const name = inArchive(archive, member.path);
    const reason = tooLarge(member.size);
    if (reason !== null) rejected.push({ name, reason });
    else {
      const { path, size } = member;
      files.push({ archive, path, name, size, loose: null, read: () => member.read() });
    }
  }
  for (const { path, reason } of skipped) {
    if (!isJunkPath(path)) rejected.push({ name: inArchive(archive, path), reason });
  }
  return { files, streams: [], rejected };
}

async function readAll(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await file.arrayBuffer());
}

/**
 * Names of files that are taken for images until they are read. Only a matter of time: looking at the
 * first bytes of thousands of files takes as long as reading them, and all are looked at when read.
 */
const IMAGE_NAME = /\.(jpe?g|png|webp|gif|bmp|p[gp]m)$/i;

function candidate(source: FaceSource, name: string): Listing {
  const { path, file } = source;
  const read = () => readAll(file);
  return {
    ...NOTHING,
    files: [{ archive: null, path, name, size: file.size, loose: file, read }],
  };
}

async function listSource(source: FaceSource, options: ListOptions): Promise<Listing> {
  const { path, file } = source;
  const { signal } = options;
  if (isJunkPath(path)) return NOTHING;
  const name = cleaned(path);
  if (options.look === 'unlikely images' && IMAGE_NAME.test(path) && file.size <= LARGEST_IMAGE) {
    return candidate(source, name);
  }
  try {
    const found = sniff(await readAll(file.slice(0, SNIFF_BYTES)));
    if (found.kind === 'archive') {
      if (found.archive === 'gzip') return { ...NOTHING, streams: [{ path: name, file }] };
      const index = found.archive === 'zip' ? indexZip : indexTar;
      return fromIndex(name, await index(file, signal));
    }
    const reason = reasonAgainst(found) ?? tooLarge(file.size);
    return reason === null ? candidate(source, name) : rejection(name, reason);
  } catch (error) {
    signal?.throwIfAborted();
    return rejection(name, reasonOf(error));
  }
}

export interface ListOptions {
  readonly signal: AbortSignal | undefined;
  /** Which files' first bytes are looked at now; the others are taken for images. */
  readonly look: 'everything' | 'unlikely images';
  /** Called with the number of sources listed so far. */
  readonly onListed: (done: number) => void;
}

/**
 * @returns files in the order of the sources, and inside an archive in its order
 * @throws the signal's reason when it is aborted
 */
export async function listSources(
  sources: readonly FaceSource[],
  options: ListOptions,
): Promise<Listing> {
  const listings = new Array<Listing>(sources.length).fill(NOTHING);
  const queue = sources.entries();
  let done = 0;
  const lane = async () => {
    for (const [index, source] of queue) {
      options.signal?.throwIfAborted();
      listings[index] = await listSource(source, options);
      done += 1;
      options.onListed(done);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return {
    files: listings.flatMap(({ files }) => files),
    streams: listings.flatMap(({ streams }) => streams),
    rejected: listings.flatMap(({ rejected }) => rejected),
  };
}

/**
 * The files of a compressed tar, one at a time: a file must be read before the next is asked for.
 * What is left out goes to `reject`; an archive that ends early is one of those, not an error.
 */
export async function* filesInStream(
  archive: StreamedArchive,
  reject: (rejected: RejectedFile) => void,
): AsyncGenerator<CandidateFile, void> {
  let members = 0;
  try {
    for await (const member of streamTarGz(archive.file)) {
      members += 1;
      if (isJunkPath(member.path)) continue;
      const name = inArchive(archive.path, member.path);
      const reason = member.kind === 'skipped' ? member.reason : tooLarge(member.size);
      if (reason !== null) reject({ name, reason });
      else if (member.kind === 'file') {
        const { path, size, read } = member;
        yield { archive: archive.path, path, name, size, loose: null, read };
      }
    }
    if (members === 0) reject({ name: archive.path, reason: 'The archive is empty.' });
  } catch (error) {
    reject({ name: archive.path, reason: reasonOf(error) });
  }
}
