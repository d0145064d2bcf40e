/**
 * Aligns faces: finds the main one of each image, or uses the points it is given, and warps it to the
 * template. The detector is loaded for the first image that needs it.
 */
import type { DetectRule } from '../data/align/cropRule';
import { FormatError } from '../data/formats/errors';
import { startBackend } from './alignBackend';
import type { AlignBackend, AlignResult, AlignTask } from './aligner';
import { type Found, findFace, findFaces } from './alignFind';
import { type FaceNets, loadNets } from './alignNets';
import { cropAligned, cropBy } from './crop';
import { openPicture, type Picture } from './picture';
import { serveTasks } from './poolWorker';

interface Finder {
  readonly backend: AlignBackend;
  readonly nets: FaceNets;
}

let finder: Promise<Finder> | null = null;

async function startFinder(): Promise<Finder> {
  const backend = await startBackend();
  return { backend, nets: await loadNets() };
}

/** One start for all; after a failure the next image tries again. */
function finderOf(): Promise<Finder> {
  finder ??= startFinder().catch((error: unknown) => {
    finder = null;
    throw error;
  });
  return finder;
}

/** A face whose points cannot be aligned is none. */
function cropOf(picture: Picture, found: Found, rule: DetectRule, size: number) {
  try {
    return cropAligned(picture, found.face.points, rule, size);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}

async function detect(picture: Picture, rule: DetectRule, size: number): Promise<AlignResult> {
  const { backend, nets } = await finderOf();
  const found = await findFace(picture, nets);
  const { width, height, format } = picture;
  const about = { width, height, format };
  const rgb = found === null ? null : cropOf(picture, found, rule, size);
  if (found !== null && rgb !== null) {
    return { aligned: { kind: 'face', ...about, rgb, ...found }, backend };
  }
  const instead =
    rule.fallback === 'leave-out' ? null : cropBy(picture, { kind: 'centre-square' }, size);
  return { aligned: { kind: 'no-face', ...about, rgb: instead }, backend };
}

async function find(picture: Picture): Promise<AlignResult> {
  const { backend, nets } = await finderOf();
  const faces = await findFaces(picture, nets);
  const { width, height, format } = picture;
  return { aligned: { kind: 'found', rgb: null, width, height, format, faces }, backend };
}

async function align(task: AlignTask): Promise<AlignResult> {
  const { bytes, rule, size, swapRedBlue } = task;
  const picture = await openPicture(bytes, { swapRedBlue });
  try {
    if (rule.kind === 'detect') return await detect(picture, rule, size);
    if (rule.kind === 'find') return await find(picture);
    const { width, height, format } = picture;
    const rgb = cropBy(picture, rule, size);
    return { aligned: { kind: 'warped', rgb, width, height, format }, backend: null };
  } finally {
    picture.close();
  }
}

serveTasks<AlignTask, AlignResult>({
  work: align,
  // While one image is looked at, the browser decodes the next.
  lanes: (tasks) => (tasks.every(({ bytes }) => bytes.length < 1 << 19) ? 2 : 1),
  transfer: ({ aligned: { rgb } }) => (rgb === null ? [] : [rgb.buffer]),
});
