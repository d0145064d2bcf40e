/** Documents that are zips inside: nobody's folder, whatever they are called and wherever they lie. */
import { describe, expect, test } from 'vitest';
import { makeTar, makeZip, type TestFile } from '../formats/archives.testing';
import { bytesOf, greyPgm } from '../formats/bytes.testing';
import { contentOf } from '../formats/virtualBlob.testing';
import { beside, GOOD, GOOD_PEOPLE, outcomeOf } from './reading.testing';

const file = (path: string, text = '<xml/>'): TestFile => ({ path, bytes: bytesOf(text) });
const pictures = (folder: string): readonly TestFile[] =>
  [1, 2, 3].map((n) => ({ path: `${folder}/image${n}.pgm`, bytes: greyPgm(n) }));

const DOCUMENTS: readonly (readonly [string, RegExp, readonly TestFile[]])[] = [
  ['docx', /an Office document/, [file('[Content_Types].xml'), ...pictures('word/media')]],
  [
    'docx of LibreOffice',
    /an Office document/,
    [file('_rels/.rels'), ...pictures('word/media'), file('[Content_Types].xml')],
  ],
  ['odt', /an OpenDocument file/, [file('mimetype'), ...pictures('Pictures')]],
  ['epub', /an e-book/, [file('cover.html'), ...pictures('OEBPS'), file('META-INF/container.xml')]],
  ['jar', /a Java or Android program/, [file('META-INF/MANIFEST.MF'), ...pictures('icons')]],
  ['apk', /a Java or Android program/, [file('AndroidManifest.xml'), ...pictures('res/drawable')]],
  ['pages', /a Pages, Numbers/, [file('Index/Document.iwa'), ...pictures('Data')]],
];

describe.each(DOCUMENTS)('%s', (_, what, files) => {
  const reason = expect.stringMatching(
    new RegExp(`^It is .*${what.source}.*To use its pictures, unpack it`),
  );

  test.each(['report.docx', 'faces/Ann/notes', 'faces.zip', 'faces/Ann/3.jpg'])(
    'as %s it gives no faces and one reason',
    async (path) => {
      const { people, rejected } = await outcomeOf(beside({ path, file: await makeZip(files) }));
      expect(people).toEqual(GOOD_PEOPLE);
      expect(rejected).toEqual([expect.objectContaining({ name: path, reason })]);
    },
  );

  test('it is of no use, not damaged', async () => {
    const { rejected } = await outcomeOf(beside({ path: 'a.odt', file: await makeZip(files) }));
    expect(rejected[0]?.unused).toBe(true);
  });
});

test('in an archive it is told by its first file', async () => {
  const [, , files] = DOCUMENTS[0]!;
  const inner = { path: 'faces/Ann/notes.docx', bytes: await contentOf(await makeZip(files)) };
  const { people, rejected } = await outcomeOf([{ path: 'a', file: makeTar([...GOOD, inner]) }]);
  expect(people).toEqual(GOOD_PEOPLE);
  const reason = expect.stringMatching(/^It is an Office document/);
  expect(rejected).toEqual([{ name: 'a/faces/Ann/notes.docx', reason, unused: true }]);
});

test('such files deeper in a zip say nothing of it', async () => {
  const files = [...GOOD, file('faces/mimetype'), file('backup/[Content_Types].xml')];
  const { people } = await outcomeOf([{ path: 'faces.zip', file: await makeZip(files) }]);
  expect(people).toEqual(GOOD_PEOPLE);
});
