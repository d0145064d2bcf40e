/** npm run build: a fresh build in dist/, marked with the sources it came from. */
import { launch } from './lib/launch.mjs';

launch(() => import('./lib/build-command.mjs'));
