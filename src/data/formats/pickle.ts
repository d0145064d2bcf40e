/**
 * A restricted reader of Python pickles: a stack machine that knows the operations with which lists of
 * images and of answers are written, and refuses every other by name. It runs nothing, and it keeps
 * nothing of the file but short strings: long ones become places in it.
 * Format: Lib/pickletools.py of CPython, protocols 0 to 5.
 */
import type { IndexOptions } from './archive';
import { FormatError } from './errors';
import { build, globalOf, reduce } from './pickleGlobals';
import { PickleMachine } from './pickleMachine';
import { OP, operationName } from './pickleOpcodes';
import { cutPickle, damagedPickle, PickleReader } from './pickleReader';
import { PickleList, PickleTuple, type PickleValue } from './pickleValues';

const HIGHEST_PROTOCOL = 5;
/**
 * An image in a NumPy array takes about 25 operations and is seldom smaller than 1 kB. A file that
 * needs more than this does something else than listing images.
 */
const OPERATIONS = { always: 1 << 20, bytesForOneMore: 32, most: 1 << 25 };

function mostOperations(size: number): number {
  const { always, bytesForOneMore, most } = OPERATIONS;
  return Math.min(always + Math.floor(size / bytesForOneMore), most);
}

function wholeNumber(text: string): number {
  if (/^[+-]?\d{1,15}L?$/.test(text)) return Number.parseInt(text, 10);
  throw damagedPickle(`The pickle has “${text.slice(0, 20)}” where a whole number should be.`);
}

/** Python writes its two truths as the numbers 00 and 01 in protocols 0 and 1. */
function intLine(text: string): boolean | number {
  if (text === '00' || text === '01') return text === '01';
  return wholeNumber(text);
}

/** Little-endian two's complement of up to 8 bytes. */
function longOf(bytes: Uint8Array): number {
  if (bytes.length > 8) {
    throw damagedPickle(`The pickle has a whole number of ${bytes.length} bytes.`);
  }
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    value = (value << 8n) | BigInt(bytes[index]!);
  }
  return Number(BigInt.asIntN(8 * bytes.length, value));
}

function checkProtocol(version: number): void {
  if (version <= HIGHEST_PROTOCOL) return;
  throw new FormatError(
    'archive/unsupported',
    `It is written in pickle protocol ${version}; protocols 0 to ${HIGHEST_PROTOCOL} are read.`,
    'Write it again with protocol 4.',
  );
}

/** A frame only says that so many bytes belong together. */
function checkFrame(reader: PickleReader): void {
  const length = reader.u64();
  if (length > reader.left) throw cutPickle(`a part of ${length} bytes has only ${reader.left}`);
}

function binaryString(machine: PickleMachine): void {
  const length = machine.reader.i32();
  if (length < 0) throw damagedPickle(`The pickle has a string of ${length} bytes.`);
  machine.string('str', length);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  machine.global(machine.pop(), name);
}

function refusedOperation(code: number, at: number): FormatError {
  return new FormatError(
    'archive/unsupported',
    `It uses the pickle operation ${operationName(code)} at byte ${at}, which no pack of images needs.`,
    'Give a verification pack as insightface writes it: a list of encoded images and a list of answers.',
  );
}

/** INST names what it wants in two lines, as GLOBAL does, but wants it made at once. */
function refuseInstance({ reader }: PickleMachine): never {
  globalOf(reader.line(), reader.line());
  throw refusedOperation(OP.INST, reader.position - 1);
}

type Step = (machine: PickleMachine) => void | Promise<void>;

