import { afterEach, expect, test, vi } from 'vitest';
import { markOwnFaces, ownFacesBefore } from './ownFaces';

afterEach(() => vi.unstubAllGlobals());

test('only a reload is told of the faces that this tab had', () => {
  const map = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
    removeItem: (key: string) => map.delete(key),
  });
  expect(ownFacesBefore('reload')).toBe(null);
  markOwnFaces('lfw.tar');
  expect(ownFacesBefore('reload')).toBe('lfw.tar');
  expect(ownFacesBefore('navigate')).toBe(null);
  expect(ownFacesBefore(null)).toBe(null);
  markOwnFaces(null);
  expect(ownFacesBefore('reload')).toBe(null);
});

test('a browser that stores nothing is told nothing', () => {
  vi.stubGlobal('sessionStorage', undefined);
  expect(() => markOwnFaces('lfw.tar')).not.toThrow();
  expect(ownFacesBefore('reload')).toBe(null);
});
