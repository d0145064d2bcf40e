/**
 * Turns encoded images into face crops by rules that need no face detector. Several images a message,
 * answered together.
 */
import { cropOrMiddle } from './crop';
import type { DecodeTask, StillImage } from './decodePool';
import { openPicture } from './picture';
import { serveTasks } from './poolWorker';

/**
 * Small images are on their way in so many lanes: the browser decodes on threads of its own, and going
 * there and back takes longer than decoding. Photographs go one by one, for their memory.
 */
const LANES = 4;
const SMALL_BATCH = 1 << 20;

async function decode({ bytes, size, rule, swapRedBlue }: DecodeTask): Promise<StillImage> {
  const picture = await openPicture(bytes, { swapRedBlue });
  try {
    const { rgb, fits } = cropOrMiddle(picture, rule, size);
    const { width, height, format } = picture;
    return { rgb, width, height, format, ...(fits ? {} : { fits: false }) };
  } finally {
    picture.close();
  }
}

serveTasks<DecodeTask, StillImage>({
  work: decode,
  lanes: (tasks) => {
    const total = tasks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return total <= SMALL_BATCH ? LANES : 1;
  },
  transfer: ({ rgb }) => [rgb.buffer],
});
