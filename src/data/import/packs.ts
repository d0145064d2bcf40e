/**
 * Packed data sets among the files that were given: which files belong together (a `.rec` with its
 * index, the shards of a Parquet set, an array of images with its array of labels), and the reader of
 * each. Readers load when the first such file is met.
 */
import type { ArchiveIndex, IndexOptions } from '../formats/archive';
import type { HeadBudget } from '../formats/recordioShare';
import { type PackKind, SNIFF_BYTES, sniff } from '../formats/sniff';
import type { RejectedFile } from '../types';
import { CatalogueEntry, type FoundPairs } from './catalogue';
import { reasonAndAdvice, reasonOf } from './reasons';

/** A file that is read as a whole or by ranges: loose, or a member of an archive. */
export interface WholeFile {
  /** The archive and the path. */
  readonly name: string;
  readonly size: number;
  blob(): Promise<Blob>;
}

export interface PackOptions extends IndexOptions {
  /** How much of a `.rec` is read to learn who is on its images; `HEAD_BUDGET` where absent. */
  readonly budget?: HeadBudget | undefined;
}

export interface OpenedPacks {
  readonly entries: readonly CatalogueEntry[];
  readonly rejected: readonly RejectedFile[];
  readonly pairs: readonly FoundPairs[];
  readonly notes: readonly string[];
  /** @see Catalogue.whoNotes */
  readonly whoNotes: readonly string[];
  /** @see Catalogue.allHeadsBytes */
  readonly allHeadsBytes: number | null;
  /** What belonged to a pack, and text that was named like one. */
  readonly used: ReadonlySet<WholeFile>;
  readonly texts: readonly WholeFile[];
  /** Of texts that are lists made from a pack: what is wrong where none of their pictures is here. */
  readonly absent: ReadonlyMap<string, string>;
}

type Kind = PackKind | 'npz';

interface Pack {
  readonly kind: Kind;
  readonly file: WholeFile;
  readonly blob: Blob;
}

interface PackIndex extends ArchiveIndex {
  readonly notes?: readonly string[];
  readonly whoNotes?: readonly string[];
}

/** `a/b/train.rec` → `a/b/`, `train`. */
function placeOf(name: string): { readonly folder: string; readonly stem: string } {
  const cut = name.lastIndexOf('/') + 1;
  return { folder: name.slice(0, cut), stem: name.slice(cut).replace(/\.[^.]*$/, '') };
}

class PackOpener {
  readonly entries: CatalogueEntry[] = [];
  readonly rejected: RejectedFile[] = [];
  readonly pairs: FoundPairs[] = [];
  readonly notes: string[] = [];
  readonly whoNotes: string[] = [];
  allHeadsBytes: number | null = null;
  readonly used = new Set<WholeFile>();
  readonly lists: WholeFile[] = [];
  readonly absent = new Map<string, string>();

  constructor(
    private readonly texts: readonly WholeFile[],
    private readonly options: PackOptions,
  ) {}

  async open(packs: readonly Pack[]): Promise<void> {
    const of = (kind: Kind): readonly Pack[] => packs.filter((pack) => pack.kind === kind);
    const pickles = of('pickle');
    for (const pack of of('recordio')) {
      await this.attempt(pack.file.name, () => this.recordIO(pack, pickles));
    }
    for (const pack of pickles) {
      if (this.used.has(pack.file)) continue;
      await this.attempt(pack.file.name, () => this.pickle(pack));
    }
    for (const pack of of('npz')) await this.attempt(pack.file.name, () => this.npz(pack));
    for (const pack of of('tfrecord')) {
      await this.attempt(pack.file.name, async () => {
        const { indexTfRecord } = await import('../formats/tfrecord');
        this.take(pack.file.name, await indexTfRecord(pack.blob, this.options));
      });
    }
    for (const shards of byFolder(of('parquet'))) {
      await this.attempt(shards[0]!.file.name, () => this.parquet(shards));
    }
    for (const arrays of byFolder(of('npy'))) {
      await this.attempt(arrays[0]!.file.name, () => this.arrays(arrays));
    }
  }

