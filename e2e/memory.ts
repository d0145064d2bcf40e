/** What a browser's processes hold in memory while something happens, as the system counts it. */
import { readFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';

interface Resident {
  /** Bytes of pages and their workers. */
  readonly renderers: number;
  /** Bytes of all processes of the browser; pages that they share count in each. */
  readonly all: number;
}

async function residentOf(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  } catch {
    // It ended meanwhile.
    return 0;
  }
}

/**
 * The most that is resident from now on until `stop`, looked at ten times a second; `null` on a system
 * without `/proc`.
 */
export async function watchMemory(browser: Browser) {
  const session = await browser.newBrowserCDPSession();
  const look = async (): Promise<Resident> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const found = await Promise.all(
      processInfo.map(async ({ id, type }) => ({ type, bytes: await residentOf(id) })),
    );
    const sum = (part: typeof found) => part.reduce((total, { bytes }) => total + bytes, 0);
    return { renderers: sum(found.filter(({ type }) => type === 'renderer')), all: sum(found) };
  };
  const idle = await look();
  let peak = idle;
  let watching = true;
  const watched = (async () => {
    while (watching) {
      const now = await look();
      peak = {
        renderers: Math.max(peak.renderers, now.renderers),
        all: Math.max(peak.all, now.all),
      };
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    async stop(): Promise<{ readonly idle: Resident; readonly peak: Resident } | null> {
      watching = false;
      await watched;
      await session.detach();
      return idle.renderers === 0 ? null : { idle, peak };
    },
  };
}
