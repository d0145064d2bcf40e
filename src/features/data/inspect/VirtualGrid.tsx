/**
 * A grid of any length of which only the rows in view are on the page. As many columns as fit; the
 * list is announced with its full length.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import styles from './inspect.module.css';

interface VirtualGridProps {
  readonly label: string;
  readonly count: number;
  /** Width of a cell at least, and the height of a row beyond a square crop of that width, pixels. */
  readonly cellWidth: number;
  readonly textHeight: number;
  readonly cell: (place: number) => ReactNode;
  /** Called with the first and the last place in view. */
  readonly onView: (first: number, last: number) => void;
}

const GAP = 8;

export function VirtualGrid(props: VirtualGridProps) {
  const { label, count, cellWidth, textHeight, cell, onView } = props;
  const scroller = useRef<HTMLElement>(null);
  const width = useWidth(scroller);
  const columns = Math.max(1, Math.floor((width + GAP) / (cellWidth + GAP)));
  const side = (width - GAP * (columns - 1)) / columns;
  const rows = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => side + textHeight + GAP,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new width has new row heights
  useEffect(() => rows.measure(), [rows, side, textHeight]);
  const shown = rows.getVirtualItems();
  const first = (shown[0]?.index ?? 0) * columns;
  const last = Math.min(count, ((shown.at(-1)?.index ?? -1) + 1) * columns) - 1;
  useEffect(() => {
    if (last >= first) onView(first, last);
  }, [first, last, onView]);
  const template = useMemo(() => `repeat(${columns}, minmax(0, 1fr))`, [columns]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll what has the focus
    <section ref={scroller} className={styles.scroller} tabIndex={0} aria-label={label}>
      {/* biome-ignore lint/a11y/useSemanticElements: a ul allows no rows between it and its items */}
      <div role="list" style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {shown.map((row) => (
          <div
            key={row.key}
            role="presentation"
            className={styles.gridRow}
            style={{ gridTemplateColumns: template, transform: `translateY(${row.start}px)` }}
          >
            {Array.from({ length: Math.min(columns, count - row.index * columns) }, (_, column) => {
              const place = row.index * columns + column;
              return (
                // biome-ignore lint/a11y/useSemanticElements: see above
                <div key={place} role="listitem" aria-setsize={count} aria-posinset={place + 1}>
                  {cell(place)}
                </div>
              );
            })}
          </div>
        ))}
      </div>
    </section>
  );
}

function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(600);
  useEffect(() => {
    const { current } = element;
    if (current === null) return;
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
