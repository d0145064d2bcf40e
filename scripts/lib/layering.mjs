// @ts-check
/**
 * Reads every import below src/ and holds it against `layering-rules.mjs`. Type-only imports obey the
 * same order (a type from above is a dependency on what is above) and count in circles; what they do
 * not do is bring code along, so they are left out where the question is what a bundle carries.
 * `new Worker(new URL(…))` is no import: it starts a bundle of its own, which is what the wall is for.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import {
  ABOVE_THE_WALL,
  BELOW_THE_WALL,
  ENGINE_SEAM,
  FLOORS,
  isInterfacePackage,
  isNumericPackage,
} from './layering-rules.mjs';

/**
 * @typedef {object} Import
 * @property {string} from the importing file, relative to src/, with `/`
 * @property {string} specifier as written
 * @property {string | null} to the imported file relative to src/ (null for a package)
 * @property {string | null} packageName null for a file; Node's own modules as `node:fs`
 * @property {boolean} typeOnly
 *
 * @typedef {{ file: string, sentence: string }} Violation
 */

const CODE = /\.(ts|tsx|mts|js|jsx|mjs)$/;
const ENDINGS = ['', '.ts', '.tsx', '.js', '.mjs', '/index.ts', '/index.tsx'];

/** @param {string} folder @returns {string[]} */
function codeBelow(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return codeBelow(path);
      return CODE.test(entry.name) ? [path] : [];
    })
    .sort();
}

/** @param {string} path @param {string} code @returns {{ specifier: string, typeOnly: boolean }[]} */
function importsIn(path, code) {
  const { module, program, errors } = parseSync(path, code);
  if (errors[0] !== undefined) throw new Error(`${path}: ${errors[0].message}`);
  /** @type {{ specifier: string, typeOnly: boolean }[]} */
  const found = [];
  for (const { moduleRequest, entries } of module.staticImports) {
    found.push({
      specifier: moduleRequest.value,
      // `import 'x'` has no entries and is there for what it does.
      typeOnly: entries.length > 0 && entries.every((entry) => entry.isType),
    });
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest !== null) {
        found.push({ specifier: moduleRequest.value, typeOnly: isType });
      }
    }
  }
  new Visitor({
    ImportExpression({ source }) {
      if (source.type === 'Literal' && typeof source.value === 'string') {
        found.push({ specifier: source.value, typeOnly: false });
      }
    },
    TSImportType({ source }) {
      found.push({ specifier: source.value, typeOnly: true });
    },
  }).visit(program);
  return found;
}

