// @ts-check
/**
 * The HTTP headers the playground is served with.
 *
 * COOP/COEP make the page cross-origin isolated, which is what gives it SharedArrayBuffer and so
 * threads for WebAssembly. The Content-Security-Policy makes "nothing leaves this computer" a rule
 * that the browser enforces: only the page's own origin can be reached.
 */

/** @type {Record<string, string>} */
export const CROSS_ORIGIN_ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

// blob: in script-src and worker-src: TensorFlow.js starts its WebAssembly threads from blob URLs,
// and its generated worker imports the glue code the same way.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
];

/** @type {Record<string, string>} */
export const PAGE_HEADERS = {
  ...CROSS_ORIGIN_ISOLATION,
  'Content-Security-Policy': POLICY.join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};
