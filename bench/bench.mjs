/** npm run bench: the arms side by side on this machine. */
import { launch } from '../scripts/lib/launch.mjs';

launch(() => import('./command.mjs'));
