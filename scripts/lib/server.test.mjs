// @ts-check
/** The server, asked over real sockets: headers, types, what it hides, ports that are taken. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_HEADERS } from '../headers.mjs';
import { createHandler, listen } from './server.mjs';

const ANY_PORT = { port: 0, host: null, strictPort: false };

/** @type {string} */
let folder;
/** @type {Awaited<ReturnType<typeof listen>>} */
let server;

beforeAll(async () => {
  const outside = mkdtempSync(join(tmpdir(), 'server-'));
  writeFileSync(join(outside, 'secret.txt'), 'secret');
  folder = join(outside, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const name of ['index.html', 'assets/a-1.js', 'assets/a-1.wasm', 'assets/a-1.woff2']) {
    writeFileSync(join(folder, name), 'contents');
  }
  writeFileSync(join(folder, '.built-from'), 'hash');
  server = await listen(createHandler(folder), ANY_PORT);
});

afterAll(async () => {
  await server.close();
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

/** @param {string} path @param {RequestInit} [init] */
const get = (path, init) => fetch(`http://127.0.0.1:${server.port}${path}`, init);

/**
 * Asks with a path as it stands; `fetch` would tidy it up first.
 * @param {string} path
 * @returns {Promise<string>} the whole answer
 */
function getRaw(path) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('the server', () => {
  it.each([
    ['/', 'text/html;charset=utf-8', 'no-cache'],
    ['/assets/a-1.js', 'text/javascript', 'public,max-age=31536000,immutable'],
    ['/assets/a-1.wasm', 'application/wasm', 'public,max-age=31536000,immutable'],
    ['/assets/a-1.woff2', 'font/woff2', 'public,max-age=31536000,immutable'],
  ])('serves %s as %s', async (path, type, caching) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe(caching);
    expect(await response.text()).toBe('contents');
  });

  it.each(['/', '/missing.js'])('sends every header with %s', async (path) => {
    const { headers } = await get(path);
    for (const [name, value] of Object.entries(PAGE_HEADERS)) expect(headers.get(name)).toBe(value);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..\\..\\secret.txt',
    '//secret.txt',
    '/.built-from',
    '/%',
  ])('keeps %s to itself', async (path) => {
    const answer = await getRaw(path);
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toMatch(/secret$|hash$/);
  });

  it('only reads', async () => {
    expect((await get('/', { method: 'POST', body: 'x' })).status).toBe(405);
    expect((await get('/', { method: 'HEAD' })).status).toBe(200);
  });

  it('outlives a request for an impossible range', async () => {
    expect((await get('/', { headers: { Range: 'bytes=7-2' } })).status).toBe(200);
    expect((await get('/')).status).toBe(200);
  });

  it('says what to do when there is no build', () => {
    expect(() => createHandler(join(folder, 'assets'))).toThrow('npm run build');
  });
});

describe('a port that is taken', () => {
  it('is replaced by a free one', async () => {
    const second = await listen(createHandler(folder), { ...ANY_PORT, port: server.port });
    expect(second.port).not.toBe(server.port);
    expect((await fetch(`http://127.0.0.1:${second.port}/`)).status).toBe(200);
    await second.close();
  });

  it('is a complaint where no other will do', async () => {
    const strict = { port: server.port, host: null, strictPort: true };
    await expect(listen(createHandler(folder), strict)).rejects.toThrow(`Port ${server.port}`);
  });
});

it('names an address that this computer has not got', async () => {
  // An address set aside for documentation (RFC 5737).
  const elsewhere = { port: 0, host: '192.0.2.1', strictPort: false };
  await expect(listen(createHandler(folder), elsewhere)).rejects.toThrow('"192.0.2.1"');
});
