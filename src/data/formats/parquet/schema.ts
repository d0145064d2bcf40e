/**
 * The columns of a Parquet file that hold values: the leaves of its tree of fields.
 * Format: Apache Parquet, parquet.thrift, `SchemaElement`.
 */
import { corrupt } from '../archive';
import type { ThriftStruct } from './thrift';

export type PhysicalType = 'boolean' | 'int32' | 'int64' | 'float' | 'double' | 'bytes' | 'other';

/** By their numbers in the format; 96-bit times and bytes of fixed length are of no use here. */
const TYPES: readonly PhysicalType[] = [
  'boolean',
  'int32',
  'int64',
  'other',
  'float',
  'double',
  'bytes',
  'other',
];

export interface LeafColumn {
  /** `['image', 'bytes']`. */
  readonly path: readonly string[];
  /** Its place among the leaves, which is its place in every row group. */
  readonly index: number;
  readonly type: PhysicalType;
  /** Whether the bytes are said to be text. */
  readonly isText: boolean;
  /** How many fields on the way to it may be missing: a value of a lower level is null. */
  readonly maxDefinition: number;
  /** Whether a row holds a list of them. */
  readonly isRepeated: boolean;
}

const REPETITION = { required: 0, repeated: 2 };
const CONVERTED_UTF8 = 0;
const DEEPEST = 32;

function leafOf(element: ThriftStruct): Pick<LeafColumn, 'type' | 'isText'> {
  const type = TYPES[element.int(1) ?? -1] ?? 'other';
  // Field 1 of the logical type is STRING.
  const isString = element.struct(10)?.has(1) === true;
  return { type, isText: element.int(6) === CONVERTED_UTF8 || isString };
}

/**
 * @param elements the tree in depth-first order, the root first
 * @throws FormatError `archive/corrupt`
 */
export function leavesOf(elements: readonly ThriftStruct[]): LeafColumn[] {
  const leaves: LeafColumn[] = [];
  let next = 1;
  const visit = (
    count: number,
    above: Pick<LeafColumn, 'path' | 'maxDefinition' | 'isRepeated'>,
  ): void => {
    for (let child = 0; child < count; child += 1) {
      const element = elements[next];
      next += 1;
      if (element === undefined || above.path.length >= DEEPEST) {
        throw corrupt('The columns of the Parquet file are damaged.');
      }
      const repetition = element.int(3) ?? REPETITION.required;
      const here = {
        path: [...above.path, element.text(4) ?? ''],
        maxDefinition: above.maxDefinition + (repetition === REPETITION.required ? 0 : 1),
        isRepeated: above.isRepeated || repetition === REPETITION.repeated,
      };
      const children = element.int(5) ?? 0;
      if (children > 0) visit(children, here);
      else leaves.push({ ...here, index: leaves.length, ...leafOf(element) });
    }
  };
  visit(elements[0]?.int(5) ?? 0, { path: [], maxDefinition: 0, isRepeated: false });
  return leaves;
}
