/** The part of a data set that a shard's file name tells: `train-00000-of-00005.parquet` is of `train`. */

const KNOWN =
  /(?:^|[/\\_.-])(train|training|validation|valid|val|dev|testing|test|eval|gallery|probe|query)(?=$|[/\\_.-]|\d)/gi;
/** The Hub's own way of numbering shards. */
const NUMBERED = /^(\w+)-\d+-of-\d+\b/;

/**
 * @param name of a shard, with or without folders
 * @returns the part in lower case and in the shard's own word, or `null`
 */
export function splitOfShard(name: string): string | null {
  // The word nearest to the number says it: `test-suite/train-0001.tar` is of `train`.
  const known = [...name.matchAll(KNOWN)].at(-1)?.[1];
  if (known !== undefined) return known.toLowerCase();
  const file = name.split(/[/\\]/).at(-1) ?? '';
  return NUMBERED.exec(file)?.[1]?.toLowerCase() ?? null;
}
