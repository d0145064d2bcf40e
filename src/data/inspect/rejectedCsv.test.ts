import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { rejectedCsv } from './rejectedCsv';

describe('rejected files as CSV', () => {
  it('have a header and a line each', () => {
    const csv = rejectedCsv([
      { name: 'a.txt', reason: 'It is text.' },
      { name: 'b.jpg', reason: 'It is cut short.' },
    ]);
    expect(csv).toBe('file,reason\r\na.txt,It is text.\r\nb.jpg,It is cut short.\r\n');
    expect(rejectedCsv([])).toBe('file,reason\r\n');
  });

  it('come back from another program as they were', () => {
    const rejected = [
      { name: 'Ann, the "first".jpg', reason: 'Two\r\nlines, and a quote: "' },
      { name: 'Zoë/émile 😀.jpg', reason: '' },
      { name: 'a\nb', reason: "'quoted' = not at the start" },
    ];
    const { data, errors } = Papa.parse<Record<string, string>>(rejectedCsv(rejected), {
      header: true,
      skipEmptyLines: true,
    });
    expect(errors).toEqual([]);
    expect(data).toEqual(rejected.map(({ name, reason }) => ({ file: name, reason })));
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])(
    'never begin a cell with what a spreadsheet runs: %j',
    (text) => {
      const { data } = Papa.parse<string[]>(rejectedCsv([{ name: text, reason: text }]));
      expect(data[1]).toEqual([`'${text}`, `'${text}`]);
    },
  );
});
