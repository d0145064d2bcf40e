/** How many images people have, how large the pictures were, what they were stored as, what was left out. */
import { useMemo } from 'react';
import {
  formatSummary,
  imagesPerIdentity,
  sourceSizeSummary,
} from '../../../data/inspect/histogram';
import { rejectedCsv } from '../../../data/inspect/rejectedCsv';
import { formatCount, formatItems } from '../../../ui/format';
import styles from './inspect.module.css';
import type { Inspection } from './useInspection';

const SHOWN = 200;

interface BarRow {
  readonly label: string;
  readonly value: number;
  readonly text: string;
}

export function FactsTab({ inspection }: { readonly inspection: Inspection }) {
  const { edited, inspected } = inspection;
  const { faces } = inspected;
  const people = useMemo(() => {
    const counts = edited.identities.filter(({ excluded }) => !excluded).map(({ count }) => count);
    return imagesPerIdentity(counts).map(({ label, identities }) => ({
      label,
      value: identities,
      text: formatItems(identities, 'person', 'people'),
    }));
  }, [edited]);
  const sizes = useMemo(
    () => sourceSizeSummary(faces.sourceSizes, edited.imageIdentity),
    [faces, edited],
  );
  const formats = useMemo(
    () => formatSummary(faces.formats, edited.imageIdentity),
    [faces, edited],
  );
  return (
    <div className={styles.facts}>
      <Bars title="Images per person" rows={people} />
      {sizes.range !== null && (
        <Bars
          title={`Shorter side of the pictures: ${sizes.range.smallest} … ${sizes.range.largest} px, median ${sizes.range.median}`}
          rows={sizes.bins.map(({ label, images }) => ({
            label,
            value: images,
            text: formatItems(images, 'image'),
          }))}
        />
      )}
      <Bars
        title="Formats"
        rows={formats.map(({ format, images }) => ({
          label: format === null ? 'not known' : formatName(format),
          value: images,
          text: formatItems(images, 'image'),
        }))}
      />
      <LeftOut rejected={faces.rejected} />
    </div>
  );
}

/** As people write them. */
const FORMAT_NAMES: Readonly<Record<string, string>> = { webp: 'WebP' };

function formatName(format: string): string {
  return FORMAT_NAMES[format.toLowerCase()] ?? format.toUpperCase();
}

function Bars({ title, rows }: { readonly title: string; readonly rows: readonly BarRow[] }) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  return (
    <table className={styles.bars}>
      <caption>{title}</caption>
      <tbody>
        {rows.map(({ label, value, text }) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>
              <span style={{ width: `${(100 * value) / most}%` }} />
            </td>
            <td>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LeftOut({
  rejected,
}: {
  readonly rejected: Inspection['inspected']['faces']['rejected'];
}) {
  if (rejected.length === 0) return <p className={styles.none}>No file was left out.</p>;
  const save = (): void => {
    const url = URL.createObjectURL(new Blob([rejectedCsv(rejected)], { type: 'text/csv' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'left-out.csv';
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <table className={styles.rejected}>
      <caption>
        {formatItems(rejected.length, 'file was', 'files were')} left out{' '}
        <button type="button" onClick={save}>
          Save as CSV
        </button>
      </caption>
      <tbody>
        {rejected.slice(0, SHOWN).map(({ name, reason }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: one file can be left out twice
          <tr key={at}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td>{reason}</td>
          </tr>
        ))}
      </tbody>
      {rejected.length > SHOWN && (
        <tfoot>
          <tr>
            <td colSpan={2}>The first {formatCount(SHOWN)} are shown; the CSV has all.</td>
          </tr>
        </tfoot>
      )}
    </table>
  );
}
