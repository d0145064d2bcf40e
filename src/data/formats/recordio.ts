/**
 * RecordIO data sets as insightface and MXNet write them: `train.rec`, most often with `train.idx`,
 * sometimes with `property` and a list of its labels. Only what tells the classes is read: the table of
 * identities or the list where there is one, else the heads of the records.
 */
import { type ArchiveIndex, type IndexOptions, type SkippedMember, truncated } from './archive';
import { FormatError } from './errors';
import { ExactReads } from './fileWindow';
import { type HeadOptions, type ReadHeads, readHeads, scanHeads } from './recordioHeads';
import {
  disagreement,
  type HeaderRecord,
  type IndexedRecords,
  readHeaderRecord,
  readTable,
  rowsWhere,
} from './recordioIdentities';
import { RowsByKey, readIndex } from './recordioIndex';
import { isClass } from './recordioIntake';
import { type ImageColumns, recordMembers } from './recordioMembers';
import { readMetaLabels } from './recordioMeta';
import { HEAD_BUDGET, type HeadBudget } from './recordioShare';
import { readListedLabels, statedIdentities } from './recordioText';
import { recordPath, SkippedRecords } from './skippedRecords';

export { isRecordIO } from './recordioFormat';

/** A `.rec` and what lies beside it; `null` for what is not there. */
export interface RecordIOFiles {
  readonly rec: Blob;
  /** `train.idx` */
  readonly idx: Blob | null;
  readonly property: Blob | null;
  /** `train.lst`: `key⇥label⇥path`, or CVLface's `train.tsv`: `key⇥path⇥label`. */
  readonly list: Blob | null;
  /** `train.meta`, a pickle. */
  readonly meta: Blob | null;
  /** Of the `.rec`, for messages. */
  readonly name: string;
}

export interface RecordIOIndex extends ArchiveIndex {
  /** What a person should know about how it was read, one sentence each. */
  readonly notes: readonly string[];
  /** Bytes that all heads take to be read, where those of a part were; else `null`. */
  readonly allHeadsBytes: number | null;
}

export interface RecordIOOptions extends IndexOptions {
  /** How much is read to learn who is on the images; `HEAD_BUDGET` where absent. */
  readonly budget?: HeadBudget;
}

class RecordIOOpener {
  readonly #files: RecordIOFiles;
  readonly #options: RecordIOOptions;
  readonly #source: ExactReads;
  readonly #total: number;
  readonly #notes: string[] = [];
  #skipped = new SkippedRecords();
  #problem: FormatError | null = null;
  #done = 0;
  /** Not `null` where only a part of the records was looked at. */
  #allHeadsBytes: number | null = null;

  constructor(files: RecordIOFiles, options: RecordIOOptions) {
    this.#files = files;
    this.#options = options;
    this.#source = new ExactReads(files.rec);
    const texts = [files.idx, files.list, files.meta].map((text) => text?.size ?? 0);
    this.#total = texts.reduce((sum, size) => sum + size, files.rec.size);
  }

  async open(): Promise<RecordIOIndex> {
    this.#report(0);
    const { rec, name, idx } = this.#files;
    const columns = (idx === null ? null : await this.#indexed(idx)) ?? (await this.#scanned());
    if (columns.keys.length === 0) {
      this.#problem ??= new FormatError(
        'archive/empty',
        `${name} holds no image with a class.`,
        'Choose the .rec file of a data set of face crops.',
      );
    }
    const wrong = await this.#againstProperty(columns.labels);
    this.#report(this.#total);
    return {
      members: recordMembers(rec, columns),
      skipped: [...wrong, ...this.#skipped.toList()],
      problem: this.#problem,
      notes: this.#notes,
      allHeadsBytes: this.#allHeadsBytes,
    };
  }

  /** Bytes done, which never go back. @throws the signal's reason */
  #report(done: number): void {
    this.#options.signal?.throwIfAborted();
    this.#done = Math.max(this.#done, done);
    this.#options.onProgress?.(this.#done, this.#total);
  }

