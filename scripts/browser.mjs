// @ts-check
/**
 * Finds a Chromium to test with: one named by CHROMIUM, an installed Chromium, Chrome or Edge, or the
 * one Playwright downloaded. Returns null where there is none; installing one is
 * `lib/ensure-browser.mjs`.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Complaint } from './lib/complaint.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

/** @returns {string[]} */
function placesOnPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/** @returns {string[]} */
function wellKnownPlaces() {
  if (process.platform === 'darwin') {
    return ['Chromium', 'Google Chrome', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const roots = [
      process.env.PROGRAMFILES,
      process.env['PROGRAMFILES(X86)'],
      process.env.LOCALAPPDATA,
    ];
    return roots.flatMap((root) =>
      root === undefined
        ? []
        : [
            join(root, 'Google', 'Chrome', 'Application', 'chrome.exe'),
            join(root, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
            join(root, 'Chromium', 'Application', 'chrome.exe'),
          ],
    );
  }
  return [];
}

/** @returns {Promise<string | null>} */
async function playwrightsOwn() {
  try {
    const { chromium } = await import('playwright');
    const path = chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * @param {{ accept?: (path: string) => boolean }} [options] `accept` may turn down a browser that is
 *   there, such as one that does not start; the next one is then looked at
 * @returns {Promise<string | null>} the executable's path, or null
 */
export async function findBrowser({ accept = () => true } = {}) {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') {
    if (existsSync(named) && accept(named)) return named;
    throw new Complaint(
      `CHROMIUM names no browser that starts: ${named}. Set it to a Chromium's path, or leave it unset.`,
    );
  }
  const own = await playwrightsOwn();
  const places = [...placesOnPath(), ...wellKnownPlaces(), ...(own === null ? [] : [own])];
  return places.find((path) => existsSync(path) && accept(path)) ?? null;
}

/**
 * Flags that give a headless Chromium a WebGPU software adapter, or take WebGPU away for certain, and
 * nothing that talks to the net.
 * `chromium-headless-shell` has no WebGPU, hence the new headless mode of the full browser.
 * @param {{ webgpu: boolean }} options
 */
export function chromiumArguments({ webgpu }) {
  return [
    '--headless=new',
    '--no-sandbox',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
    // Without the GPU there is no WebGPU adapter on any machine, and WebGL still runs in software.
    ...(webgpu
      ? ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
      : ['--disable-gpu']),
  ];
}
