/**
 * What Dawn for Node needs to find a GPU on Linux: a Vulkan loader and a driver for it. Where the system
 * has none, a Chromium brings both, a driver that draws on the CPU (SwiftShader).
 */
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const DRIVER = 'vk_swiftshader_icd.json';
const LOADER = 'libvulkan.so.1';

const SYSTEM = {
  drivers: ['/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d', '/etc/vulkan/icd.d'],
  loaders: [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/lib64',
    '/lib',
    '/usr/local/lib',
  ],
} as const;
/** Where distributions put what their `chromium` script starts. */
const BROWSER_FOLDERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/usr/lib64/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
];

export interface VulkanSearch {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** A Chromium's path, or `null`. */
  readonly browser: string | null;
  /** Where a link to the loader may be made: a browser's own folder holds other libraries too. */
  readonly scratch: string;
  /** Folders where a system keeps its loader and its drivers. */
  readonly system?: { readonly loaders: readonly string[]; readonly drivers: readonly string[] };
}

/** Environment variables to start a Node process with; none where the system has what it needs. */
export function vulkanEnvironment({
  platform,
  env,
  browser,
  scratch,
  system = SYSTEM,
}: VulkanSearch): Record<string, string> {
  if (platform !== 'linux' || isSet(env.VK_ICD_FILENAMES) || isSet(env.VK_DRIVER_FILES)) return {};
  const loader = system.loaders.some((folder) => existsSync(join(folder, LOADER)));
  const driver = system.drivers.some(
    (folder) => existsSync(folder) && readdirSync(folder).length > 0,
  );
  if (loader && driver) return {};
  const own = browser === null ? [] : [dirname(realpathSync(browser))];
  const folder = [...own, ...BROWSER_FOLDERS].find((one) => existsSync(join(one, DRIVER)));
  if (folder === undefined) return {};
  const found = { VK_ICD_FILENAMES: join(folder, DRIVER) };
  if (loader || !existsSync(join(folder, LOADER))) return found;
  mkdirSync(scratch, { recursive: true });
  const link = join(scratch, LOADER);
  if (!existsSync(link)) {
    // There may be one to a browser that is gone.
    rmSync(link, { force: true });
    symlinkSync(join(folder, LOADER), link);
  }
  const before = env.LD_LIBRARY_PATH;
  return {
    ...found,
    LD_LIBRARY_PATH: isSet(before) ? `${scratch}${delimiter}${before}` : scratch,
  };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
