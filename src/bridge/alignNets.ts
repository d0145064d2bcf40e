/**
 * The two networks that find a face and its landmarks, run by TensorFlow.js: the tiny face detector and
 * the tiny 68-point network of @vladmandic/face-api (MIT), with its weights as files of our own build.
 */
import * as tf from '@tensorflow/tfjs-core';
// The library calls operations as methods of tensors.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import {
  env,
  FaceLandmark68TinyNet,
  TinyFaceDetector,
} from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import landmarkUrl from '@vladmandic/face-api/model/face_landmark_68_tiny_model.bin?url';
import landmarkManifest from '@vladmandic/face-api/model/face_landmark_68_tiny_model-weights_manifest.json';
import detectorUrl from '@vladmandic/face-api/model/tiny_face_detector_model.bin?url';
import detectorManifest from '@vladmandic/face-api/model/tiny_face_detector_model-weights_manifest.json';
import type { FoundBox } from '../data/align/landmarks';
import type { Point } from '../data/align/similarity';

/** Width and height of what the landmark network looks at, pixels. */
export const LANDMARK_INPUT = 112;

export interface FaceNets {
  /**
   * @param rgb `[side, side, 3]`, `side` a multiple of 32
   * @param leastScore 0–1
   * @returns the faces, in pixels of `rgb`
   */
  locate(rgb: Uint8Array, side: number, leastScore: number): Promise<FoundBox[]>;
  /**
   * @param rgb `[112, 112, 3]`, a face
   * @returns 68 points, in pixels of `rgb`
   */
  landmarks(rgb: Uint8Array): Promise<readonly Point[]>;
}

type Manifest = typeof detectorManifest;
type NetInput = Parameters<FaceLandmark68TinyNet['detectLandmarks']>[0];

/** The library asks whether its input is an element of a page. Workers have none, and give it tensors. */
class NoElement {}

function prepareLibrary(): void {
  const none = (): never => {
    throw new Error('A worker has neither elements nor files.');
  };
  const environment = {
    Canvas: NoElement,
    CanvasRenderingContext2D: NoElement,
    Image: NoElement,
    ImageData: NoElement,
    Video: NoElement,
    createCanvasElement: none,
    createImageElement: none,
    createVideoElement: none,
    fetch: none,
    readFile: none,
  };
  // It wants the DOM's own classes, but only tests for them with `instanceof`.
  env.setEnv(environment as unknown as Parameters<typeof env.setEnv>[0]);
}

async function weightsOf(url: string, manifest: Manifest): Promise<tf.NamedTensorMap> {
  const response = await fetch(url).catch(() => null);
  if (response?.ok !== true) {
    const file = url.slice(url.lastIndexOf('/') + 1);
    throw new Error(`The face finder cannot load its file ${file}; is the page still served?`);
  }
  const specs = manifest.flatMap(({ weights }) => weights);
  // JSON says `string` where TensorFlow.js says which types there are.
  return tf.io.decodeWeights(await response.arrayBuffer(), specs as tf.io.WeightsManifestEntry[]);
}

/** The library carries its own declarations of the same tensors. */
function asInput(tensor: tf.Tensor3D): NetInput {
  return tensor as unknown as NetInput;
}

type Weights = Parameters<TinyFaceDetector['loadFromWeightMap']>[0];

/** @throws an Error where the weights cannot be had */
export async function loadNets(): Promise<FaceNets> {
  prepareLibrary();
  const detector = new TinyFaceDetector();
  const landmarker = new FaceLandmark68TinyNet();
  const [detectorWeights, landmarkWeights] = await Promise.all([
    weightsOf(detectorUrl, detectorManifest),
    weightsOf(landmarkUrl, landmarkManifest),
  ]);
  // Declared twice as well: see `asInput`.
  detector.loadFromWeightMap(detectorWeights as unknown as Weights);
  landmarker.loadFromWeightMap(landmarkWeights as unknown as Weights);
  return {
    locate: (rgb, side, leastScore) => locate(detector, { rgb, side, leastScore }),
    landmarks: (rgb) => landmarksOf(landmarker, rgb),
  };
}

async function locate(
  detector: TinyFaceDetector,
  input: { readonly rgb: Uint8Array; readonly side: number; readonly leastScore: number },
): Promise<FoundBox[]> {
  const { rgb, side, leastScore } = input;
  const tensor = tf.tensor3d(rgb, [side, side, 3], 'int32');
  try {
    const options = { inputSize: side, scoreThreshold: leastScore };
    const found = await detector.locateFaces(asInput(tensor), options);
    return found.map(({ box, score }) => {
      return { left: box.x, top: box.y, width: box.width, height: box.height, score };
    });
  } finally {
    tensor.dispose();
  }
}

async function landmarksOf(
  landmarker: FaceLandmark68TinyNet,
  rgb: Uint8Array,
): Promise<readonly Point[]> {
  const tensor = tf.tensor3d(rgb, [LANDMARK_INPUT, LANDMARK_INPUT, 3], 'int32');
  try {
    const found = await landmarker.detectLandmarks(asInput(tensor));
    // One picture in, one face out; a list is for lists.
    const [face] = Array.isArray(found) ? found : [found];
    return face?.positions.map(({ x, y }) => ({ x, y })) ?? [];
  } finally {
    tensor.dispose();
  }
}
