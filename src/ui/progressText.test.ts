import { describe, expect, it } from 'vitest';
import type { Progress } from '../state/session.types';
import { progressDetail, progressShare } from './progressText';

const DECODE: Progress = {
  kind: 'progress',
  task: 'decode',
  done: 400,
  total: 1000,
  unit: 'images',
  rate: 200,
};

describe('progressDetail', () => {
  it('tells count, rate and the time left', () => {
    expect(progressDetail(DECODE)).toBe('400 of 1,000 images · 200 a second · about 3 s left');
    expect(progressDetail({ ...DECODE, total: 13_233, rate: 100 })).toContain(
      'about 2 min 8 s left',
    );
  });

  it('leaves out what is not known', () => {
    expect(progressDetail({ ...DECODE, rate: null })).toBe('400 of 1,000 images');
    expect(progressDetail({ ...DECODE, total: null, unit: 'files' })).toBe(
      '400 files · 200 a second',
    );
    expect(progressDetail({ ...DECODE, rate: 0 })).toBe('400 of 1,000 images');
  });

  it('promises no time when all is done', () => {
    expect(progressDetail({ ...DECODE, done: 1000 })).toBe('1,000 of 1,000 images · 200 a second');
  });
});

describe('progressShare', () => {
  it('is null without a total and never above one', () => {
    expect(progressShare({ ...DECODE, total: null })).toBeNull();
    expect(progressShare({ ...DECODE, total: 0 })).toBeNull();
    expect(progressShare({ ...DECODE, done: 1001 })).toBe(1);
    expect(progressShare(DECODE)).toBe(0.4);
  });
});
