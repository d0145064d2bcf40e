/** What may be given, in the words of the page: said the same wherever it is said. */
export const ACCEPTED_SETS =
  'an archive of such folders (zip, tar, tar.gz) or a packed data set (npz, npy, rec, parquet, tfrecord, bin)';
