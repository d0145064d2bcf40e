/** One arm's formula with the newest step's numbers in it, in native MathML. */
import { memo, type ReactElement } from 'react';
import { ARM_STYLES } from '../../charts/armStyle';
import type { Formula } from '../../charts/formula';
import type { InsightArm } from '../../charts/insightModel';
import { ArmSwatch } from '../../charts/Readout';
import styles from './insight.module.css';
import { coloured, math, mfrac, mi, mn, mo, mrow, msqrt, msub, mtext, thin } from './mathml';

export const FormulaRow = memo(
  function FormulaRow({ arm }: { readonly arm: InsightArm }) {
    const { formula, id, name, stoppedAt } = arm;
    const note = formula.kind === 'fixed' || formula.kind === 'dynamic' ? formula.note : null;
    return (
      <div
        className={styles.formula}
        data-formula={id}
        style={{ borderLeftColor: ARM_STYLES[id].colour }}
      >
        <div className={styles.formulaName}>
          <ArmSwatch arm={id} /> {name}
          {stoppedAt !== null && `, ${stoppedAt}`}
        </div>
        {formula.kind === 'none' ? (
          <p className={styles.noScale}>no scale: plain softmax</p>
        ) : (
          toMath(formula, ARM_STYLES[id].colour)
        )}
        {note !== null && <p className={styles.formulaNote}>{note}</p>}
      </div>
    );
  },
  (before, after) =>
    before.arm.formula.text === after.arm.formula.text &&
    before.arm.name === after.arm.name &&
    before.arm.stoppedAt === after.arm.stoppedAt,
);

const lnOf = (inside: ReactElement): ReactElement => mrow(mi('ln'), thin(), inside);

const theta = (): ReactElement => msub(mi('θ'), mtext('med'));

function toMath(formula: Exclude<Formula, { kind: 'none' }>, colour: string): ReactElement {
  switch (formula.kind) {
    case 'constant':
      return math(
        formula.text,
        mi('s'),
        mo('='),
        coloured(colour, mn(formula.scale)),
        thin(),
        mtext('(constant)'),
      );
    case 'fixed':
      return math(
        formula.text,
        mi('s'),
        mo('='),
        msqrt(mn('2')),
        lnOf(mrow(mo('('), mi('C'), mo('−'), mn('1'), mo(')'))),
        mo('='),
        coloured(colour, msqrt(mn('2')), lnOf(mn(formula.others)), mo('='), mn(formula.scale)),
      );
    case 'dynamic':
      return math(
        formula.text,
        mi('s'),
        mo('='),
        mfrac(
          lnOf(msub(mi('B'), mtext('avg'))),
          mrow(mi('cos'), thin(), mi('min'), mo('('), mn(formula.cap), mo(','), theta(), mo(')')),
        ),
        mo('='),
        coloured(
          colour,
          mfrac(
            formula.logB.kind === 'ln-of' ? lnOf(mn(formula.logB.text)) : mn(formula.logB.text),
            mrow(mi('cos'), thin(), mn(formula.angle)),
          ),
          mo('='),
          mn(formula.result),
        ),
      );
    default:
      return formula satisfies never;
  }
}
