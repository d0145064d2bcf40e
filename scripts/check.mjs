/** npm run check: types, lint, layering, unused code. */
import { launch } from './lib/launch.mjs';

launch(() => import('./lib/check-command.mjs'));