/** @param {string} specifier @returns {string} `@scope/name` or `name` */
function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** @param {string} source @returns {Import[]} every import below the folder `source` */
export function readImports(source) {
  /** @param {string} path */
  const named = (path) => relative(source, path).split(sep).join('/');
  return codeBelow(source).flatMap((path) =>
    importsIn(path, readFileSync(path, 'utf8')).map(({ specifier, typeOnly }) => {
      const from = named(path);
      if (!specifier.startsWith('.')) {
        return { from, specifier, to: null, packageName: packageOf(specifier), typeOnly };
      }
      const target = join(dirname(path), specifier.replace(/[?#].*$/, ''));
      const ending = ENDINGS.find(
        (end) => existsSync(target + end) && statSync(target + end).isFile(),
      );
      return { from, specifier, to: named(target + (ending ?? '')), packageName: null, typeOnly };
    }),
  );
}

/** @param {string} file @returns {string} its folder in src/, `.` for src/ itself */
const floorOf = (file) => (file.includes('/') ? (file.split('/')[0] ?? '.') : '.');

/** @param {string} floor */
const rankOf = (floor) => FLOORS.findIndex((row) => row.includes(floor));

/** @param {string} file */
const isTest = (file) => /\.test(ing)?\.[a-z]+$/.test(file);

/** @param {Import} edge @returns {string[]} what is wrong with this one import, in sentences */
function faultsOf({ from, to, packageName, typeOnly }) {
  const floor = floorOf(from);
  const above = ABOVE_THE_WALL.includes(floor);
  const below = BELOW_THE_WALL.includes(floor);
  /** @type {string[]} */
  const faults = [];
  if (rankOf(floor) === -1) return [`lies in ${floor}/, which is not a floor of the house`];
  if (packageName !== null) {
    if (below && isInterfacePackage(packageName)) {
      faults.push(`imports ${packageName}, and ${floor}/ is below the wall`);
    }
    if (above && isNumericPackage(packageName)) {
      faults.push(`imports ${packageName}, and ${floor}/ is above the wall`);
    }
    const inNode = floor === 'cli' || floor === 'bench' || isTest(from);
    if (packageName.startsWith('node:') && !inNode) {
      faults.push(`imports ${packageName}, which no browser has`);
    }
    return faults;
  }
  if (to === null) return faults;
  if (to.startsWith('../')) {
    // Tests may read fixtures and the package's own description.
    return isTest(from) ? faults : [...faults, `imports ${to}, outside src/`];
  }
  const target = floorOf(to);
  if (target !== floor && rankOf(target) <= rankOf(floor)) {
    const side = rankOf(target) === rankOf(floor) ? 'beside it' : 'above it';
    faults.push(`imports ${to}, and ${target}/ is ${side}, not below`);
  }
  if (above && target === 'engine' && to !== ENGINE_SEAM) {
    faults.push(`imports ${to}: above the wall only ${ENGINE_SEAM} is known of the engines`);
  }
  const [, panel] = from.split('/');
  const [, otherPanel] = to.split('/');
  const bothInPanels = from.split('/').length > 2 && to.split('/').length > 2;
  if (floor === 'features' && target === 'features' && bothInPanels && panel !== otherPanel) {
    faults.push(`imports ${to}: panels do not import each other`);
  }
  return typeOnly ? faults.map((fault) => `${fault} (a type)`) : faults;
}

/**
 * @param {readonly Import[]} imports
 * @returns {Map<string, Import[]>} by importing file
 */
function byFile(imports) {
  /** @type {Map<string, Import[]>} */
  const graph = new Map();
  for (const edge of imports) graph.set(edge.from, [...(graph.get(edge.from) ?? []), edge]);
  return graph;
}

/** @param {readonly Import[]} imports @returns {Violation[]} one for each circle met */
function circles(imports) {
  const graph = byFile(imports);
  /** @type {Violation[]} */
  const found = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {string[]} */
  const trail = [];
  /** @param {string} file */
  const walk = (file) => {
    if (finished.has(file)) return;
    trail.push(file);
    for (const { to } of graph.get(file) ?? []) {
      if (to === null) continue;
      const at = trail.indexOf(to);
      if (at === -1) walk(to);
      else
        found.push({ file, sentence: `closes a circle: ${[...trail.slice(at), to].join(' > ')}` });
    }
    trail.pop();
    finished.add(file);
  };
  for (const file of graph.keys()) walk(file);
  return found;
}

/**
 * What the page's bundle would carry: no file above the wall may reach a numeric package, however
 * many imports lie between, nor may the bridge's client, which the page holds.
 * @param {readonly Import[]} imports
 * @returns {Violation[]}
 */
function carried(imports) {
  const graph = byFile(imports.filter((edge) => !edge.typeOnly));
  const starts = [...graph.keys()].filter(
    (file) =>
      !isTest(file) && (ABOVE_THE_WALL.includes(floorOf(file)) || file === 'bridge/client.ts'),
  );
  return starts.flatMap((start) => {
    /** @type {Map<string, readonly string[]>} */
    const trails = new Map([[start, [start]]]);
    for (const [file, trail] of trails) {
      for (const { to, packageName } of graph.get(file) ?? []) {
        const numeric = packageName !== null && isNumericPackage(packageName);
        const engine = to !== null && floorOf(to) === 'engine' && to !== ENGINE_SEAM;
        if (numeric || engine) {
          const path = [...trail, packageName ?? to].join(' > ');
          return [{ file: start, sentence: `brings an engine into the page: ${path}` }];
        }
        if (to !== null && !trails.has(to)) trails.set(to, [...trail, to]);
      }
    }
    return [];
  });
}

/** @param {readonly Violation[]} violations @returns {Violation[]} each told once */
function distinct(violations) {
  return [...new Map(violations.map((one) => [`${one.file} ${one.sentence}`, one])).values()];
}

/**
 * @param {string} source the folder that src/ is
 * @returns {{ files: number, imports: number, violations: Violation[] }}
 */
export function checkLayering(source) {
  const imports = readImports(source);
  const single = imports.flatMap((edge) =>
    faultsOf(edge).map((sentence) => ({ file: edge.from, sentence })),
  );
  return {
    files: codeBelow(source).length,
    imports: imports.length,
    violations: distinct([...single, ...circles(imports), ...carried(imports)]),
  };
}
