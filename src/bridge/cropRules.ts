/** From the way of cropping that a person chose to the rule a decoder follows. */
import { CENTRE_SQUARE, type CropRule } from '../data/align/cropRule';
import { LFW_CENTRE_SHARE, LFW_DEEP_FUNNELED, type TemplateId } from '../data/align/templates';
import type { DecodeImage } from '../data/import/intake';
import type { CropChoice, FilesConfig } from '../training/config';
import type { DecodePool } from './decodePool';

const TEMPLATE_OF: Readonly<Partial<Record<CropChoice, TemplateId>>> = {
  'align-112': '112x112',
  'align-96': '96x112',
  'align-144': '144x144',
};

export function cropRuleOf({ crop = 'middle', withoutFace }: FilesConfig): CropRule {
  if (crop === 'lfw') return { kind: 'centre', share: LFW_CENTRE_SHARE };
  if (crop === 'lfw-funneled') {
    return { kind: 'template', template: '112x112', ...LFW_DEEP_FUNNELED };
  }
  const template = TEMPLATE_OF[crop];
  if (template === undefined) return CENTRE_SQUARE;
  const fallback = withoutFace === 'middle' ? 'centre' : 'leave-out';
  return { kind: 'detect', template, margin: 0, fallback };
}

/** The pool as what decodes faces read this way. */
export function decoderOf(pool: DecodePool, config: FilesConfig): DecodeImage {
  const rule = cropRuleOf(config);
  const swapRedBlue = config.swapRedBlue ?? false;
  return (bytes, size) => pool.decode(bytes, { size, rule, swapRedBlue });
}
