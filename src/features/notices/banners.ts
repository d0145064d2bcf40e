/**
 * Everything a person must be told now, as banners: what the session reports, arms that diverged, the
 * guard at work, and what to know before the start. Pure, so that the words can be tested.
 */

import type { MetricName, MetricRow } from '../../bridge/protocol';
import { armName } from '../../charts/armNames';
import type { RejectedFile } from '../../data/types';
import { guardRange } from '../../losses/scaleRule';
import type { Notice, SessionState } from '../../state/session.types';
import type { ArmConfig } from '../../training/config';
import { formatAngle, formatCount, formatItems, formatNumber } from '../../ui/format';

export interface Banner {
  readonly key: string;
  readonly tone: Notice['tone'];
  readonly title: string;
  readonly detail: string;
  readonly action: Notice['action'];
  /** `notice`: the session forgets it when dismissed. `derived`: it is hidden until its cause is gone. */
  readonly origin: 'notice' | 'derived';
  /** The detail changes while training: only the title is spoken. */
  readonly moving?: boolean;
}

type Facts = Pick<
  SessionState,
  'notices' | 'diverged' | 'guards' | 'experiment' | 'step' | 'config' | 'series' | 'data'
>;

const TONES = ['error', 'warning', 'info'] as const;

/** Errors first, then warnings, then the rest; in the order they came within a tone. */
export function bannersOf(facts: Facts): readonly Banner[] {
  const all = [
    ...facts.notices.map((notice): Banner => ({ ...notice, origin: 'notice' })),
    ...divergedBanners(facts),
    ...escapeBanners(facts),
    ...archiveBanners(facts),
    ...warningBanner(facts),
    ...guardBanners(facts),
  ];
  return TONES.flatMap((tone) => all.filter((banner) => banner.tone === tone));
}

const QUANTITIES: Readonly<Record<MetricName, string>> = {
  step: 'the step',
  scale: 'the scale s',
  unguardedScale: 'the scale before the guard',
  logBAvg: 'ln B_avg',
  medianAngleRad: 'the median angle',
  loss: 'the loss',
  commonLoss: 'the loss at the common scale',
  accuracy: 'the accuracy',
  learningRate: 'the learning rate',
};

function divergedBanners({ diverged, config }: Facts): readonly Banner[] {
  return diverged.map(({ arm, step, quantity, lastGood }) => ({
    key: `diverged-${arm}-${step}`,
    tone: 'error',
    title: `Arm ${nameOf(config, arm)} diverged at step ${formatCount(step)}: ${QUANTITIES[quantity]} is no longer a finite number.`,
    detail: `${lastGood === null ? 'There was no good step before it.' : lastGoodText(lastGood)} The arm stands still, the others go on. ${divergedAdvice(armOf(config, arm))}`,
    action: null,
    origin: 'derived',
  }));
}

/** What can help this arm: a guard only where it has one to turn on. */
function divergedAdvice(arm: ArmConfig | undefined): string {
  const rate =
    arm === undefined
      ? 'Lower its learning rate'
      : `Lower its learning rate (now ${formatNumber(arm.learningRate)}; try ${formatNumber(arm.learningRate / 10, 2)})`;
  const guard = arm !== undefined && isUnguarded(arm) ? ' or turn its guard on' : '';
  return `${rate}${guard}, then press Reset.`;
}

/** Beyond this a loss is finite and nothing else. */
const ABSURD_LOSS = 1e6;

function lastGoodText(row: MetricRow): string {
  const { step, scale, medianAngleRad, loss, learningRate } = row;
  const parts = [
    scale === null ? null : `s ${formatNumber(scale)}`,
    medianAngleRad === null ? null : `median angle ${formatAngle(medianAngleRad)}`,
    loss === null ? null : `loss ${formatNumber(loss)}`,
    learningRate === null ? null : `learning rate ${formatNumber(learningRate)}`,
  ].filter((part) => part !== null);
  const absurd = loss !== null && Math.abs(loss) > ABSURD_LOSS;
  return `Last ${absurd ? 'finite' : 'good'} values${step === null ? '' : `, at step ${formatCount(step)}`}: ${parts.join(', ')}.`;
}

