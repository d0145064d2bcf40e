/**
 * What a person gave, opened but not decoded: the catalogue, who is on every picture, and which of them
 * a way of reading would load.
 */

import { ALL_HEADS } from '../data/formats/recordioShare';
import type { Catalogue, CatalogueEntry, FaceSource } from '../data/import/catalogue';
import { identityHistogram } from '../data/import/filterFaces';
import { ImportError } from '../data/import/importError';
import { describeLayout } from '../data/import/layout';
import { checkPattern, describePattern, suggestPattern } from '../data/import/namePattern';
import { type Person, peopleIn } from '../data/import/people';
import { fullPath } from '../data/import/places';
import { type OpenFacesOptions, openFaces } from '../data/import/readFaces';
import { selectEntries } from '../data/inspect/select';
import type { FilesConfig } from '../training/config';
import { leastImages } from '../training/leastImages';
import { countListed } from './alignLists';
import type { DataSummary, FilesPreview, OpenedFiles as Summary } from './protocol';

/** More than this is not loaded unasked: images, and bytes of pixels. */
const MANY_IMAGES = 50_000;
const MANY_BYTES = 2 ** 29;
/** Paths that are looked at to see how files lie. */
const LOOKED_AT = 4000;
/** Paths that a preview of a pattern shows. */
const EXAMPLES = 5;

interface People {
  readonly pattern: string | null;
  readonly of: readonly Person[];
  /** `[entries]`, places in `names`. */
  readonly identity: Int32Array;
  readonly names: readonly string[];
  readonly counts: Int32Array;
}

export class OpenedFiles {
  #people: People | null = null;
  #layout: string | null = null;

  /** Kept where a part of them was looked at, to look at the rest. */
  readonly #files: readonly FaceSource[] | null;

  /** @param files what was given */
  constructor(
    readonly catalogue: Catalogue,
    readonly label: string,
    files: readonly FaceSource[] = [],
  ) {
    this.#files = catalogue.allHeadsBytes === null ? null : files;
  }

