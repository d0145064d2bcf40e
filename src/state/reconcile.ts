/**
 * Keeps a configuration whole when one part of it changes: the network reads crops of one size, so
 * its input and the crop size of the faces always move together.
 */
import type { DataSummary } from '../bridge/protocol';
import { withInputSize } from '../models/presets';
import type { DataConfig, ExperimentConfig } from '../training/config';

export function cropSizeOf(data: DataConfig): number {
  return data.kind === 'synthetic' ? data.settings.cropSize : data.cropSize;
}

export function withCropSize(data: DataConfig, cropSize: number): DataConfig {
  return data.kind === 'synthetic'
    ? { kind: 'synthetic', settings: { ...data.settings, cropSize } }
    : { ...data, cropSize };
}

/** The configuration after a change; what was changed wins, the other side follows. */
export function reconcile(
  config: ExperimentConfig,
  change: Partial<ExperimentConfig>,
): ExperimentConfig {
  const next = { ...config, ...change };
  const cropSize = cropSizeOf(next.data);
  if (cropSize === next.model.inputSize) return next;
  return change.model === undefined
    ? { ...next, model: withInputSize(next.model, cropSize) }
    : { ...next, data: withCropSize(next.data, next.model.inputSize) };
}

/**
 * The configuration on faces that have no parts, or no lists of people, to be split by: some images of
 * everybody are held out then, as if nothing else had been asked for.
 */
export function withOfferedSplit(
  config: ExperimentConfig,
  offered: DataSummary['splits'],
): ExperimentConfig {
  const { split, ...rest } = config;
  return (split === 'own' || split === 'list') && !offered[split] ? rest : config;
}

/** True where both describe the same faces read the same way. */
export function sameData(a: DataConfig, b: DataConfig): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
