/**
 * The pictures that are read, one after the other: loose ones and members of archives by themselves,
 * members of a compressed tar in its order, each when there is room for its bytes.
 */
import { readMembers, type TarGzMember } from '../formats/targz';
import type { RejectedFile } from '../types';
import type { CatalogueEntry } from './catalogue';
import type { Person } from './people';
import { reasonOf } from './reasons';

/** Encoded bytes on their way at the same time, so that large photographs do not pile up. */
const BYTES_IN_FLIGHT = 1 << 26;

/** Lets its one waiter go on when there is room; a file larger than everything goes alone. */
export class ByteBudget {
  #used = 0;
  #wake: (() => void) | null = null;

  async acquire(bytes: number): Promise<void> {
    while (this.#used > 0 && this.#used + bytes > BYTES_IN_FLIGHT) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
    this.#wake?.();
    this.#wake = null;
  }
}

/** A picture to read: who is on it, and its bytes where a stream has handed them out already. */
export interface Picture {
  readonly entry: CatalogueEntry;
  readonly person: Person;
  readonly bytes: Uint8Array<ArrayBuffer> | null;
}

/** Members of a compressed tar, which can only be read in their order. */
interface Streamed {
  readonly picture: Picture;
  readonly member: TarGzMember;
}

/** Those of compressed tars apart, by archive and in its order. */
function apart(pictures: readonly Picture[]) {
  const direct: Picture[] = [];
  const streams = new Map<Blob, Streamed[]>();
  for (const picture of pictures) {
    const member = picture.entry.stream;
    if (member === null) direct.push(picture);
    else {
      const others = streams.get(member.blob);
      if (others === undefined) streams.set(member.blob, [{ picture, member }]);
      else others.push({ picture, member });
    }
  }
  for (const members of streams.values()) members.sort((a, b) => a.member.offset - b.member.offset);
  return { direct, streams };
}

/** Every picture in order, each after there was room for its bytes; the receiver gives the room back. */
export async function* allPictures(
  pictures: readonly Picture[],
  budget: ByteBudget,
  reject: (rejected: RejectedFile) => void,
): AsyncGenerator<Picture, void> {
  const { direct, streams } = apart(pictures);
  for (const picture of direct) {
    await budget.acquire(picture.entry.size);
    yield picture;
  }
  for (const [file, members] of streams) {
    let next = 0;
    try {
      const wanted = members.map(({ member }) => member);
      for await (const { bytes } of readMembers(file, wanted)) {
        const { picture } = members[next]!;
        next += 1;
        await budget.acquire(picture.entry.size);
        yield { ...picture, bytes };
      }
    } catch (error) {
      const reason = reasonOf(error);
      for (const { picture } of members.slice(next)) reject({ name: picture.entry.name, reason });
    }
  }
}
