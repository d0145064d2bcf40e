/** npm start: install what is missing, build, serve on loopback, open the browser. */
import { launch } from './lib/launch.mjs';

launch(() => import('./lib/start-command.mjs'));
