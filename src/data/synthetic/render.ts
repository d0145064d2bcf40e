/**
 * One generated face, from who and how to bytes: the order in which the painters work.
 */
import { develop } from './finish';
import type { FaceIdentity } from './identity';
import { imageStep, sampleNuisance } from './nuisance';
import { paintBackdrop } from './paintBackdrop';
import { paintBeard } from './paintBeard';
import { paintBody, paintEars, paintSkin } from './paintBody';
import { paintBrows, paintEyes } from './paintEyes';
import { paintLines, paintMouth, paintNose } from './paintFeatures';
import { paintGlasses } from './paintGlasses';
import { paintBackHair, paintFrontHair } from './paintHair';
import { paintOccluder } from './paintOccluder';
import { Studio } from './scene';
import type { SyntheticSettings } from './settings';

/** Draws images of one size; keeps its buffers between images. */
export class FaceRenderer {
  private readonly studio: Studio;
  private readonly scratch: Float32Array;

  /** @param size width and height, pixels */
  constructor(readonly size: number) {
    this.studio = new Studio(size);
    this.scratch = new Float32Array(size * size * 3);
  }

  /**
   * Writes image `image` of the person into `out`, `[size, size, 3]`, RGB.
   *
   * @param person the number from which `who` was sampled
   */
  draw(
    request: {
      readonly seed: number;
      readonly person: number;
      readonly who: FaceIdentity;
      readonly image: number;
      readonly settings: Pick<SyntheticSettings, 'difficulty' | 'nuisances'>;
    },
    out: Uint8Array,
  ): void {
    const { seed, person, who, image, settings } = request;
    const scene = this.studio.arrange(who, sampleNuisance(seed, person, image, settings));
    paintBackdrop(scene);
    paintBackHair(scene);
    paintBody(scene);
    paintEars(scene, 'behind');
    paintSkin(scene);
    paintLines(scene);
    paintNose(scene);
    paintBeard(scene);
    paintMouth(scene);
    paintEyes(scene);
    paintBrows(scene);
    paintEars(scene, 'front');
    paintFrontHair(scene);
    paintGlasses(scene);
    paintOccluder(scene);
    develop(scene, imageStep(person, image), seed, out, this.scratch);
  }
}
