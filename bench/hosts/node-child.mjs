// @ts-check
/** One arm in a Node process of its own, on Dawn. The driver asks over the process's channel. */
import { create, globals } from 'webgpu';
import { load } from '../load.mjs';

// Before any library looks for them.
Object.assign(globalThis, globals);
const gpu = create([]);
if (globalThis.navigator === undefined) {
  const userAgent = `Node.js/${process.versions.node}`;
  Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent } });
} else {
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu });
}

const { module } = await load(new URL('../serve.ts', import.meta.url));
const { respondent } = /** @type {typeof import('../serve')} */ (module);
const answer = respondent();

process.on('message', (question) => {
  // The driver sends nothing else.
  void answer(/** @type {import('../protocol').Question} */ (question)).then((given) =>
    process.send?.(given),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'started' });
