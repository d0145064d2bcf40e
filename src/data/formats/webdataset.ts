/**
 * WebDataset: a tar in which files of one name before the first dot belong together, a picture and
 * what is known about it. Recognised only where most pictures have a label beside them, so that a
 * tar of folders with some texts in it stays what it is.
 * Layout: https://github.com/webdataset/webdataset, "The WebDataset Format".
 */
import type { ArchiveIndex, ArchiveMember, IndexOptions, SkippedMember } from './archive';
import { splitOfShard } from './splitName';
import { readMembers, TarGzMember } from './targz';
import { type Label, type LabelKind, labelOf, looksLikeLabels } from './webdatasetLabels';

const IMAGE = /(?:^|\.)(jpe?g|png|webp|avif|gif|bmp|p[gp]m)$/;
/** In the order of trust. */
const LABEL_KINDS: readonly LabelKind[] = ['cls', 'json', 'txt'];
/** Longer ones are no label of a picture, bytes. */
const LONGEST_LABEL = 1 << 16;

/** A picture of a WebDataset, with what stands beside it. */
export class WebDatasetMember implements ArchiveMember {
  /** The picture as the archive lists it. */
  readonly image: ArchiveMember;
  readonly identity: string | null;
  readonly split: string | null;

  constructor(image: ArchiveMember, identity: string | null, split: string | null) {
    this.image = image;
    this.identity = identity;
    this.split = split;
  }

  get path(): string {
    return this.image.path;
  }

  get size(): number {
    return this.image.size;
  }

  read(): Promise<Uint8Array<ArrayBuffer>> {
    return this.image.read();
  }
}

interface Sample {
  readonly key: string;
  image: ArchiveMember | null;
  imageEnding: string;
  readonly labels: Partial<Record<LabelKind, ArchiveMember>>;
}

/** The key, up to the first dot of the file name, and what comes behind that dot. */
function splitName(path: string): { readonly key: string; readonly ending: string } {
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  if (dot === -1) return { key: path, ending: '' };
  return { key: path.slice(0, dot), ending: path.slice(dot + 1).toLowerCase() };
}

function labelKind(ending: string): LabelKind | null {
  return LABEL_KINDS.find((kind) => kind === ending) ?? null;
}

function repeats(sample: Sample, kind: LabelKind | null, ending: string): boolean {
  return kind === null ? sample.imageEnding === ending : sample.labels[kind] !== undefined;
}

interface Samples {
  readonly samples: readonly Sample[];
  /** What no sample is made of, with the reason. */
  readonly left: readonly SkippedMember[];
}

const SECOND = 'It stands beside another picture of the same sample.';
const NO_PICTURE = 'It is a label without a picture beside it.';
const UNKNOWN = 'It is neither a picture nor a label of one.';

/** In the order in which each begins. A second file of one ending begins the next sample of its key. */
function samplesOf(members: readonly ArchiveMember[]): Samples {
  const samples: Sample[] = [];
  const left: SkippedMember[] = [];
  const leave = ({ path }: ArchiveMember, reason: string) => left.push({ path, reason });
  const current = new Map<string, Sample>();
  for (const member of members) {
    const { key, ending } = splitName(member.path);
    const kind = labelKind(ending);
    if (kind === null && !IMAGE.test(ending)) {
      leave(member, UNKNOWN);
      continue;
    }
    let sample = current.get(key);
    if (sample === undefined || repeats(sample, kind, ending)) {
      sample = { key, image: null, imageEnding: '', labels: {} };
      samples.push(sample);
      current.set(key, sample);
    }
    if (kind !== null) sample.labels[kind] = member;
    else if (sample.image === null || ending.length < sample.imageEnding.length) {
      // Of `1.jpg` and `1.mask.png` the first is the picture.
      if (sample.image !== null) leave(sample.image, SECOND);
      sample.image = member;
      sample.imageEnding = ending;
    } else leave(member, SECOND);
  }
  for (const { image, labels } of samples) {
    if (image !== null) continue;
    for (const label of Object.values(labels)) leave(label, NO_PICTURE);
  }
  return { samples: samples.filter(({ image }) => image !== null), left };
}

/** One that only another pass over a compressed tar gives. */
function isStreamed(member: ArchiveMember): member is TarGzMember {
  return member instanceof TarGzMember && !member.isKept;
}

async function readLabels(
  files: readonly { readonly file: ArchiveMember; readonly at: number }[],
  use: (at: number, bytes: Uint8Array) => void,
  options: IndexOptions,
): Promise<void> {
  const streamed: { file: TarGzMember; at: number }[] = [];
  for (const { file, at } of files) {
    options.signal?.throwIfAborted();
    if (isStreamed(file)) streamed.push({ file, at });
    else {
      // A label that cannot be read is none; the picture beside it is still there.
      const bytes = await file.read().catch(() => null);
      if (bytes !== null) use(at, bytes);
    }
  }
  const [first] = streamed;
  if (first === undefined) return;
  streamed.sort((a, b) => a.file.offset - b.file.offset);
  const places = streamed.map(({ file }) => file);
  for await (const { index, bytes } of readMembers(first.file.blob, places, options)) {
    use(streamed[index]!.at, bytes);
  }
}

async function labelsOf(
  samples: readonly Sample[],
  kind: LabelKind,
  options: IndexOptions,
): Promise<(Label | null)[]> {
  const labels: (Label | null)[] = samples.map(() => null);
  const files = samples.flatMap(({ labels: { [kind]: file } }, at) =>
    file === undefined || file.size > LONGEST_LABEL ? [] : [{ file, at }],
  );
  const use = (at: number, bytes: Uint8Array) => {
    labels[at] = labelOf(kind, bytes);
  };
  await readLabels(files, use, options);
  return labels;
}

function countFolders(samples: readonly Sample[]): number {
  return new Set(samples.map(({ key }) => key.slice(0, key.lastIndexOf('/') + 1))).size;
}

/** The labels of the kind that most pictures have and that look like labels, or `null`. */
async function findLabels(
  samples: readonly Sample[],
  options: IndexOptions,
): Promise<(Label | null)[] | null> {
  const folders = countFolders(samples);
  for (const kind of LABEL_KINDS) {
    const having = samples.filter(({ labels }) => labels[kind] !== undefined).length;
    if (having * 2 <= samples.length) continue;
    const labels = await labelsOf(samples, kind, options);
    if (looksLikeLabels(labels, folders)) return labels;
  }
  return null;
}

/**
 * Joins the pictures of a WebDataset with their labels. Only the small files beside the pictures are
 * read; those of a tar were kept when it was listed.
 *
 * @param name of the archive: a shard's name tells its part of the set
 * @returns the pictures alone, what else there is with its reason; or `null` when the archive is no WebDataset. Shards of one set give
 *   the same names to the same people.
 */
export async function groupWebDataset(
  index: ArchiveIndex,
  name: string,
  options: IndexOptions = {},
): Promise<ArchiveIndex | null> {
  const { samples, left } = samplesOf(index.members);
  if (samples.length === 0) return null;
  const labels = await findLabels(samples, options);
  if (labels === null) return null;
  const split = splitOfShard(name);
  const members = samples.flatMap(({ image }, at) =>
    image === null ? [] : [new WebDatasetMember(image, labels[at]?.identity ?? null, split)],
  );
  return { members, skipped: [...index.skipped, ...left], problem: index.problem };
}
