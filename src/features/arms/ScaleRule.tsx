/** How an arm gets its scale, as a formula: with its value where that is known before training. */
import { fixedAdaCosScale } from '../../losses/scaleRule';
import type { LossConfig } from '../../losses/types';
import { formatAngle, formatNumber } from '../../ui/format';
import styles from './ArmsPanel.module.css';

interface ScaleRuleProps {
  readonly loss: LossConfig;
  /** Number of identities; `null` until known. */
  readonly classes: number | null;
}

export function ScaleRule({ loss, classes }: ScaleRuleProps) {
  switch (loss.kind) {
    case 'softmax':
      return 'none, lengths count';
    case 'normalised-softmax':
      return `constant, ${formatNumber(loss.scale)}`;
    case 'fixed-adacos':
      return (
        <span className={styles.formula}>
          √2·ln(C−1)
          {classes !== null && classes >= 2 && ` = ${fixedAdaCosScale(classes).toFixed(2)}`}
        </span>
      );
    case 'dynamic-adacos':
      return (
        <span className={styles.formula}>
          ln B<sub>avg</sub> / cos min(
          {loss.capAngleRad === Math.PI / 4 ? 'π/4' : formatAngle(loss.capAngleRad)}, θ
          <sub>med</sub>)
        </span>
      );
    default:
      return loss satisfies never;
  }
}
