import { describe, expect, test } from 'vitest';
import { FormatError } from './errors';
import { readPickle } from './pickle';
import { assemble, type Parts, u32, u64 } from './pickle.testing';

const read = (...parts: Parts) => readPickle(new Blob([assemble(...parts)]));

const refusal = (code: string, message: RegExp) =>
  expect.objectContaining({ name: 'FormatError', code, message: expect.stringMatching(message) });

describe('names that are refused', () => {
  const call = (module: string, name: string) => [`c${module}\n${name}\n(S'echo'\ntR.`] as const;

  test.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['__builtin__', 'getattr'],
    ['subprocess', 'Popen'],
    ['subprocess', 'check_output'],
    ['numpy', 'load'],
    ['numpy.core.multiarray', 'fromfile'],
    ['_codecs', 'decode'],
    ['copyreg', '_reconstructor'],
    ['', ''],
  ])('%s.%s', async (module, name) => {
    const message = `It asks for ${module}.${name}, which is never run.`;
    await expect(read(...call(module, name))).rejects.toMatchObject({ message });
    // By its two texts on the stack, as protocol 4 has it, and in a single step, as protocol 0 may.
    const stacked = assemble(0x8c, module.length, module, 0x8c, name.length, name, 0x93, '.');
    await expect(read(stacked)).rejects.toMatchObject({ message });
    await expect(read(`(i${module}\n${name}\n.`)).rejects.toMatchObject({ message });
    await expect(read(...call(module, name))).rejects.toBeInstanceOf(FormatError);
  });

  test('are shown without what could deceive', async () => {
    const odd = `c${'\x1b[31m'}${'a'.repeat(120)}\nb\n.`;
    await expect(read(odd)).rejects.toMatchObject({
      message: `It asks for ?[31m${'a'.repeat(75)}…, which is never run.`,
    });
  });

  test('a name that is no text', async () => {
    await expect(read('NN', 0x93, '.')).rejects.toThrow(refusal('archive/corrupt', /no text/));
  });
});

test.each<[string, Parts]>([
  ['FLOAT', ['F1.5\n.']],
  ['BINFLOAT', ['G', u64(0), '.']],
  ['PERSID', ['Pid\n.']],
  ['BINPERSID', ['NQ.']],
  ['DICT', ['(d.']],
  ['EMPTY_DICT', ['}.']],
  ['SETITEM', ['NNNs.']],
  ['SETITEMS', ['N(u.']],
  ['OBJ', ['(No.']],
  ['NEWOBJ', ['NN', 0x81, '.']],
  ['NEWOBJ_EX', ['NNN', 0x92, '.']],
  ['EXT1', [0x82, 1, '.']],
  ['EXT2', [0x83, 1, 0, '.']],
  ['EXT4', [0x84, 1, 0, 0, 0, '.']],
  ['LONG4', [0x8b, 1, 0, 0, 0, 1, '.']],
  ['EMPTY_SET', [0x8f, '.']],
  ['ADDITEMS', ['(', 0x90, '.']],
  ['FROZENSET', ['(', 0x91, '.']],
  ['NEXT_BUFFER', [0x97, '.']],
  ['READONLY_BUFFER', ['N', 0x98, '.']],
  ['0xff', [0xff, '.']],
  ['0x00', [0, '.']],
])('the operation %s is refused by name', async (name, parts) => {
  const message = new RegExp(`^It uses the pickle operation ${name} at byte \\d`);
  await expect(read(...parts)).rejects.toThrow(refusal('archive/unsupported', message));
});

const DTYPE = "cnumpy\ndtype\n(S'u1'\nI0\nI1\ntR";

describe('calls that are refused', () => {
  test.each<[string, Parts]>([
    ['a call of what is no name', ['N)R.']],
    ['a call without a tuple', ['c_codecs\nencode\nNR.']],
    ['encode with another codec', ['c_codecs\nencode\n(Vabc\nVrot13\ntR.']],
    ['encode of bytes', ['c_codecs\nencode\n(C', 1, 'aVlatin1\ntR.']],
    ['encode of a call', ['c_codecs\nencode\n(c_codecs\nencode\nVlatin1\ntR.']],
    [
      'encode of text beyond Latin-1',
      ['c_codecs\nencode\n(X', u32(3), '\xe2\x82\xac', 'Vlatin1\ntR.'],
    ],
    [
      'an array of another class',
      ['cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntC', 1, 'btR.'],
    ],
    ['a buffer that is none', ['cnumpy.core.numeric\n_frombuffer\n(N', DTYPE, "(I1\ntS'C'\ntR."]],
    ['a shape that is none', ['cnumpy.core.numeric\n_frombuffer\n(C', 1, 'a', DTYPE, "NS'C'\ntR."]],
    [
      'a negative shape',
      ['cnumpy.core.numeric\n_frombuffer\n(C', 1, 'a', DTYPE, "(I-1\ntS'C'\ntR."],
    ],
    [
      'a shape of nine sizes',
      ['cnumpy.core.numeric\n_frombuffer\n(C', 1, 'a', DTYPE, '(', 'I1\n'.repeat(9), "tS'C'\ntR."],
    ],
    ['a number of the wrong length', ['cnumpy.core.multiarray\nscalar\n(', DTYPE, 'C', 2, 'abtR.']],
    ['bytes of a number', ['cbuiltins\nbytes\n(K', 200, 'tR.']],
    ['an element type that is no text', ['cnumpy\ndtype\n(K', 1, 'tR.']],
    ['the state of a list', [']Nb.']],
    ['the state of a name', ['cnumpy\nndarray\nNb.']],
    ['a byte order that is none', [DTYPE, "(I3\nS'?'\ntb."]],
  ])('%s', async (_, parts) => {
    await expect(read(...parts)).rejects.toThrow(refusal('archive/corrupt', /^The pickle /));
  });

  test('an array made by its class', async () => {
    const parts = assemble('cnumpy\nndarray\n(I5\ntR.');
    await expect(read(parts)).rejects.toThrow(refusal('archive/unsupported', /numpy\.ndarray/));
  });

  test('a number of a type that holds objects', async () => {
    const parts = assemble(
      "cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(S'O8'\ntRC",
      1,
      'atR.',
    );
    await expect(read(parts)).rejects.toThrow(refusal('archive/unsupported', /Python objects/));
  });
});