  private async attempt(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.options.signal?.throwIfAborted();
      this.rejected.push({ name, reason: reasonAndAdvice(error) });
    }
  }

  /** The place of its first entry in `entries`. */
  private take(name: string, index: PackIndex): number {
    const first = this.entries.length;
    // Most readers put the file's name in front of their members' paths.
    const container = index.members[0]?.path.startsWith(name) === true ? null : name;
    for (const member of index.members) this.entries.push(new CatalogueEntry(container, member));
    for (const { path, ...why } of index.skipped) {
      this.rejected.push({ name: `${name}/${path}`, ...why });
    }
    if (index.problem !== null) this.rejected.push({ name, reason: index.problem.message });
    this.notes.push(...(index.notes ?? []));
    this.whoNotes.push(...(index.whoNotes ?? []));
    return first;
  }

  private async recordIO({ file, blob }: Pack, pickles: readonly Pack[]): Promise<void> {
    const { budget, ...options } = this.options;
    const { openRecordIO } = await import('../formats/recordio');
    const { folder, stem } = placeOf(file.name);
    const beside = async (...names: readonly string[]): Promise<Blob | null> => {
      const paths = names.map((name) => `${folder}${name}`);
      const text = this.texts.find(({ name }) => paths.includes(name));
      if (text === undefined) return null;
      this.used.add(text);
      return text.blob();
    };
    const meta = pickles.find((pack) => pack.file.name === `${folder}${stem}.meta`);
    if (meta !== undefined) this.used.add(meta.file);
    const index = await openRecordIO(
      {
        name: file.name,
        rec: blob,
        idx: await beside(`${stem}.idx`),
        list: await beside(`${stem}.lst`, `${stem}.tsv`),
        meta: meta?.blob ?? null,
        property: await beside('property'),
      },
      budget === undefined ? options : { ...options, budget },
    );
    this.take(file.name, index);
    if (index.allHeadsBytes !== null) {
      this.allHeadsBytes = (this.allHeadsBytes ?? 0) + index.allHeadsBytes;
    }
  }

  private async pickle({ file, blob }: Pack): Promise<void> {
    const { indexVerificationPack } = await import('../formats/verificationPack');
    const index = await indexVerificationPack(blob, file.name, this.options);
    const start = this.take(file.name, index);
    if (index.pairs === null) return;
    const { first, second, same } = index.pairs;
    const shifted = (places: Uint32Array) => places.map((place) => place + start);
    this.pairs.push({ name: file.name, first: shifted(first), second: shifted(second), same });
  }

  private async npz({ file, blob }: Pack): Promise<void> {
    const { indexNpz } = await import('../formats/npz');
    this.take(file.name, await indexNpz(blob, file.name, this.options));
  }

  private async parquet(shards: readonly Pack[]): Promise<void> {
    const { indexParquet } = await import('../formats/parquet/parquet');
    const named = shards.map(({ file, blob }) => ({ name: placeOf(file.name).stem, blob }));
    const { folder } = placeOf(shards[0]!.file.name);
    const name =
      shards.length === 1 ? shards[0]!.file.name : folder.replace(/\/$/, '') || 'Parquet';
    const index = await indexParquet(named, this.options);
    const { members, skipped, problem } = index;
    if (members.length === 0) {
      if (await this.parquetList(name, named)) return;
      if (skipped.length === 0 && problem !== null) throw problem;
    }
    this.take(name, index);
  }

  /** Pictures that a Parquet set only names may lie beside it: it is a list of them then. */
  private async parquetList(
    name: string,
    shards: readonly { readonly name: string; readonly blob: Blob }[],
  ): Promise<boolean> {
    const { listOfPaths } = await import('../formats/parquet/pathList');
    const list = await listOfPaths(shards, this.options);
    if (list === null) return false;
    const what = `Its column ${list.column} has only the paths of pictures`;
    if (list.hasLabels) {
      const blob = new Blob([list.text]);
      this.lists.push({ name, size: blob.size, blob: async () => blob });
      const advice = 'Put the pictures beside it, under the names it has for them.';
      this.absent.set(name, `${what}, and those are not here. ${advice}`);
      return true;
    }
    const advice = 'Give the pictures themselves, in one folder per person.';
    const reason = `${what}, and no column says who is on them. ${advice}`;
    this.rejected.push({ name, reason });
    return true;
  }

  private async arrays(packs: readonly Pack[]): Promise<void> {
    const { indexNpy } = await import('../formats/npz');
    const files = packs.map(({ file, blob }) => ({ name: file.name, blob }));
    this.take(files[0]!.name, await indexNpy(files, this.options));
  }
}

function byFolder(packs: readonly Pack[]): Pack[][] {
  const folders = new Map<string, Pack[]>();
  for (const pack of packs.toSorted((a, b) => (a.file.name < b.file.name ? -1 : 1))) {
    const { folder } = placeOf(pack.file.name);
    folders.set(folder, [...(folders.get(folder) ?? []), pack]);
  }
  return [...folders.values()];
}

/**
 * @param candidates files that are or may be packed sets; what turns out to be text is handed back
 * @param texts text files among which the packs' companions are looked for
 * @throws the signal's reason when it is aborted
 */
export async function openPacks(
  candidates: readonly WholeFile[],
  texts: readonly WholeFile[],
  options: PackOptions,
): Promise<OpenedPacks> {
  const packs: Pack[] = [];
  const textual: WholeFile[] = [];
  const rejected: RejectedFile[] = [];
  for (const file of candidates) {
    options.signal?.throwIfAborted();
    try {
      const blob = await file.blob();
      const head = new Uint8Array(await blob.slice(0, SNIFF_BYTES).arrayBuffer());
      const found = sniff(head);
      const again = { name: file.name, size: file.size, blob: async () => blob };
      if (found.kind === 'text') textual.push(again);
      else if (found.kind === 'pack') packs.push({ kind: found.pack, file, blob });
      else if (found.kind === 'archive' && found.archive === 'zip')
        packs.push({ kind: 'npz', file, blob });
      else rejected.push({ name: file.name, reason: 'It is not what its name says.' });
    } catch (error) {
      rejected.push({ name: file.name, reason: reasonOf(error) });
    }
  }
  const opener = new PackOpener([...texts, ...textual], options);
  await opener.open(packs);
  const { entries, pairs, notes, whoNotes, allHeadsBytes, used, absent } = opener;
  return {
    entries,
    pairs,
    notes,
    whoNotes,
    allHeadsBytes,
    used,
    texts: [...textual, ...opener.lists],
    absent,
    rejected: [...rejected, ...opener.rejected],
  };
}
