/**
 * RecordIO data sets of any number of images that take no memory: every record has the same length,
 * so that the bytes at any offset can be computed.
 */
import { payloadOf, recordOf, type TestHead } from './recordio.testing';
import { VirtualBlob } from './virtualBlob.testing';

export interface LargeChoices {
  readonly people: number;
  readonly imagesEach: number;
  /** Every image, a multiple of 4 bytes long. */
  readonly image: Uint8Array;
  /** As in `makeRecordIO`. */
  readonly convention: 'table' | 'plain';
}

export interface LargeSet {
  readonly rec: VirtualBlob;
  readonly idx: Blob;
  /** Bytes of each image record. */
  readonly stride: number;
}

/** Where the two 32-bit words that differ from record to record stand. */
const LABEL_AT = 12;
const ID_AT = 16;

export function makeLargeRecordIO(choices: LargeChoices): LargeSet {
  const { people, imagesEach, image, convention } = choices;
  const count = people * imagesEach;
  const first = convention === 'table' ? 1 : 0;
  const record = recordOf(payloadOf({ label: 0, id: 0 }, image));
  const stride = record.length;
  const table = convention === 'table' ? tableBytes(people, imagesEach) : new Uint8Array(0);
  const words = new DataView(record.buffer);
  const fill = (start: number, bytes: Uint8Array): void => {
    let at = 0;
    while (at < bytes.length) {
      const position = start + at;
      const place = Math.floor(position / stride);
      const from = place < count ? position - place * stride : position - count * stride;
      if (place < count) {
        words.setFloat32(LABEL_AT, Math.floor(place / imagesEach), true);
        words.setUint32(ID_AT, first + place, true);
      }
      const part = (place < count ? record : table).subarray(from, from + bytes.length - at);
      bytes.set(part, at);
      at += part.length;
    }
  };
  const rec = new VirtualBlob(count * stride + table.length, fill);
  return { rec, stride, idx: new Blob([indexText({ count, first, stride, table, people })]) };
}

function tableBytes(people: number, imagesEach: number): Uint8Array {
  const first = people * imagesEach + 1;
  const bytesOf = (head: TestHead) => recordOf(payloadOf(head, new Uint8Array(0)));
  const header = bytesOf({ label: [first, first + people], id: 0 });
  const table = new Uint8Array((people + 1) * header.length);
  table.set(header);
  for (let person = 0; person < people; person += 1) {
    const start = 1 + person * imagesEach;
    const head = { label: [start, start + imagesEach], id: first + person };
    table.set(bytesOf(head), (person + 1) * header.length);
  }
  return table;
}

function indexText(layout: {
  readonly count: number;
  readonly first: number;
  readonly stride: number;
  readonly table: Uint8Array;
  readonly people: number;
}): string {
  const { count, first, stride, table, people } = layout;
  const lines: string[] = [];
  for (let place = 0; place < count; place += 1) {
    lines.push(`${first + place}\t${place * stride}\n`);
  }
  if (table.length > 0) {
    const length = table.length / (people + 1);
    for (let place = 0; place <= people; place += 1) {
      const key = place === 0 ? 0 : count + place;
      lines.push(`${key}\t${count * stride + place * length}\n`);
    }
  }
  return lines.join('');
}
