/**
 * RecordIO data sets for tests, the same bytes for the same arguments: both conventions, and records
 * split where an image has the magic in it. Written after dmlc-core's `recordio.cc` and insightface's
 * `face2rec2.py`.
 */
import type { ArchiveMember } from './archive';
import { bytesOf, concat } from './bytes.testing';
import { OP } from './pickleOpcodes';
import type { RecordIOFiles } from './recordio';

export const MAGIC_BYTES = Uint8Array.of(0x0a, 0x23, 0xd7, 0xce);

export interface TestHead {
  /** One label stands in the head, several behind it. */
  readonly label: number | readonly number[];
  readonly id: number;
}

/** The payload of an image record, or with no image of one of the table of identities. */
export function payloadOf(head: TestHead, image: Uint8Array): Uint8Array<ArrayBuffer> {
  const several = typeof head.label === 'number' ? [] : head.label;
  const view = new DataView(new ArrayBuffer(24 + 4 * several.length));
  view.setUint32(0, several.length, true);
  view.setFloat32(4, typeof head.label === 'number' ? head.label : 0, true);
  view.setBigUint64(8, BigInt(head.id), true);
  for (const [place, label] of several.entries()) view.setFloat32(24 + 4 * place, label, true);
  return concat(new Uint8Array(view.buffer), image);
}

function partOf(kind: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const word = new DataView(new ArrayBuffer(4));
  word.setUint32(0, ((kind << 29) | payload.length) >>> 0, true);
  const padding = new Uint8Array((4 - (payload.length % 4)) % 4);
  return concat(MAGIC_BYTES, new Uint8Array(word.buffer), payload, padding);
}

/** One record: in several parts where the payload has the magic on a multiple of 4. */
export function recordOf(payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at + 4 <= payload.length; at += 4) {
    if (MAGIC_BYTES.some((byte, place) => payload[at + place] !== byte)) continue;
    parts.push(partOf(start === 0 ? 1 : 2, payload.subarray(start, at)));
    start = at + 4;
  }
  parts.push(partOf(start === 0 ? 0 : 3, payload.subarray(start)));
  return concat(...parts);
}

export interface TestRecord {
  readonly key: number;
  readonly bytes: Uint8Array;
}

export interface TestSet {
  readonly rec: Blob;
  readonly idx: Blob;
  readonly list: Blob;
  readonly property: Blob;
  readonly name: string;
  /** What should come out, in order. */
  readonly images: readonly { readonly identity: string; readonly image: Uint8Array }[];
}

export interface TestChoices {
  /** `table`: a header with key 0 and records of identities; `plain`: images alone, from key 0. */
  readonly convention: 'table' | 'plain';
  /** More labels behind the class in each image record. */
  readonly moreLabels?: readonly number[];
  /** Classes of the people; 0, 1, 2 … where it is left out. */
  readonly classes?: readonly number[];
}

/** The index of records that lie one after another. */
export function indexOf(records: readonly TestRecord[]): string {
  let offset = 0;
  const lines = records.map(({ key, bytes }) => {
    const line = `${key}\t${offset}\n`;
    offset += bytes.length;
    return line;
  });
  return lines.join('');
}

/** @param people their images, person by person */
export function makeRecordIO(
  people: readonly (readonly Uint8Array[])[],
  { convention, moreLabels, classes = people.map((_, place) => place) }: TestChoices,
): TestSet {
  const first = convention === 'table' ? 1 : 0;
  const images = people.flatMap((own, person) =>
    own.map((image) => ({ identity: String(classes[person]!), image })),
  );
  const records: TestRecord[] = images.map(({ identity, image }, place) => {
    const label = moreLabels === undefined ? Number(identity) : [Number(identity), ...moreLabels];
    const key = first + place;
    return { key, bytes: recordOf(payloadOf({ label, id: key }, image)) };
  });
  if (convention === 'table') records.push(...tableOf(people));
  const lines = images.map(({ identity }, place) => {
    return `${first + place}\t${Number(identity).toFixed(6)}\tp${identity}/${place}.jpg\n`;
  });
  return {
    rec: new Blob(records.map(({ bytes }) => new Uint8Array(bytes))),
    idx: new Blob([indexOf(records)]),
    list: new Blob([lines.join('')]),
    property: new Blob([bytesOf(`${people.length},112,112\n`)]),
    name: 'train.rec',
    images,
  };
}

/** The header and the identities, as they follow the images. */
function tableOf(people: readonly (readonly Uint8Array[])[]): readonly TestRecord[] {
  const none = new Uint8Array(0);
  const count = people.reduce((sum, own) => sum + own.length, 0);
  const first = count + 1;
  const header = payloadOf({ label: [first, first + people.length], id: 0 }, none);
  let next = 1;
  const identities = people.map((own, place) => {
    const range = [next, next + own.length];
    next += own.length;
    const key = first + place;
    return { key, bytes: recordOf(payloadOf({ label: range, id: key }, none)) };
  });
  return [{ key: 0, bytes: recordOf(header) }, ...identities];
}

/** `train.meta` as Python pickles it in protocol 2, but for the numbers' lengths. @param labels by key */
export function metaOf(labels: readonly number[]): Uint8Array<ArrayBuffer> {
  const int = (value: number): Uint8Array => {
    const bytes = new Uint8Array(5);
    bytes[0] = OP.BININT;
    new DataView(bytes.buffer).setInt32(1, value, true);
    return bytes;
  };
  const text = (name: string) =>
    concat(Uint8Array.of(OP.BINUNICODE, name.length, 0, 0, 0), bytesOf(name));
  // The names are written once and remembered as 1 and 2.
  const field = (name: string, place: number, first: boolean): Uint8Array =>
    first ? concat(text(name), Uint8Array.of(OP.BINPUT, place)) : Uint8Array.of(OP.BINGET, place);
  const entries = labels.map((label, key) =>
    concat(
      Uint8Array.of(OP.EMPTY_DICT, OP.BINPUT, 3, OP.MARK),
      field('image_index', 1, key === 0),
      int(key),
      field('image_classes', 2, key === 0),
      Uint8Array.of(OP.EMPTY_LIST, OP.BINPUT, 4),
      int(label),
      Uint8Array.of(OP.APPEND, OP.SETITEMS),
    ),
  );
  const begin = Uint8Array.of(OP.PROTO, 2, OP.EMPTY_LIST, OP.BINPUT, 0, OP.MARK);
  return concat(begin, ...entries, Uint8Array.of(OP.APPENDS, OP.STOP));
}

/** The `.rec` with what is named of the files beside it. */
export function filesOf(
  set: TestSet,
  ...beside: readonly ('idx' | 'list' | 'property')[]
): RecordIOFiles {
  const given = (name: (typeof beside)[number]) => (beside.includes(name) ? set[name] : null);
  return {
    rec: set.rec,
    name: set.name,
    idx: given('idx'),
    list: given('list'),
    meta: null,
    property: given('property'),
  };
}

/** What members hold, to be compared with a set's `images`. */
export async function imagesOf(members: readonly ArchiveMember[]): Promise<unknown> {
  return Promise.all(
    members.map(async (member) => ({ identity: member.identity, image: await member.read() })),
  );
}
