/**
 * tf.train.Example: a message whose features have names. Which of them are the image and its class is
 * a matter of custom; the names in use are below.
 * Format: TensorFlow `example.proto`, `feature.proto`.
 */
import { corrupt } from './archive';
import { ProtoReader, WIRE } from './protobuf';

/** One feature; long lists are not kept whole. */
export type Feature =
  | { readonly kind: 'bytes'; readonly first: Uint8Array; readonly count: number }
  | { readonly kind: 'numbers'; readonly first: number | bigint; readonly count: number }
  | { readonly kind: 'empty' };

export type Example = ReadonlyMap<string, Feature>;

const EMPTY: Feature = { kind: 'empty' };
const DECODER = new TextDecoder();

/** Calls `take` with the reader at each field `number`, and passes over the others. */
function eachField(bytes: Uint8Array, number: number, take: (reader: ProtoReader) => void): void {
  const reader = new ProtoReader(bytes);
  while (reader.next()) {
    if (reader.field === number) take(reader);
    else reader.skip();
  }
}

function message(reader: ProtoReader): Uint8Array {
  if (reader.wire === WIRE.bytes) return reader.bytes();
  throw corrupt(`Field ${reader.field} of an example has the wire type ${reader.wire}.`);
}

/**
 * @param bytes one record; the features are views into it
 * @throws FormatError `archive/corrupt`
 */
export function parseExample(bytes: Uint8Array): Example {
  const features = new Map<string, Feature>();
  eachField(bytes, 1, (example) => {
    eachField(message(example), 1, (map) => {
      let name = '';
      let feature = EMPTY;
      const entry = new ProtoReader(message(map));
      while (entry.next()) {
        if (entry.field === 1) name = DECODER.decode(message(entry));
        else if (entry.field === 2) feature = parseFeature(message(entry));
        else entry.skip();
      }
      features.set(name, feature);
    });
  });
  return features;
}

function parseFeature(bytes: Uint8Array): Feature {
  const reader = new ProtoReader(bytes);
  let feature = EMPTY;
  while (reader.next()) {
    if (reader.field === 1) feature = bytesList(message(reader));
    else if (reader.field === 2) feature = numberList(message(reader), WIRE.fixed32);
    else if (reader.field === 3) feature = numberList(message(reader), WIRE.varint);
    else reader.skip();
  }
  return feature;
}

function bytesList(bytes: Uint8Array): Feature {
  let first: Uint8Array | null = null;
  let count = 0;
  eachField(bytes, 1, (reader) => {
    const value = message(reader);
    first ??= value;
    count += 1;
  });
  return first === null ? EMPTY : { kind: 'bytes', first, count };
}

/** Floats (`fixed32`) or whole numbers (`varint`), packed together or one field each. */
function numberList(bytes: Uint8Array, wire: number): Feature {
  let first: number | bigint | null = null;
  let count = 0;
  const take = (reader: ProtoReader): void => {
    const value = wire === WIRE.fixed32 ? reader.float32() : reader.int64();
    first ??= value;
    count += 1;
  };
  eachField(bytes, 1, (reader) => {
    if (reader.wire === wire) take(reader);
    else {
      const packed = new ProtoReader(message(reader));
      while (!packed.done) take(packed);
    }
  });
  return first === null ? EMPTY : { kind: 'numbers', first, count };
}

/** Encoded or raw pixels, in the order in which they are looked for. */
const IMAGE_KEYS = ['image/encoded', 'image', 'image_raw', 'image/raw', 'img', 'img_raw', 'jpeg'];
/** A name of the class. */
const NAME_KEYS = [
  'image/class/text',
  'image/class/name',
  'label/text',
  'class/text',
  'label_text',
];
/** A number of the class, or its name. `image/source_id` has it in sets made for ArcFace. */
const LABEL_KEYS = [
  'image/class/label',
  'image/label',
  'label',
  'labels',
  'class',
  'class_id',
  'identity',
  'person',
  'subject',
];
const SOURCE_KEY = 'image/source_id';

/** The image feature's bytes, or `null` where no feature is known to hold an image. */
export function imageBytes(example: Example): Uint8Array | null {
  for (const key of IMAGE_KEYS) {
    const feature = example.get(key);
    if (feature?.kind === 'bytes' && feature.first.length > 0) return feature.first;
  }
  return null;
}

/** The class as text, or `null` where no feature is known to tell it. */
export function className(example: Example): string | null {
  for (const key of [...NAME_KEYS, ...LABEL_KEYS]) {
    const text = classIn(example.get(key));
    if (text !== null) return text;
  }
  const source = example.get(SOURCE_KEY);
  // As text it is the name of a file.
  return source?.kind === 'numbers' ? classIn(source) : null;
}

/** Longer text names nobody. */
const LONGEST_NAME = 1024;

function classIn(feature: Feature | undefined): string | null {
  if (feature === undefined || feature.kind === 'empty' || feature.count !== 1) return null;
  if (feature.kind === 'bytes') {
    if (feature.first.length > LONGEST_NAME) return null;
    return DECODER.decode(feature.first).trim() || null;
  }
  return typeof feature.first === 'bigint' || Number.isInteger(feature.first)
    ? String(feature.first)
    : null;
}

const HEIGHT_KEYS = ['image/height', 'height', 'image_height', 'rows'];
const WIDTH_KEYS = ['image/width', 'width', 'image_width', 'cols'];
const DEPTH_KEYS = ['image/depth', 'depth', 'image/channels', 'channels', 'image_depth'];

export interface StatedShape {
  readonly height: number;
  readonly width: number;
  /** `null` where it is not stated. */
  readonly depth: number | null;
}

/** The shape of raw pixels, or `null` where it is not stated. */
export function statedShape(example: Example): StatedShape | null {
  const height = numberUnder(example, HEIGHT_KEYS);
  const width = numberUnder(example, WIDTH_KEYS);
  if (height === null || width === null) return null;
  return { height, width, depth: numberUnder(example, DEPTH_KEYS) };
}

function numberUnder(example: Example, keys: readonly string[]): number | null {
  for (const key of keys) {
    const feature = example.get(key);
    if (feature?.kind === 'numbers' && typeof feature.first === 'number') return feature.first;
  }
  return null;
}
