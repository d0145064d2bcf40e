/** npm test: install what is missing, find a browser, run every check and test. */
import { launch } from './lib/launch.mjs';

launch(() => import('./lib/test-command.mjs'));
