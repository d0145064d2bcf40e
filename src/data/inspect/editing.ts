/**
 * The state that edits are carried out on, one after the other. An identity is a slot; merging points
 * one slot at another, so that it costs the same for two images as for a million.
 */
import type { CropCorrection } from '../align/placement';
import type { FaceSet } from '../types';
import { type Edit, EditError, identityName } from './edit';
import { imagesByKey } from './imageKeys';
import { imagesText, namesText } from './sentences';

interface Slot {
  name: string;
  /** Images that belong to it, and those of them that are not removed. */
  total: number;
  kept: number;
  excluded: boolean;
  /** The slot it was merged into. */
  into: Slot | null;
}

/** What a person decided about an image. */
export const DECISION = { none: 0, keep: 1, remove: 2 } as const;

/** What became of an edit. */
export interface EditStep {
  readonly edit: Edit;
  /** `Merged Ann and Anne (12 images)`. */
  readonly sentence: string;
  /** Why it did not, or not wholly, apply to this set. */
  readonly problem: EditError | null;
}

function follow(slot: Slot): Slot {
  let root = slot;
  while (root.into !== null) {
    // Halves the way for the next one who asks.
    if (root.into.into !== null) root.into = root.into.into;
    root = root.into;
  }
  return root;
}

export class Editing {
  /** `[count]`, see `DECISION`. */
  readonly decisions: Uint8Array;
  /** How the crops of images are cut anew. */
  readonly crops = new Map<number, CropCorrection>();
  readonly #names: readonly string[];
  readonly #slotOfImage: Slot[];
  /** Every identity that has images, by its present name. */
  readonly #slots = new Map<string, Slot>();
  #problem: EditError | null = null;

  constructor({ labels, names, identities, placements }: FaceSet) {
    this.#names = names;
    this.decisions = new Uint8Array(labels.length);
    for (const [image, placement] of placements?.entries() ?? []) {
      // Without a face, and left out for it: a person may keep it nevertheless.
      if (placement === 'left-out') this.decisions[image] = DECISION.remove;
    }
    const slots = identities.map(({ name }): Slot => {
      return { name, total: 0, kept: 0, excluded: false, into: null };
    });
    this.#slotOfImage = Array.from(labels, (label) => slots[label]!);
    for (const [image, slot] of this.#slotOfImage.entries()) {
      slot.total += 1;
      if (this.decisions[image] !== DECISION.remove) slot.kept += 1;
    }
    for (const slot of slots) this.#slots.set(slot.name, slot);
  }

  /** In no particular order. */
  get identities(): Iterable<Readonly<Slot>> {
    return this.#slots.values();
  }

  ownerOf(image: number): Readonly<Slot> {
    return follow(this.#slotOfImage[image]!);
  }

  apply(edit: Edit): EditStep {
    this.#problem = null;
    let sentence: string;
    try {
      sentence = this.#carryOut(edit);
    } catch (error) {
      if (!(error instanceof EditError)) throw error;
      // That something is missing explains more than that nothing was left to change.
      const problem = this.#problem ?? error;
      return { edit, sentence: `Left out: ${problem.message}`, problem };
    }
    return { edit, sentence, problem: this.#problem };
  }

  #carryOut(edit: Edit): string {
    switch (edit.kind) {
      case 'rename':
        return this.#rename(edit.identity, identityName(edit.to));
      case 'merge':
        return this.#merge(this.#known(edit.identities), identityName(edit.into));
      case 'exclude':
      case 'include':
        return this.#exclude(this.#known(edit.identities), edit.kind === 'exclude');
      case 'remove':
      case 'keep':
        return this.#decide(this.#images(edit.images), edit.kind);
      case 'move':
        return this.#move(this.#images(edit.images), identityName(edit.to));
      case 'align':
        return this.#align(this.#images([edit.image]), edit.points);
      case 'middle':
        return this.#takeMiddle(this.#images(edit.images));
      default:
        return edit satisfies never;
    }
  }

  #rename(identity: string, to: string): string {
    const [slot] = this.#known([identity]);
    const from = slot!.name;
    if (from === to) throw noChange(`${from} is called that already.`);
    const there = this.#slots.get(to);
    if (there === undefined) {
      this.#call(slot!, to);
      return `Renamed ${from} to ${to} (${imagesText(slot!.kept)})`;
    }
    this.#join(slot!, there);
    return `Renamed ${from} to ${to}, a name that was there, and merged the two (${imagesText(there.kept)})`;
  }