  /**
   * The same files, opened with the heads of all their records.
   * @throws ImportError `data/cancelled`
   */
  async withAllHeads(options: OpenFacesOptions): Promise<OpenedFiles> {
    if (this.#files === null) return this;
    const catalogue = await openFaces(this.#files, { ...options, budget: ALL_HEADS });
    return new OpenedFiles(catalogue, this.label);
  }

  /** Who is on every entry; kept until another pattern is asked for. */
  people(pattern: string | null): People {
    if (this.#people?.pattern === pattern) return this.#people;
    const problem = pattern === null ? null : checkPattern(pattern);
    if (problem !== null) {
      throw new ImportError(
        'data/invalid-pattern',
        problem,
        'Change the pattern, or leave it empty.',
      );
    }
    const { entries, lists } = this.catalogue;
    const of = peopleIn(entries, lists, { namePattern: pattern });
    // Sorted by name, as a face set is: "the first so many identities" means those.
    const names = [...new Set(of.map(({ identity }) => identity))].sort();
    const places = new Map(names.map((name, place) => [name, place]));
    const identity = Int32Array.from(of, (person) => places.get(person.identity)!);
    const counts = new Int32Array(names.length);
    for (const place of identity) counts[place]! += 1;
    this.#people = { pattern, of, identity, names, counts };
    return this.#people;
  }

  /**
   * Places of the entries that are read, or `null` for all of them.
   * @param minimum whether identities with too few images are left out before they are decoded
   */
  choose(config: FilesConfig, minimum: boolean): Uint32Array | null {
    const { identity, counts } = this.people(config.namePattern ?? null);
    const selection = {
      minImages: minimum ? config.minImagesPerIdentity : 1,
      maxImages: config.maxImagesPerIdentity ?? null,
      identities: config.firstIdentities ?? null,
      identitiesBy: 'name' as const,
      sample: config.sample ?? null,
      seed: config.sampleSeed ?? 0,
    };
    const { maxImages, identities, sample } = selection;
    const everything =
      selection.minImages <= 1 && maxImages === null && identities === null && sample === null;
    return everything ? null : selectEntries(identity, counts, selection);
  }

  /** Whether this is more than a person would want to wait for without being asked. */
  isLarge(config: FilesConfig): boolean {
    const chosen = this.choose(config, true);
    const images = chosen?.length ?? this.catalogue.entries.length;
    return images > MANY_IMAGES || images * bytesPerCrop(config) > MANY_BYTES;
  }

  /** How the files lie, or that they bring labels, or pairs alone. */
  get layout(): string {
    this.#layout ??= this.#findLayout();
    return this.#layout;
  }

  #findLayout(): string {
    const { pairs } = this.catalogue;
    const packs = pairs.map(({ name }) => `${name}/`);
    const isOfPack = ({ name }: CatalogueEntry) => packs.some((pack) => name.startsWith(pack));
    // Who is in a verification pack is put together from its pairs; it says nothing of other files.
    const entries =
      packs.length === 0
        ? this.catalogue.entries
        : this.catalogue.entries.filter((entry) => !isOfPack(entry));
    if (packs.length > 0 && entries.length === 0) return 'pairs of a pack';
    if (entries.some(({ identity }) => identity !== null)) return 'labels of its own';
    // Of half a million paths some thousands tell how they lie.
    const every = Math.max(1, Math.floor(entries.length / LOOKED_AT));
    const some = entries.filter((_, place) => place % every === 0);
    return describeLayout(some.map(({ container, path }) => ({ archive: container, path })));
  }

  /** How it is known who is who when the files are read this way. @see DataSummary.whoIsWho */
  whoIsWho({ namePattern }: FilesConfig): string {
    const { lists, entries } = this.catalogue;
    const labelled = entries.length > 0 && entries.every((one) => one.identity);
    if (!labelled && (namePattern ?? null) !== null) return 'pattern';
    const listed = lists.some(({ list, matches }) => {
      const said = matches?.reduce((sum, match) => sum + (match?.identity == null ? 0 : 1), 0) ?? 0;
      return list.kind === 'identities' && 2 * said > entries.length;
    });
    return !labelled && listed ? 'list' : this.layout;
  }

  /** The same with what lists have to do with it, unless a person's own pattern does without them. */
  summaryOfWho(config: FilesConfig): Pick<DataSummary, 'whoIsWho' | 'whoNotes'> {
    const whoIsWho = this.whoIsWho(config);
    const { whoNotes } = this.catalogue;
    return whoNotes.length === 0 || whoIsWho === 'pattern' ? { whoIsWho } : { whoIsWho, whoNotes };
  }

  describe(): Summary {
    const { entries, notes, rejected, allHeadsBytes } = this.catalogue;
    const { of, names, counts } = this.people(null);
    const splits = new Map<string, number>();
    for (const { split } of of) {
      if (split !== null) splits.set(split, (splits.get(split) ?? 0) + 1);
    }
    const { layout } = this;
    return {
      label: this.label,
      layout,
      images: entries.length,
      identities: names.length,
      histogram: identityHistogram(names.map((name, place) => ({ name, count: counts[place]! }))),
      splits: Array.from(splits, ([name, count]) => ({ name, images: count })),
      notes,
      ...(allHeadsBytes === null ? {} : { allHeadsBytes }),
      rejected: rejected.length,
      listed: countListed(this.catalogue),
      pattern:
        layout === 'flat names'
          ? (suggestPattern(entries.map(({ path }) => path))?.pattern ?? null)
          : null,
    };
  }

  preview(config: FilesConfig): FilesPreview {
    const { of, identity, counts } = this.people(config.namePattern ?? null);
    const chosen = this.choose(config, true) ?? Uint32Array.from(of.keys());
    const left = new Int32Array(counts.length);
    for (const place of chosen) left[identity[place]!]! += 1;
    const least = leastImages(config);
    const kept = left.filter((count) => count > 0 && count >= least);
    const images = kept.reduce((sum, count) => sum + count, 0);
    const { entries } = this.catalogue;
    const every = Math.max(1, Math.floor(of.length / EXAMPLES));
    const examples = Array.from({ length: Math.min(EXAMPLES, of.length) }, (_, at) => {
      return { path: entries[at * every]!.path, identity: of[at * every]!.identity };
    });
    return {
      images,
      identities: kept.length,
      bytes: images * bytesPerCrop(config),
      all: { images: of.length, identities: counts.length },
      single: counts.reduce((sum, count) => sum + (count === 1 ? 1 : 0), 0),
      examples,
      fit: this.#fitOf(config.namePattern ?? null),
    };
  }

  /** What the pattern makes of the paths, whatever labels and lists say of the pictures. */
  #fitOf(pattern: string | null): FilesPreview['fit'] {
    if (pattern === null) return null;
    const paths = this.catalogue.entries.map(({ container, path }) =>
      fullPath({ archive: container, path }),
    );
    const fit = describePattern(pattern, paths);
    return fit.kind === 'refused' ? null : fit;
  }
}

function bytesPerCrop({ cropSize }: FilesConfig): number {
  return cropSize * cropSize * 3;
}
