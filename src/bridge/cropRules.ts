/** From the way of cropping that a person chose to the rule a decoder follows. */
import { CENTRE_SQUARE, type CropRule } from '../data/align/cropRule';
import type { Placement } from '../data/align/placement';
import { flatPoints } from '../data/align/points';
import type { FivePoints } from '../data/align/similarity';
import { LFW_CENTRE_SHARE, LFW_DEEP_FUNNELED, type TemplateId } from '../data/align/templates';
import type { CatalogueEntry } from '../data/import/catalogue';
import type { DecodedFace, DecodeImage } from '../data/import/intake';
import type { CropChoice, FilesConfig } from '../training/config';
import type { DecodedImage } from './decodePool';

/** Where a person corrects crops of another kind, the first of these is meant. */
const USUAL_TEMPLATE: TemplateId = '112x112';

const TEMPLATE_OF: Readonly<Partial<Record<CropChoice, TemplateId>>> = {
  'align-112': '112x112',
  'align-96': '96x112',
  'align-144': '144x144',
  'points-112': '112x112',
  'points-96': '96x112',
  'points-144': '144x144',
};

/** What points that a person sets are moved to. */
export function templateOf({ crop = 'middle' }: Pick<FilesConfig, 'crop'>): TemplateId {
  return TEMPLATE_OF[crop] ?? USUAL_TEMPLATE;
}

/** The rule of a way of cropping that needs neither a detector nor lists. */
function stillRuleOf(crop: CropChoice): CropRule {
  if (crop === 'lfw') return { kind: 'centre', share: LFW_CENTRE_SHARE };
  return crop === 'lfw-funneled'
    ? { kind: 'template', template: USUAL_TEMPLATE, ...LFW_DEEP_FUNNELED }
    : CENTRE_SQUARE;
}

/** The part of a `DecodePool` that is used. */
interface Decoder {
  decode(
    bytes: Uint8Array<ArrayBuffer>,
    wanted: { readonly size: number; readonly rule: CropRule; readonly swapRedBlue: boolean },
  ): Promise<DecodedFace & Pick<DecodedImage, 'face' | 'faces' | 'fits'>>;
}

type Lookup = (entry: CatalogueEntry) => FivePoints | null;
const NO_POINTS: Lookup = () => null;

/**
 * The pool as what decodes faces read this way. Crops of pictures without a face are those of the middle,
 * whether they take part or not: a person may want them after all.
 * @param pointsOf what lists of the set say of each file
 */
export function decoderOf(
  pool: Decoder,
  config: FilesConfig,
  pointsOf: Lookup = NO_POINTS,
): DecodeImage {
  const { crop = 'middle', swapRedBlue = false } = config;
  const template = templateOf(config);
  const without: Placement = config.withoutFace === 'middle' ? 'none' : 'left-out';
  if (crop.startsWith('align-')) {
    const rule: CropRule = { kind: 'detect', template, margin: 0, fallback: 'centre' };
    return async (bytes, size) => {
      const decoded = await pool.decode(bytes, { size, rule, swapRedBlue });
      const { face, faces = 0 } = decoded;
      if (face === undefined || face === null) return { ...bare(decoded), placement: without };
      const points = flatPoints(face.points);
      return { ...bare(decoded), placement: faces > 1 ? 'several' : 'one', points };
    };
  }
  if (crop.startsWith('points-')) {
    return async (bytes, size, entry) => {
      const points = pointsOf(entry);
      const rule: CropRule =
        points === null
          ? CENTRE_SQUARE
          : { kind: 'template', template, points, otherwise: 'centre' };
      const decoded = await pool.decode(bytes, { size, rule, swapRedBlue });
      return points === null || decoded.fits === false
        ? { ...bare(decoded), placement: without }
        : { ...bare(decoded), placement: 'listed', points: flatPoints(points) };
    };
  }
  const rule = stillRuleOf(crop);
  return async (bytes, size) => bare(await pool.decode(bytes, { size, rule, swapRedBlue }));
}

function bare({ rgb, width, height, format }: DecodedFace): DecodedFace {
  return { rgb, width, height, format };
}
