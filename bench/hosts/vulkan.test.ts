import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { vulkanEnvironment } from './vulkan';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vulkan-'));
  mkdirSync(join(folder, 'browser'));
  mkdirSync(join(folder, 'system'));
  for (const name of ['chromium', 'vk_swiftshader_icd.json', 'libvulkan.so.1']) {
    writeFileSync(join(folder, 'browser', name), '');
  }
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const search = (env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux') =>
  vulkanEnvironment({
    platform,
    env,
    browser: join(folder, 'browser', 'chromium'),
    scratch: join(folder, 'scratch'),
    system: { loaders: [join(folder, 'system')], drivers: [join(folder, 'system', 'icd.d')] },
  });

describe('vulkanEnvironment', () => {
  it('takes the driver and the loader of a Chromium where the system has neither', () => {
    expect(search({ LD_LIBRARY_PATH: '/own' })).toEqual({
      VK_ICD_FILENAMES: join(folder, 'browser', 'vk_swiftshader_icd.json'),
      LD_LIBRARY_PATH: `${join(folder, 'scratch')}${delimiter}/own`,
    });
    const link = join(folder, 'scratch', 'libvulkan.so.1');
    expect(readlinkSync(link)).toBe(join(folder, 'browser', 'libvulkan.so.1'));
  });

  it('leaves alone what the person has set, other systems, and a system that has both', () => {
    expect(search({ VK_ICD_FILENAMES: '/own.json' })).toEqual({});
    expect(search({}, 'darwin')).toEqual({});
    mkdirSync(join(folder, 'system', 'icd.d'));
    writeFileSync(join(folder, 'system', 'icd.d', 'gpu.json'), '');
    writeFileSync(join(folder, 'system', 'libvulkan.so.1'), '');
    expect(search()).toEqual({});
  });
});
