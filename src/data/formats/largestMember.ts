/** The most that is read of an archive at once, whatever a member of it claims. */
import { FormatError } from './errors';

const LARGEST_MEMBER = 2 ** 30;

/** @throws FormatError `archive/unsupported` for a member that is not read, bytes */
export function checkMemberSize(size: number): void {
  if (size <= LARGEST_MEMBER) return;
  throw new FormatError(
    'archive/unsupported',
    `It has ${size} bytes; files over ${LARGEST_MEMBER} in an archive are not read.`,
    'Unpack the archive and give the folder.',
  );
}
