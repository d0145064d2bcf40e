/** TFRecord files for tests, message by message, the same bytes for the same arguments. */
import { bytesOf, concat } from './bytes.testing';
import { maskedCrc32c } from './crc32c';

/** A varint of a number from 0 to 2^53. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}

/** A field that holds bytes, text or a message. */
export function field(number: number, content: Uint8Array): Uint8Array {
  return concat(varint(number * 8 + 2), varint(content.length), content);
}

export type TestValue = Uint8Array | string | number | { readonly floats: readonly number[] };

function featureOf(value: TestValue): Uint8Array {
  if (typeof value === 'string') return featureOf(bytesOf(value));
  if (value instanceof Uint8Array) return field(1, field(1, value));
  if (typeof value === 'number') return field(3, field(1, varint(value)));
  const floats = new Uint8Array(Float32Array.from(value.floats).buffer);
  return field(2, field(1, floats));
}

/** A tf.train.Example. */
export function exampleOf(features: Readonly<Record<string, TestValue>>): Uint8Array {
  const entries = Object.entries(features).map(([name, value]) => {
    return field(1, concat(field(1, bytesOf(name)), field(2, featureOf(value))));
  });
  return field(1, concat(...entries));
}

/** One record around its data. */
export function frameOf(data: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(12));
  head.setBigUint64(0, BigInt(data.length), true);
  head.setUint32(8, maskedCrc32c(new Uint8Array(head.buffer, 0, 8)), true);
  const tail = new DataView(new ArrayBuffer(4));
  tail.setUint32(0, maskedCrc32c(data), true);
  return concat(new Uint8Array(head.buffer), data, new Uint8Array(tail.buffer));
}

export function tfRecordOf(
  examples: readonly Readonly<Record<string, TestValue>>[],
): Uint8Array<ArrayBuffer> {
  return concat(...examples.map((features) => frameOf(exampleOf(features))));
}
