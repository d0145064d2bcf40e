/**
 * Files people mix up with face crops and sets of them, by their first bytes: what each is called, and one
 * sentence with a way to make something of it that is read here.
 */

export interface OtherFormat {
  /** Completes the sentence "it is …". */
  readonly what: string;
  /** A program or a command that converts it, one sentence. */
  readonly advice: string;
}

const TO_JPEG = 'Save it as JPEG or PNG';
const toNpz = (reader: string): string =>
  `Read it in Python with ${reader} and give a packed data set in its place: numpy.savez("faces.npz", images=images, labels=labels), images as [count, height, width, 3] bytes.`;
const FROM_VIDEO =
  'Take pictures out of it: ffmpeg -i video.mp4 -vf fps=1 Ann/%04d.png, one folder per person.';

const unpack = (command: string) => `Unpack it and give what comes of it: ${command}.`;
const mogrify = (ending: string) =>
  `${TO_JPEG} in a photo program, or all of a folder with ImageMagick: magick mogrify -format png *.${ending}.`;

/** Offset, bytes, name, advice. The first that fits counts. */
const SIGNATURES: readonly (readonly [number, string, string, string])[] = [
  [0, '\x89HDF', 'an HDF5 file', toNpz('h5py')],
  [0, 'MATLAB 7.3', 'a MATLAB 7.3 file', toNpz('h5py')],
  [0, 'MATLAB 5.0', 'a MATLAB file', toNpz('scipy.io.loadmat')],
  [
    16,
    '\xde\xc0\xef\xbe',
    'an LMDB database',
    'Write its values as files in Python, one folder per person, and drop the folder: lmdb.open(path, subdir=False).begin().cursor() goes through them.',
  ],
  [
    0,
    'SQLite format 3\0',
    'an SQLite database',
    'Write its pictures as files in Python, one folder per person, and drop the folder: sqlite3.connect(path) opens it.',
  ],
  [
    0,
    'ARROW1',
    'an Arrow file',
    'Convert it in Python: datasets.Dataset.from_file("faces.arrow").to_parquet("faces.parquet").',
  ],
  [
    0,
    '\xff\xff\xff\xff',
    'an Arrow stream, as load_from_disk of Hugging Face reads it',
    'Convert it in Python: datasets.load_from_disk("folder").to_parquet("faces.parquet").',
  ],
  [
    0,
    'version https://git-lfs',
    'a pointer of Git LFS in place of the file',
    'Fetch the file itself: git lfs pull.',
  ],
  [0, 'II*\0', 'a TIFF image', mogrify('tif')],
  [0, 'MM\0*', 'a TIFF image', mogrify('tif')],
  [0, 'II+\0', 'a BigTIFF image', mogrify('tif')],
  [4, 'ftyphei', 'a HEIC image', mogrify('heic')],
  [4, 'ftyphev', 'a HEIC image', mogrify('heic')],
  [4, 'ftypmif1', 'a HEIC image', mogrify('heic')],
  [4, 'ftypmsf1', 'a HEIC image', mogrify('heic')],
  [
    4,
    'ftypcrx',
    'a raw photograph',
    'Develop it to JPEG in a photo program, or: darktable-cli photo.cr3 photo.jpg.',
  ],
  [4, 'ftyp', 'an MP4 or QuickTime video', FROM_VIDEO],
  [4, 'JXL ', 'a JPEG XL image', `${TO_JPEG}: djxl face.jxl face.png.`],
  [0, '\xff\x0a', 'a JPEG XL image', `${TO_JPEG}: djxl face.jxl face.png.`],
  [4, 'jP  ', 'a JPEG 2000 image', mogrify('jp2')],
  [0, '\xff\x4f\xff\x51', 'a JPEG 2000 image', mogrify('j2k')],
  [0, '8BPS', 'a Photoshop document', `${TO_JPEG}: magick "face.psd[0]" face.png.`],
  [0, 'v/1\x01', 'an OpenEXR image', mogrify('exr')],
  [0, '\0\0\x01\0', 'an icon', mogrify('ico')],
  [
    0,
    'FUJIFILM',
    'a raw photograph',
    'Develop it to JPEG in a photo program, or: darktable-cli photo.raf photo.jpg.',
  ],
  [128, 'DICM', 'a DICOM image', `${TO_JPEG}: dcmj2pnm +oj face.dcm face.jpg, of DCMTK.`],
  [0, '%PDF', 'a PDF document', 'Take the pictures out of it: pdfimages -all faces.pdf face.'],
  [8, 'AVI LIST', 'an AVI video', FROM_VIDEO],
  [0, '\x1aE\xdf\xa3', 'a Matroska or WebM video', FROM_VIDEO],
  [0, '7z\xbc\xaf', 'a 7-Zip archive', unpack('7z x faces.7z')],
  [0, 'Rar!', 'a RAR archive', unpack('unrar x faces.rar')],
  [0, 'MSCF', 'a Windows cabinet', unpack('cabextract faces.cab')],
  [4, '1AY&SY', 'a bzip2 archive', unpack('bunzip2 faces.tar.bz2')],
  [0, '\xfd7zXZ', 'an xz archive', unpack('unxz faces.tar.xz')],
  [0, '\x28\xb5\x2f\xfd', 'a Zstandard archive', unpack('unzstd faces.tar.zst')],
  [0, '\x04\x22\x4d\x18', 'an LZ4 archive', unpack('unlz4 faces.tar.lz4')],
  [0, 'LZIP', 'an lzip archive', unpack('lzip -d faces.tar.lz')],
  [0, '\x1f\x9d', 'an archive of compress', unpack('uncompress faces.tar.Z')],
];

const NETPBM = /^P[147][\s#]/;

/** Of a Netpbm file that is no grey or colour image: black and white, or PAM. */
const OTHER_NETPBM: OtherFormat = {
  what: 'a PBM or PAM image',
  advice: `${TO_JPEG}: magick face.pbm face.png.`,
};

export const EMPTY: OtherFormat = {
  what: 'an empty file',
  advice: 'Download or copy it again.',
};
/** A download that never got its contents, or a tar without a file. */
export const ZEROS: OtherFormat = {
  what: 'nothing but zeros',
  advice: 'Download or copy it again.',
};
export const UNKNOWN: OtherFormat = {
  what: 'data of no known format',
  advice: 'If it is a picture, save it as JPEG or PNG with the program that made it.',
};
export const WEB_PAGE: OtherFormat = {
  what: 'a web page',
  advice:
    'It often comes in place of a download: open the address in a browser, sign in there and download the file.',
};
export const DRAWING: OtherFormat = {
  what: 'an SVG drawing',
  advice: `${TO_JPEG}: rsvg-convert face.svg -o face.png.`,
};

/** @param start the first bytes of a file as characters, one each; `null` where none of these fits */
export function otherFormat(start: string): OtherFormat | null {
  const known = SIGNATURES.find(([offset, signature]) => start.startsWith(signature, offset));
  if (known !== undefined) return { what: known[2], advice: known[3] };
  return NETPBM.test(start) ? OTHER_NETPBM : null;
}

/** Every one that is told by a signature, for a table in a test. */
export const SIGNED_FORMATS: readonly (OtherFormat & {
  readonly offset: number;
  readonly signature: string;
})[] = SIGNATURES.map(([offset, signature, what, advice]) => ({ offset, signature, what, advice }));
