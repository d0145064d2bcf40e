/** The picture that a crop was cut from, among the files that are open. */
import type { Catalogue, CatalogueEntry } from '../data/import/catalogue';
import { EditError } from '../data/inspect/edit';
import type { FaceSet } from '../data/types';
import type { DataConfig } from '../training/config';
import type { OpenedFiles } from './openedFiles';

/** The faces in use and the files behind them. */
export interface FacesSource {
  readonly all: FaceSet;
  /** `null` for generated faces, and for those kept from another visit. */
  readonly opened: OpenedFiles | null;
  readonly config: DataConfig;
}

/** Files by name; `null` for a name that several have. Made once a catalogue. */
const byName = new WeakMap<Catalogue, ReadonlyMap<string, CatalogueEntry | null>>();

function filesOf(catalogue: Catalogue): ReadonlyMap<string, CatalogueEntry | null> {
  const known = byName.get(catalogue);
  if (known !== undefined) return known;
  const files = new Map<string, CatalogueEntry | null>();
  for (const entry of catalogue.entries) {
    const { name } = entry;
    files.set(name, files.has(name) ? null : entry);
  }
  byName.set(catalogue, files);
  return files;
}

/** @param message why there is no picture, one sentence */
export function noPicture(message: string): EditError {
  return new EditError(
    'edit/no-picture',
    message,
    'Drop the files again to correct crops, or undo the correction.',
  );
}

/** @throws EditError `edit/no-picture` where the file is not at hand */
export function originalOf({ all, opened, config }: FacesSource, image: number): CatalogueEntry {
  const name = all.names[image];
  if (name === undefined) throw new RangeError(`there is no image ${image}`);
  if (config.kind === 'synthetic') {
    throw noPicture('Generated faces have no picture that they were cut from.');
  }
  if (opened === null) {
    throw noPicture(
      'Only the crops of these faces were kept, not the pictures they were cut from.',
    );
  }
  const file = filesOf(opened.catalogue).get(name);
  if (file === undefined) throw noPicture(`The picture of ${name} is not among the files.`);
  if (file === null) {
    throw noPicture(`Several files are called ${name}: which of them this is cannot be told.`);
  }
  return file;
}
