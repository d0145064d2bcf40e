/** npm run preview: serve the build that is there, with the real headers. */
import { launch } from './lib/launch.mjs';

launch(() => import('./lib/serve-command.mjs'));