function guardBanners({ guards, config }: Facts): readonly Banner[] {
  return [...guards.values()].map(({ arm, step, unguarded, scale }) => ({
    key: `guard-${arm}`,
    tone: 'info',
    title: `The guard keeps the scale of arm ${nameOf(config, arm)} at ${formatNumber(scale)}.`,
    detail: `The formula alone gave ${formatNumber(unguarded)} at step ${formatCount(step)}. To see what it does without the guard, choose "off, paper-exact" on the card of the arm.`,
    action: null,
    origin: 'derived',
  }));
}

/**
 * Arms without a guard whose newest scale is where a guard would not have let it: the formula is at
 * work as asked for, and what it does there is no longer training.
 */
function escapeBanners({ config, series, experiment, diverged }: Facts): readonly Banner[] {
  if (experiment === null) return [];
  const { lower, upper } = guardRange(experiment.classes);
  return config.arms.filter(isUnguarded).flatMap((arm): readonly Banner[] => {
    const own = series.get(arm.id);
    if (own === undefined || own.length === 0) return [];
    if (diverged.some((event) => event.arm === arm.id)) return [];
    const scale = own.columns.scale[own.length - 1]!;
    const step = own.columns.step[own.length - 1]!;
    if (scale >= lower && scale <= upper) return [];
    const side = scale > upper ? 'above' : 'below';
    return [
      {
        key: `escape-${arm.id}-${side}`,
        tone: 'warning',
        title: `Arm ${armName(arm)}: the scale s has left the guard’s range.`,
        detail: `s = ${formatNumber(scale)} at step ${formatCount(step)}, ${side} ${formatNumber(side === 'above' ? upper : lower, 3)} where the guard would hold it; paper-exact applies no guard. Turn it on, lower the learning rate or use a larger embedding, then press Reset.`,
        action: null,
        origin: 'derived',
        moving: true,
      },
    ];
  });
}

export function isUnguarded({ loss }: ArmConfig): boolean {
  return loss.kind === 'dynamic-adacos' && loss.guard === 'paper-exact';
}

/** An archive that is not whole: what could be read of it is loaded, and that must not look like all. */
function archiveBanners({ data }: Facts): readonly Banner[] {
  if (data === null) return [];
  return data.rejected.filter(isBrokenArchive).map(({ name, reason }) => ({
    key: `archive-${name}-${data.images}`,
    tone: 'warning',
    title: `${name} is not whole.`,
    detail: `${reason} Only what comes before that is loaded: ${formatItems(data.images, 'crop')} of ${formatItems(data.identities.length, 'identity', 'identities')}. Download or copy the archive again and drop it once more.`,
    action: null,
    origin: 'derived',
  }));
}

/** The entry of an archive itself, not of a file in it, that says where its reading had to stop. */
function isBrokenArchive({ name, reason }: RejectedFile): boolean {
  const isArchive =
    /\.(zip|tar|tgz|tar\.gz|gz)$/i.test(name) || /^the (archive|zip|tar)\b/i.test(reason);
  return isArchive && /cut short|ends|truncated|damaged|not whole|checksum/i.test(reason);
}

/** Only before the start: afterwards they are folded into the panel of the arms. */
function warningBanner({ experiment, step }: Facts): readonly Banner[] {
  if (experiment === null || step > 0) return [];
  return experiment.warnings.map((warning) => {
    const [first, rest] = firstSentence(warning);
    return {
      key: `warning-${warning}`,
      tone: 'warning' as const,
      title: first,
      detail: rest,
      action: null,
      origin: 'derived' as const,
    };
  });
}

/** A full stop followed by a space and a capital ends a sentence; `0.5` and `e.g. this` do not. */
function firstSentence(text: string): readonly [first: string, rest: string] {
  const match = /^(.+?[.!?]) (?=\p{Lu})(.+)$/su.exec(text);
  return match === null ? [text, ''] : [match[1]!, match[2]!];
}

function armOf(config: SessionState['config'], id: string): ArmConfig | undefined {
  return config.arms.find((candidate) => candidate.id === id);
}

function nameOf(config: SessionState['config'], id: string): string {
  const arm = armOf(config, id);
  return arm === undefined ? id : armName(arm);
}