  #merge(sources: readonly Slot[], into: string): string {
    const names = sources.map(({ name }) => name);
    const there = this.#slots.get(into);
    const target = there ?? sources[0]!;
    if (sources.every((slot) => slot === target) && target.name === into) {
      throw noChange(`${into} is one identity already.`);
    }
    for (const slot of sources) if (slot !== target) this.#join(slot, target);
    if (target.name !== into) this.#call(target, into);
    const where = names.includes(into) ? '' : ` into ${into}`;
    return `Merged ${namesText(names)}${where} (${imagesText(target.kept)})`;
  }

  #exclude(slots: readonly Slot[], excluded: boolean): string {
    const changed = slots.filter((slot) => slot.excluded !== excluded);
    if (changed.length === 0) {
      const are = slots.length === 1 ? 'is' : 'are';
      throw noChange(
        `${namesText(slots.map(({ name }) => name))} ${are} ${excluded ? 'excluded' : 'included'} already.`,
      );
    }
    for (const slot of changed) slot.excluded = excluded;
    const images = changed.reduce((sum, { kept }) => sum + kept, 0);
    const names = namesText(changed.map(({ name }) => name));
    return `${excluded ? 'Excluded' : 'Included'} ${names} (${imagesText(images)})`;
  }

  #decide(images: readonly number[], kind: 'remove' | 'keep'): string {
    const decision = DECISION[kind];
    const changed = images.filter((image) => this.decisions[image] !== decision);
    const done = kind === 'remove' ? 'removed' : 'kept';
    if (changed.length === 0) {
      throw noChange(
        images.length === 1
          ? `${this.#names[images[0]!]} is ${done} already.`
          : `The ${imagesText(images.length)} are ${done} already.`,
      );
    }
    for (const image of changed) this.#mark(image, decision);
    return `${kind === 'remove' ? 'Removed' : 'Kept'} ${this.#describe(changed)}`;
  }

  #mark(image: number, decision: (typeof DECISION)['remove' | 'keep']): void {
    const before = this.decisions[image] === DECISION.remove ? 0 : 1;
    this.decisions[image] = decision;
    follow(this.#slotOfImage[image]!).kept += (decision === DECISION.remove ? 0 : 1) - before;
  }

  #align(images: readonly number[], points: readonly number[]): string {
    return this.#recut(images, { kind: 'points', points }, 'Set the points of');
  }

  #takeMiddle(images: readonly number[]): string {
    return this.#recut(images, { kind: 'middle' }, 'Took the middle of');
  }

  /** Whoever says where a face is wants the image. */
  #recut(images: readonly number[], correction: CropCorrection, done: string): string {
    const changed = images.filter((image) => {
      const before = this.crops.get(image);
      return this.decisions[image] === DECISION.remove || !sameCrop(before, correction);
    });
    if (changed.length === 0) {
      const what = images.length === 1 ? this.#names[images[0]!]! : imagesText(images.length);
      throw noChange(`${what} ${images.length === 1 ? 'is' : 'are'} cut that way already.`);
    }
    for (const image of changed) {
      this.crops.set(image, correction);
      this.#mark(image, DECISION.keep);
    }
    return `${done} ${this.#describe(changed)}`;
  }

  #move(images: readonly number[], to: string): string {
    const changed = images.filter((image) => this.ownerOf(image).name !== to);
    if (changed.length === 0) {
      const are = images.length === 1 ? 'image is' : `${imagesText(images.length)} are`;
      throw noChange(`The ${are} of ${to} already.`);
    }
    const there = this.#slots.get(to);
    const target = there ?? { name: to, total: 0, kept: 0, excluded: false, into: null };
    const what = this.#describe(changed);
    for (const image of changed) this.#give(image, target);
    this.#slots.set(to, target);
    return `Moved ${what} to ${to}${there === undefined ? ', a new identity' : ''}`;
  }

  #give(image: number, target: Slot): void {
    const source = follow(this.#slotOfImage[image]!);
    const kept = this.decisions[image] === DECISION.remove ? 0 : 1;
    source.total -= 1;
    source.kept -= kept;
    target.total += 1;
    target.kept += kept;
    this.#slotOfImage[image] = target;
    if (source.total === 0) this.#slots.delete(source.name);
  }

  /** What is merged is excluded only where both were. */
  #join(slot: Slot, target: Slot): void {
    this.#slots.delete(slot.name);
    target.excluded &&= slot.excluded;
    target.total += slot.total;
    target.kept += slot.kept;
    slot.into = target;
  }

  #call(slot: Slot, name: string): void {
    this.#slots.delete(slot.name);
    slot.name = name;
    this.#slots.set(name, slot);
  }

  /** `3 images of Ann`, `5 images of Ann and Bob`, or the one image's name. */
  #describe(images: readonly number[]): string {
    if (images.length === 1) {
      return `${this.#names[images[0]!]} of ${this.ownerOf(images[0]!).name}`;
    }
    const owners = new Set(images.map((image) => this.ownerOf(image).name));
    return `${imagesText(images.length)} of ${namesText([...owners])}`;
  }

  /** The identities that exist, each once; the others become a problem. */
  #known(names: readonly string[]): Slot[] {
    const found = new Set<Slot>();
    const missing: string[] = [];
    for (const name of names) {
      const slot = this.#slots.get(name) ?? this.#slots.get(name.normalize('NFC').trim());
      if (slot === undefined) missing.push(name);
      else found.add(slot);
    }
    this.#report(found.size, missing, 'edit/unknown-identity');
    return [...found];
  }

  #images(keys: readonly string[]): number[] {
    const images = imagesByKey(this.#names);
    const found = new Set<number>();
    const missing: string[] = [];
    for (const key of keys) {
      const image = images.get(key);
      if (image === undefined) missing.push(key);
      else found.add(image);
    }
    this.#report(found.size, missing, 'edit/unknown-image');
    return [...found];
  }

  /** An edit goes on with what there is; with nothing there is no edit. */
  #report(found: number, missing: readonly string[], code: EditError['code']): void {
    if (found === 0 && missing.length === 0) {
      throw new EditError('edit/nothing-chosen', 'Nothing is chosen.', 'Choose something first.');
    }
    if (missing.length === 0) return;
    const what =
      code === 'edit/unknown-image'
        ? `no image ${namesText(missing)}`
        : `no identity called ${namesText(missing)}`;
    const error = new EditError(
      code,
      `In this data set there is ${what}.`,
      'Choose among what is shown now, or undo what changed it.',
    );
    if (found === 0) throw error;
    this.#problem = error;
  }
}

function sameCrop(one: CropCorrection | undefined, other: CropCorrection): boolean {
  if (one === undefined || one.kind !== other.kind) return false;
  if (one.kind === 'middle' || other.kind === 'middle') return true;
  return one.points.every((value, at) => value === other.points[at]);
}

function noChange(message: string): EditError {
  return new EditError('edit/no-change', message, 'Nothing needs to be done.');
}
