/** Runs `pictures/make.py` where there is Python with Pillow. For Node, and for browser tests by a command. */
import { fileURLToPath } from 'node:url';
import { hasPython, Workshop } from './programs.testing.ts';

/** Every file that Pillow makes now, by name, in base64; `null` where Pillow is not installed. */
export function picturesByPillow(): Readonly<Record<string, string>> | null {
  if (!hasPython('PIL')) return null;
  const shop = new Workshop();
  try {
    const script = fileURLToPath(new URL('./pictures/make.py', import.meta.url));
    shop.run('python3', '-W', 'ignore', script, '.', 'every');
    return shop.contents();
  } finally {
    shop.remove();
  }
}
