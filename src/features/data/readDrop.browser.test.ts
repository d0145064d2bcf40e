import { expect, test } from 'vitest';
import { readDataTransfer, readFileList } from './readDrop';

test('reads a real transfer of files', async () => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(['a'], 'Ann_0001.jpg'));
  transfer.items.add(new File(['b'], 'Bob_0001.jpg'));
  transfer.items.add('some text', 'text/plain');
  const dropped = await readDataTransfer(transfer);
  expect(dropped.files.map(({ path }) => path).sort()).toEqual(['Ann_0001.jpg', 'Bob_0001.jpg']);
  expect(dropped.label).toBe('2 files');
  expect(dropped.unreadable).toEqual([]);
  expect(await dropped.files[0]?.file.text()).toMatch(/^[ab]$/);
});

test('reads a real file list', async () => {
  const transfer = new DataTransfer();
  transfer.items.add(new File(['a'], 'faces.tar'));
  const taken = await readFileList(transfer.files);
  expect(taken).toMatchObject({ files: [{ path: 'faces.tar' }], label: 'faces.tar' });
});