  /** Reports offsets in the `.rec`, which comes after the texts. */
  readonly #inRecord = (offset: number): void => {
    const texts = this.#total - this.#files.rec.size;
    this.#report(texts + offset);
  };

  /** By the index, or `null` where it leads to no image. */
  async #indexed(idx: Blob): Promise<ImageColumns | null> {
    const { rec, name } = this.#files;
    const { rows, beyond } = await readIndex(idx, rec.size, this.#skipped, (done) =>
      this.#report(done),
    );
    if (beyond > 0) {
      this.#problem = truncated(
        `by its index ${beyond} of the records of ${name} lie beyond its ${rec.size} bytes`,
      );
    }
    const set = { rows, byKey: new RowsByKey(rows.keys), source: this.#source };
    const header = await readHeaderRecord(set);
    const columns = await (header === null ? this.#byLists(set) : this.#byTable(set, header));
    if (columns.keys.length > 0) return columns;
    this.#notes.length = 0;
    this.#allHeadsBytes = null;
    this.#notes.push(`The index of ${name} leads to no image: the file was read without it.`);
    this.#skipped = new SkippedRecords();
    this.#problem = null;
    return null;
  }

  /** Classes by the table of identities. */
  async #byTable(set: IndexedRecords, header: HeaderRecord): Promise<ImageColumns> {
    const { keys } = set.rows;
    const images = rowsWhere(keys, (key) => key >= 1 && key < header.identities);
    const others = rowsWhere(keys, (key) => key >= header.end).length;
    if (others > 0) {
      this.#notes.push(`${this.#files.name} has ${others} records its header does not count.`);
    }
    const table = await readTable(set, header, images, this.#inRecord);
    // Without its table the header is not to be trusted either: every record is looked at.
    if ('why' in table)
      return this.#byHeads(
        set,
        rowsWhere(keys, () => true),
        table.why,
      );
    return this.#ifRight(set, images, table.classes);
  }

  /** Classes by what lies beside the file, where there is something. */
  async #byLists(set: IndexedRecords): Promise<ImageColumns> {
    const all = rowsWhere(set.rows.keys, () => true);
    const { idx, list, meta } = this.#files;
    const beside = [
      { what: 'its list', blob: list, read: readListedLabels },
      { what: 'its train.meta', blob: meta, read: readMetaLabels },
    ];
    const refused: string[] = [];
    let start = idx?.size ?? 0;
    for (const { what, blob, read } of beside) {
      if (blob === null) continue;
      const before = start;
      const found = await read(blob, set.byKey, all.length, (done) => this.#report(before + done));
      if ('labels' in found) return this.#ifRight(set, all, found.labels);
      refused.push(`${what} cannot be used: ${found.why}`);
      start += blob.size;
    }
    return this.#byHeads(set, all, refused.length === 0 ? null : refused.join(' And '));
  }

  /** Takes the labels as they are, unless a few records say otherwise. */
  async #ifRight(
    set: IndexedRecords,
    images: Uint32Array,
    labels: Float64Array,
  ): Promise<ImageColumns> {
    const why = await disagreement(set, images, labels);
    if (why !== null) return this.#byHeads(set, images, why);
    const { keys, offsets, extents } = set.rows;
    const known = images.filter((row) => {
      return isClass(labels[row]!, this.#skipped, () => recordPath(keys[row]!));
    });
    const column = (values: Float64Array) => columnOf(values, known);
    return {
      keys: column(keys),
      offsets: column(offsets),
      extents: column(extents),
      labels: column(labels),
      sizes: null,
    };
  }

  /** Classes by the heads of the records, along the index. @param why for the notes */
  async #byHeads(
    set: IndexedRecords,
    images: Uint32Array,
    why: string | null,
  ): Promise<ImageColumns> {
    if (why !== null) {
      this.#notes.push(`The classes of ${this.#files.name} were read from its images: ${why}`);
    }
    const heads = await readHeads(set, images, this.#headOptions);
    return this.#noted(heads, `${images.length.toLocaleString('en')} `, why === null);
  }

  /** From the start of the file to its end, without an index. */
  async #scanned(): Promise<ImageColumns> {
    const heads = await scanHeads(this.#source, this.#headOptions);
    this.#problem = heads.problem;
    return this.#noted(heads, '', true);
  }

  get #headOptions(): HeadOptions {
    const { budget = HEAD_BUDGET } = this.#options;
    return { skipped: this.#skipped, budget, onProgress: this.#inRecord };
  }

  /**
   * @param of how many records there are, where that is known
   * @param bare whether there is nothing that could tell the classes, not even something unusable
   */
  #noted({ columns, part }: ReadHeads, of: string, bare: boolean): ImageColumns {
    if (part === null) return columns;
    this.#allHeadsBytes = part.allBytes;
    const { rec, name } = this.#files;
    const stem = name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
    const count = `${part.records.toLocaleString('en')}${of === '' ? '' : ' of its'} ${of}records`;
    this.#notes.push(
      `${name} has ${(rec.size / 1e9).toFixed(1)} GB${bare ? ', and nothing beside it says who is on its images' : ''}: ${count}, spread evenly, were looked at. Put ${bare ? 'its' : 'a whole'} ${stem}.lst, ${stem}.tsv or ${stem}.meta beside it to choose from all.`,
    );
    return columns;
  }

  /** What `property` says that is not so. */
  async #againstProperty(labels: Float64Array): Promise<readonly SkippedMember[]> {
    const { property } = this.#files;
    if (property === null || this.#allHeadsBytes !== null) return [];
    const stated = await statedIdentities(property);
    const found = distinct(labels);
    if (stated === found) return [];
    const reason =
      stated === null
        ? 'Its first line is not: identities,height,width.'
        : `It states ${stated} identities; the records have ${found}.`;
    return [{ path: 'property', reason }];
  }
}

/** `Float64Array.from` takes seconds for millions of rows. */
function columnOf(values: Float64Array, rows: Uint32Array): Float64Array {
  const column = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place += 1) column[place] = values[rows[place]!]!;
  return column;
}

function distinct(values: Float64Array): number {
  const sorted = values.slice().sort();
  return sorted.filter((value, place) => place === 0 || value !== sorted[place - 1]).length;
}

/**
 * Lists the images of a RecordIO data set with their classes as identities (`"17"`). What is wrong
 * with the files is in the result: records in `skipped`, a cut or damaged file in `problem`.
 *
 * @throws the signal's reason when it is aborted, and what the system says of a file that is gone
 */
export function openRecordIO(
  files: RecordIOFiles,
  options: RecordIOOptions = {},
): Promise<RecordIOIndex> {
  return new RecordIOOpener(files, options).open();
}
