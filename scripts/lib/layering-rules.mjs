// @ts-check
/**
 * The floors of the house and what may not be imported where, as data: `layering.mjs`
 * reads the sources and applies them.
 */

/**
 * Top to bottom; an import points down or stays in its folder. Folders in one row stand side by side
 * and do not see one another. `cli` and `bench` stand on the floors below the bridge, like it.
 * @type {readonly (readonly string[])[]}
 */
export const FLOORS = [
  // src/main.tsx and whatever else lies in src/ itself.
  ['.'],
  ['app'],
  ['features'],
  ['charts'],
  // The interface's own parts, buttons to number formats, for every panel and chart.
  ['ui'],
  ['state'],
  ['bridge', 'cli', 'bench'],
  ['training'],
  ['evaluation'],
  ['interop'],
  ['engine'],
  ['losses', 'models'],
  ['data'],
  ['math'],
];

/** The page's side of the wall between the two threads. */
export const ABOVE_THE_WALL = ['.', 'app', 'features', 'charts', 'ui', 'state'];

/** Runs in the worker, in a test and in Node alike. */
export const BELOW_THE_WALL = [
  'training',
  'evaluation',
  'interop',
  'engine',
  'losses',
  'models',
  'data',
  'math',
];

/** The one file of `engine/` the page may use: types and names, no engine. */
export const ENGINE_SEAM = 'engine/engine.ts';

/** @param {string} name the package's name, without a path below it */
export const isInterfacePackage = (name) =>
  ['react', 'react-dom', 'recharts', 'zustand'].includes(name);

/** @param {string} name */
export const isNumericPackage = (name) => name.startsWith('@tensorflow/');
