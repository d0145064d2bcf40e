// @ts-check
/** The rules bite: small houses are built in a temporary folder, each with one thing wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { checkLayering } from './layering.mjs';

/** @type {string[]} */
const folders = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/**
 * @param {Record<string, string>} files path below src/ to contents
 * @returns {string[]} the violations, as lines
 */
function violationsOf(files) {
  const source = mkdtempSync(join(tmpdir(), 'layering-'));
  folders.push(source);
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), contents);
  }
  return checkLayering(source).violations.map(({ file, sentence }) => `${file} ${sentence}`);
}

/** A house in order, with every kind of syntax the reader has to see through. */
const SOUND = {
  'main.tsx': "import { App } from './app/App';\nexport const page = <App />;",
  'app/App.tsx': [
    "import { useState } from 'react';",
    "import { Panel } from '../features/arms/Panel';",
    "import type { Engine } from '../engine/engine';",
    "import './App.css';",
    'const same = <K,>(value: K) => value;',
    'export function App() { useState<Engine | null>(null); return <Panel at={same(1)} />; }',
  ].join('\n'),
  'app/App.css': '',
  'features/arms/Panel.tsx': [
    "import { store } from '../../state/store';",
    "import { mean } from '../../math/mean';",
    'export const Panel = (p: { at: number }) => <p>{mean([p.at]) + store}</p>;',
  ].join('\n'),
  'state/store.ts':
    "import { connect } from '../bridge/client';\nexport const store = 1;\nconnect();",
  'bridge/client.ts':
    "import type { Message } from './protocol';\nexport const connect = (): Message => {\n  new Worker(new URL('./trainer.worker.ts', import.meta.url));\n  return 1;\n};",
  'bridge/protocol.ts': 'export type Message = number;',
  'bridge/trainer.worker.ts': "import '../engine/tfjs/engine';",
  'engine/engine.ts': 'export type Engine = number;',
  'engine/tfjs/engine.ts':
    "import * as tf from '@tensorflow/tfjs';\nexport const ready = tf.ready;",
  'math/mean.ts': 'export const mean = (list: number[]) => list.length;',
};

describe('the order of the floors', () => {
  it('has nothing to say about a house in order', () => {
    expect(violationsOf(SOUND)).toEqual([]);
  });

  it.each([
    [
      "import { a } from '../training/a';",
      'data/b.ts imports training/a.ts, and training/ is above',
    ],
    ["export * from '../training/a';", 'data/b.ts imports training/a.ts'],
    ["export const c = () => import('../training/a');", 'data/b.ts imports training/a.ts'],
    ["import type { a } from '../training/a';", 'is above it, not below (a type)'],
    ["export type C = import('../training/a').A;", 'is above it, not below (a type)'],
  ])('finds an import that points up: %s', (code, sentence) => {
    const found = violationsOf({ 'data/b.ts': code, 'training/a.ts': 'export const a = 1;' });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(sentence);
  });

  it('keeps losses and models apart', () => {
    const found = violationsOf({
      'losses/a.ts': "import { m } from '../models/m';\nexport const a = m;",
      'models/m.ts': 'export const m = 1;',
    });
    expect(found).toEqual(['losses/a.ts imports models/m.ts, and models/ is beside it, not below']);
  });

  it('keeps panels apart', () => {
    const found = violationsOf({
      'features/arms/a.ts': "import { b } from '../curves/b';\nexport const a = b;",
      'features/curves/b.ts': 'export const b = 1;',
    });
    expect(found).toEqual([
      'features/arms/a.ts imports features/curves/b.ts: panels do not import each other',
    ]);
  });

  it('knows every folder by name', () => {
    expect(violationsOf({ 'utils/a.ts': "import '../math/b';", 'math/b.ts': '' })).toEqual([
      'utils/a.ts lies in utils/, which is not a floor of the house',
    ]);
  });

  it('does not let the product reach outside src/', () => {
    const found = violationsOf({ 'math/a.ts': "import '../../scripts/b.mjs';" });
    expect(found).toEqual(['math/a.ts imports ../scripts/b.mjs, outside src/']);
  });
});

describe('circles', () => {
  it('are found between files of one folder, through any number of them', () => {
    const found = violationsOf({
      'math/a.ts': "import './b';",
      'math/b.ts': "import './c';",
      'math/c.ts': "import './a';",
    });
    expect(found).toEqual([
      'math/c.ts closes a circle: math/a.ts > math/b.ts > math/c.ts > math/a.ts',
    ]);
  });

  it('are found between types too', () => {
    const found = violationsOf({
      'math/a.ts': "import type { B } from './b';\nexport type A = B;",
      'math/b.ts': "import type { A } from './a';\nexport type B = A;",
    });
    expect(found).toHaveLength(1);
  });

  it('are not seen where two ways lead to one file', () => {
    const found = violationsOf({
      'math/a.ts': "import './b';\nimport './c';",
      'math/b.ts': "import './d';",
      'math/c.ts': "import './d';",
      'math/d.ts': '',
    });
    expect(found).toEqual([]);
  });
});

describe('the wall', () => {
  it.each(['react', 'react-dom/client', 'recharts', 'zustand'])('keeps %s above', (name) => {
    const found = violationsOf({ 'training/a.ts': `import '${name}';` });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('training/ is below the wall');
  });

  it('keeps the numeric packages below, even as a type', () => {
    const found = violationsOf({
      'charts/a.ts': "import type { Tensor } from '@tensorflow/tfjs';",
    });
    expect(found).toEqual(['charts/a.ts imports @tensorflow/tfjs, and charts/ is above the wall']);
  });

  it('keeps Node out of what runs in a browser, and lets tests use it', () => {
    const found = violationsOf({
      'data/a.ts': "import { readFileSync } from 'node:fs';",
      'data/a.test.ts': "import { readFileSync } from 'node:fs';",
    });
    expect(found).toEqual(['data/a.ts imports node:fs, which no browser has']);
  });

  it('shows the page only the seam of the engines', () => {
    const found = violationsOf({
      'state/a.ts': "import type { Plan } from '../engine/plan';",
      'engine/plan.ts': 'export type Plan = number;',
    });
    expect(found).toEqual([
      'state/a.ts imports engine/plan.ts: above the wall only engine/engine.ts is known of the engines (a type)',
    ]);
  });

  it('finds an engine that comes into the page by a detour', () => {
    const found = violationsOf({
      'state/a.ts': "import '../training/b';",
      'training/b.ts': "import '../engine/tfjs/c';",
      'engine/tfjs/c.ts': "import '@tensorflow/tfjs';",
    });
    expect(found).toEqual([
      'state/a.ts brings an engine into the page: state/a.ts > training/b.ts > engine/tfjs/c.ts',
    ]);
  });

  it("keeps the engines out of the bridge's client", () => {
    const found = violationsOf({
      'bridge/client.ts': "import '../engine/tfjs/c';",
      'engine/tfjs/c.ts': "import '@tensorflow/tfjs';",
    });
    expect(found).toEqual([
      'bridge/client.ts brings an engine into the page: bridge/client.ts > engine/tfjs/c.ts',
    ]);
  });
});
