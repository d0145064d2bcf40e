/**
 * Kernels that an adapter's driver refused, and what takes their place: another tile, a tile of another
 * family, maps stored another way. An engine takes note of them once, for every device it opens.
 */
import { EngineError } from '../errors';
import type { Dispatch } from './kernel';
import { type MapStorage, mapStorage, type Storage, type StorageChoice } from './storage';

/** A driver that refuses so many tiles of a family is not asked for the others. */
const TILES_OF_A_FAMILY = 2;

/** A driver that refuses so much gets no further chance. */
const MOST_REFUSALS = 200;

interface Refused {
  readonly dispatch: Dispatch;
  /** The driver's, without a full stop. */
  readonly reason: string;
}

/** Kernels that were not compiled: others may be. */
export class KernelRefused extends EngineError {
  readonly refused: readonly Refused[];

  /** @param refused one at the least: the first is told */
  constructor(refused: readonly [Refused, ...Refused[]]) {
    const { dispatch, reason } = refused[0];
    super(
      'engine/failed',
      `The GPU refused the kernel ${dispatch.kernel} for ${dispatch.label}: ${reason}.`,
      'Choose another engine.',
    );
    this.refused = refused;
  }
}

/** Every kernel that could compute something was refused. */
export class NoKernelLeft extends EngineError {
  /** @param what is to be computed; @param last why the last kernel was refused, one sentence */
  constructor(what: string, last: string) {
    super(
      'engine/failed',
      `The GPU refused every kernel there is for ${what}. ${last}`,
      'Choose another engine.',
    );
  }
}

/** What becomes of a refusal: other kernels for plans to come, or other maps, for which all are made anew. */
export type Concession = 'kernel' | 'maps';

export class Refusals {
  /** By what they compute: names of tiles. */
  readonly #tiles = new Map<string, Set<string>>();
  readonly #storages = new Set<Storage>();
  #count = 0;
  #last = '';

  /** Why the last kernel was refused, one sentence; empty before any was. */
  get last(): string {
    return this.#last;
  }

  /** What of `choice` this adapter's driver takes, in the order it is worth trying. */
  maps(choice: StorageChoice, native: boolean): MapStorage {
    const wanted = mapStorage(choice, native);
    if (!this.#storages.has(wanted.values)) return wanted;
    const packed = mapStorage(choice, false);
    return this.#storages.has(packed.values) ? mapStorage('float32', false) : packed;
  }

  allows(product: string, tile: string): boolean {
    const refused = this.#tiles.get(product);
    if (refused === undefined) return true;
    const family = familyOf(tile);
    const of = [...refused].filter((name) => familyOf(name) === family);
    return of.length < TILES_OF_A_FAMILY && !refused.has(tile);
  }

  /** Takes note of a refusal; `null` where nothing could take a kernel's place. */
  note({ refused, message }: KernelRefused): Concession | null {
    this.#last = message;
    const instead = refused.map(({ dispatch }) => this.#noteOne(dispatch));
    if (instead.includes(null)) return null;
    return instead.includes('maps') ? 'maps' : 'kernel';
  }

  /** Whether a refusal speaks against the way maps are stored rather than against a tile. */
  blamesMaps({ refused }: KernelRefused): boolean {
    return refused.some(({ dispatch }) => stores(dispatch, 'native-half'));
  }

  /** The same where no tile is left for something, with the maps that there are now. */
  noteNoneLeft({ values }: MapStorage): Concession | null {
    return values === 'float32' ? null : this.#without(values);
  }

  /** What takes the place of what, to follow a kernel's shape; empty where it is the first choice. */
  remark({ choice }: Dispatch): string {
    const refused = choice === undefined ? undefined : this.#tiles.get(choice.product);
    if (choice === undefined || refused === undefined) return '';
    return `; ${choice.tile}, since the GPU refused ${[...refused].join(' and ')}`;
  }

  /** The same for maps. */
  get mapsRemark(): string {
    const refused = [...this.#storages].join(' and ');
    return refused === '' ? '' : `; the GPU refused ${refused}`;
  }

  #noteOne(dispatch: Dispatch): Concession | null {
    this.#count += 1;
    if (this.#count > MOST_REFUSALS) return null;
    // The same bits can be had without the feature that the driver claims to have.
    if (stores(dispatch, 'native-half')) return this.#without('native-half');
    const { choice } = dispatch;
    if (choice !== undefined) {
      const refused = this.#tiles.get(choice.product) ?? new Set();
      this.#tiles.set(choice.product, refused.add(choice.tile));
      return 'kernel';
    }
    const halves = stores(dispatch, 'half') || stores(dispatch, 'bfloat16');
    return halves ? this.#without('half') : null;
  }

  #without(storage: Storage): Concession {
    // Others may have had it refused at the same time.
    if (this.#storages.has(storage)) return 'kernel';
    this.#storages.add(storage);
    // Kernels have other texts with other maps.
    this.#tiles.clear();
    return 'maps';
  }
}

function stores({ bindings }: Dispatch, storage: Storage): boolean {
  return bindings.some(({ tensor }) => tensor.storage === storage);
}

/** The first word of a tile's name, and whether lanes show each other their numbers. */
function familyOf(tile: string): string {
  return `${tile.split(' ', 1)[0]} ${tile.endsWith(', quads')}`;
}
