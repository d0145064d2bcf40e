/**
 * Everything a person must be told now, as banners: what the session reports, arms that diverged, the
 * guard at work, and what to know before the start. Pure, so that the words can be tested.
 */

import type { MetricName, MetricRow } from '../../bridge/protocol';
import { armName } from '../../charts/armNames';
import type { Notice, SessionState } from '../../state/session.types';
import { formatAngle, formatCount, formatNumber } from '../../ui/format';

export interface Banner {
  readonly key: string;
  readonly tone: Notice['tone'];
  readonly title: string;
  readonly detail: string;
  readonly action: Notice['action'];
  /** `notice`: the session forgets it when dismissed. `derived`: it is hidden until its cause is gone. */
  readonly origin: 'notice' | 'derived';
}

type Facts = Pick<
  SessionState,
  'notices' | 'diverged' | 'guards' | 'experiment' | 'step' | 'config'
>;

const TONES = ['error', 'warning', 'info'] as const;

/** Errors first, then warnings, then the rest; in the order they came within a tone. */
export function bannersOf(facts: Facts): readonly Banner[] {
  const all = [
    ...facts.notices.map((notice): Banner => ({ ...notice, origin: 'notice' })),
    ...divergedBanners(facts),
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
    detail: `${lastGood === null ? 'There was no good step before it.' : lastGoodText(lastGood)} The arm stands still, the others go on. Lower its learning rate or leave the guard on, then press Reset.`,
    action: null,
    origin: 'derived',
  }));
}

function lastGoodText(row: MetricRow): string {
  const { step, scale, medianAngleRad, loss, learningRate } = row;
  const parts = [
    scale === null ? null : `s ${formatNumber(scale)}`,
    medianAngleRad === null ? null : `median angle ${formatAngle(medianAngleRad)}`,
    loss === null ? null : `loss ${formatNumber(loss)}`,
    learningRate === null ? null : `learning rate ${formatNumber(learningRate)}`,
  ].filter((part) => part !== null);
  return `Last good values${step === null ? '' : `, at step ${formatCount(step)}`}: ${parts.join(', ')}.`;
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

/** Only before the start: once the curves are there, they tell. */
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

function nameOf(config: SessionState['config'], id: string): string {
  const arm = config.arms.find((candidate) => candidate.id === id);
  return arm === undefined ? id : armName(arm);
}