const STEPS: ReadonlyMap<number, Step> = new Map<number, Step>([
  [OP.PROTO, ({ reader }) => checkProtocol(reader.u8())],
  [OP.FRAME, ({ reader }) => checkFrame(reader)],
  [OP.MARK, (machine) => machine.mark()],
  [OP.POP, (machine) => void machine.pop()],
  [OP.POP_MARK, (machine) => void machine.popToMark()],
  [OP.DUP, (machine) => machine.push(machine.peek())],
  [OP.NONE, (machine) => machine.push(null)],
  [OP.NEWTRUE, (machine) => machine.push(true)],
  [OP.NEWFALSE, (machine) => machine.push(false)],
  [OP.INT, (machine) => machine.push(intLine(machine.reader.line()))],
  [OP.LONG, (machine) => machine.push(wholeNumber(machine.reader.line()))],
  [OP.BININT, (machine) => machine.push(machine.reader.i32())],
  [OP.BININT1, (machine) => machine.push(machine.reader.u8())],
  [OP.BININT2, (machine) => machine.push(machine.reader.u16())],
  [OP.LONG1, (machine) => machine.push(longOf(machine.reader.bytes(machine.reader.u8())))],
  [OP.STRING, (machine) => machine.stringLine('str')],
  [OP.BINSTRING, binaryString],
  [OP.SHORT_BINSTRING, (machine) => machine.string('str', machine.reader.u8())],
  [OP.BINBYTES, (machine) => machine.string('bytes', machine.reader.u32())],
  [OP.SHORT_BINBYTES, (machine) => machine.string('bytes', machine.reader.u8())],
  [OP.BINBYTES8, (machine) => machine.string('bytes', machine.reader.u64())],
  [OP.BYTEARRAY8, (machine) => machine.string('bytes', machine.reader.u64())],
  [OP.UNICODE, (machine) => machine.stringLine('text')],
  [OP.BINUNICODE, (machine) => machine.string('text', machine.reader.u32())],
  [OP.SHORT_BINUNICODE, (machine) => machine.string('text', machine.reader.u8())],
  [OP.BINUNICODE8, (machine) => machine.string('text', machine.reader.u64())],
  [OP.EMPTY_LIST, (machine) => machine.push(new PickleList())],
  [
    OP.LIST,
    (machine) => {
      const items = machine.popToMark();
      machine.push(new PickleList());
      machine.append(items);
    },
  ],
  [OP.APPEND, (machine) => machine.append([machine.pop()])],
  [OP.APPENDS, (machine) => machine.append(machine.popToMark())],
  [OP.EMPTY_TUPLE, (machine) => machine.popTuple(0)],
  [OP.TUPLE, (machine) => machine.push(new PickleTuple(machine.popToMark()))],
  [OP.TUPLE1, (machine) => machine.popTuple(1)],
  [OP.TUPLE2, (machine) => machine.popTuple(2)],
  [OP.TUPLE3, (machine) => machine.popTuple(3)],
  [OP.GLOBAL, (machine) => machine.push(globalOf(machine.reader.line(), machine.reader.line()))],
  [OP.STACK_GLOBAL, stackGlobal],
  [OP.INST, refuseInstance],
  [
    OP.REDUCE,
    (machine) => {
      const args = machine.pop();
      machine.push(reduce(machine.pop(), args));
    },
  ],
  [
    OP.BUILD,
    (machine) => {
      const state = machine.pop();
      build(machine.peek(), state);
    },
  ],
  [OP.PUT, (machine) => machine.remember(wholeNumber(machine.reader.line()))],
  [OP.BINPUT, (machine) => machine.remember(machine.reader.u8())],
  [OP.LONG_BINPUT, (machine) => machine.remember(machine.reader.u32())],
  [OP.MEMOIZE, (machine) => machine.rememberNext()],
  [OP.GET, (machine) => machine.recall(wholeNumber(machine.reader.line()))],
  [OP.BINGET, (machine) => machine.recall(machine.reader.u8())],
  [OP.LONG_BINGET, (machine) => machine.recall(machine.reader.u32())],
]);

/**
 * The value a pickle ends with. What follows its end is not looked at.
 *
 * @throws FormatError `archive/truncated`, `archive/corrupt`, or `archive/unsupported` for an operation
 *   or a name that no pack of images needs, named in the message
 */
export async function readPickle(blob: Blob, options: IndexOptions = {}): Promise<PickleValue> {
  const reader = new PickleReader(blob);
  const machine = new PickleMachine(reader);
  for (let left = mostOperations(reader.size); left > 0; left -= 1) {
    if (!reader.atHand) {
      options.signal?.throwIfAborted();
      options.onProgress?.(reader.position, reader.size);
      await reader.fill();
    }
    const code = reader.u8();
    if (code === OP.STOP) return machine.pop();
    const step = STEPS.get(code);
    if (step === undefined) throw refusedOperation(code, reader.position - 1);
    const pending = step(machine);
    if (pending !== undefined) await pending;
  }
  throw damagedPickle(`The pickle takes more than ${mostOperations(reader.size)} operations.`);
}
