/** The dispatches of a training step, in their order, under the phase they belong to. */
import type { DescribedDispatch, PlanDescription } from '../../engine/engine';
import { formatBytes, formatCount } from '../../ui/format';
import styles from './PlanDialog.module.css';
import { barsOf, groupsOf, megaflopsText, msText, type PlanSums, sumsOf } from './planRows';

export function PlanTable({ plan }: { readonly plan: PlanDescription }) {
  const share = barsOf(plan);
  const measured = plan.timing !== null;
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">Layer</th>
          <th scope="col" className={styles.wideOnly}>
            Kernel
          </th>
          <th scope="col" className={styles.wideOnly}>
            Shape
          </th>
          <th scope="col" className={styles.wideOnly}>
            Workgroups
          </th>
          <th scope="col">Moved</th>
          <th scope="col">MFLOP</th>
          {measured && <th scope="col">ms</th>}
          {measured && <td />}
        </tr>
      </thead>
      {groupsOf(plan).map(({ phase, title, rows, sums }) => (
        <tbody key={phase}>
          <tr className={styles.phase}>
            <th scope="rowgroup">{title}</th>
            <Sums sums={sums} measured={measured} />
          </tr>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a plan keep their order.
            <Row key={at} row={row} share={measured ? share(row) : null} />
          ))}
        </tbody>
      ))}
      <tfoot>
        <tr>
          <th scope="row">Whole step</th>
          <Sums sums={sumsOf(plan.dispatches)} measured={measured} />
        </tr>
      </tfoot>
    </table>
  );
}

function Sums({ sums, measured }: { readonly sums: PlanSums; readonly measured: boolean }) {
  return (
    <>
      <td className={styles.wideOnly} />
      <td className={styles.wideOnly} />
      <td className={styles.wideOnly} />
      <td>{formatBytes(sums.bytes)}</td>
      <td>{megaflopsText(sums.flops)}</td>
      {measured && <td>{msText(sums.ms)}</td>}
      {measured && <td />}
    </>
  );
}

function Row({ row, share }: { readonly row: DescribedDispatch; readonly share: number | null }) {
  return (
    <tr>
      <th scope="row">
        {row.label}
        {/* There is no room for columns of their own. */}
        <span className={styles.narrowOnly}> {row.kernel}</span>
        <span className={styles.narrowOnly}> {row.shape}</span>
      </th>
      <td className={styles.wideOnly}>{row.kernel}</td>
      <td className={styles.wideOnly}>{row.shape}</td>
      <td className={styles.wideOnly}>{formatCount(row.workgroups)}</td>
      <td>{formatBytes(row.bytes)}</td>
      <td>{megaflopsText(row.flops)}</td>
      {share !== null && (
        <>
          <td>{msText(row.ms)}</td>
          <td className={styles.bar} aria-hidden="true">
            {row.ms !== null && <span style={{ inlineSize: `${(100 * share).toFixed(1)}%` }} />}
          </td>
        </>
      )}
    </tr>
  );
}
