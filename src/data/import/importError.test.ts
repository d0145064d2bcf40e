import { describe, expect, test } from 'vitest';
import { otherFormat } from '../formats/otherFormats';
import { nothingReadable } from './importError';
import { noPicture, reasonAgainst } from './reasons';

/** As it is left out with these first bytes. */
function leftOut(name: string, start: string) {
  const other = otherFormat(start);
  if (other === null) throw new Error(`nothing starts with ${start}`);
  const reason = reasonAgainst({ kind: 'other', ...other });
  if (reason === null) throw new Error(`${name} is an image`);
  return noPicture(name, reason);
}

const HDF5 = '\x89HDF';
const HEIC = '\0\0\0\x18ftypheic';

describe('nothing that can be read', () => {
  test('one file has one way out: what makes something of it', () => {
    const error = nothingReadable([leftOut('faces.h5', HDF5)]);
    expect(error.message).toBe(
      'faces.h5 cannot be used: it is an HDF5 file, not an image that can be read.',
    );
    expect(error.remedy).toMatch(/^Read it in Python with h5py .*numpy\.savez\("faces\.npz"/);
    expect(error.remedy).not.toContain('Give JPEG');
  });

  test('a picture of another format could not be read', () => {
    const { message, remedy } = nothingReadable([leftOut('Ann/1.heic', HEIC)]);
    expect(message).toBe(
      'Ann/1.heic could not be read: it is a HEIC image, not an image that can be read.',
    );
    expect(remedy).toContain('JPEG');
  });

  test('files of one kind keep their advice; of several, all that is read is told', () => {
    const alike = nothingReadable([leftOut('a.h5', HDF5), leftOut('b.h5', HDF5)]);
    expect(alike.message).toMatch(/^None of the 2 files .* a\.h5, for example: it is an HDF5 file/);
    expect(alike.remedy).toMatch(/h5py/);
    const mixed = nothingReadable([leftOut('a.h5', HDF5), leftOut('b.heic', HEIC)]);
    expect(mixed.remedy).toMatch(/^Give JPEG, .*zip, tar, tar\.gz.*packed data set \(npz/);
  });

  test('nothing at all', () => {
    const { message, remedy } = nothingReadable([]);
    expect(message).toBe('There is no file in what was given.');
    expect(remedy).toMatch(/^Give JPEG/);
  });
});

test.each([
  ['README', true],
  ['set/notes.txt', true],
  ['faces.h5', true],
  ['Ann/1.jpg', undefined],
  ['Ann/1.HEIC', undefined],
  ['faces.zip', undefined],
])('%s is of no use rather than damaged: %s', (name, unused) => {
  expect(noPicture(name, 'It is text.').unused).toBe(unused);
});
