/**
 * The experiment in the address: `#v1.<base64url(deflate-raw(JSON of the difference to the defaults))>`.
 * Carries the configuration only, never an image or a file name. Whatever does not decode to a complete
 * valid configuration is a `UrlStateError`, and nothing else is ever thrown.
 */
import * as v from 'valibot';
import { DEFAULT_SYNTHETIC } from '../data/synthetic/settings';
import type { EngineChoice } from '../engine/engine';
import type { ExperimentConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { engineChoiceSchema, experimentSchema, problemOf } from './configSchema';
import { difference, isRecord, type Json, merge } from './jsonDifference';

export type UrlErrorCode = 'url/version' | 'url/encoding' | 'url/invalid' | 'url/engine';

export class UrlStateError extends Error {
  override readonly name = 'UrlStateError';
  readonly code: UrlErrorCode;
  /** What the person can do, one sentence. */
  readonly remedy: string;

  constructor(code: UrlErrorCode, message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}

const VERSION = 'v1';

/** A complete configuration needs about 1 kB of JSON; more than this is not ours. */
const MAX_HASH_CHARACTERS = 16_384;
const MAX_JSON_BYTES = 65_536;

const ASK_AGAIN =
  'The built-in experiment is shown instead. Ask for the link again, or set it up by hand.';

/**
 * The hash of a configuration, `#` included; the empty string for the defaults, so that the plain
 * address stays plain.
 */
export async function encodeExperiment(config: ExperimentConfig): Promise<string> {
  const change = difference(toJson(DEFAULT_EXPERIMENT), toJson(config));
  if (change === undefined) return '';
  const bytes = new TextEncoder().encode(JSON.stringify(change));
  return `#${VERSION}.${toBase64Url(await deflate(bytes))}`;
}

/**
 * The configuration that a hash carries, with or without its `#`; an empty one carries the defaults.
 * @throws UrlStateError, and nothing else
 */
export async function decodeExperiment(hash: string): Promise<ExperimentConfig> {
  const text = hash.startsWith('#') ? hash.slice(1) : hash;
  if (text === '') return DEFAULT_EXPERIMENT;
  const match = /^(v\d{1,4})\.([A-Za-z0-9_-]+)$/.exec(text);
  if (match === null || text.length > MAX_HASH_CHARACTERS) {
    throw new UrlStateError('url/encoding', `This link is damaged: ${excerpt(text)}`, ASK_AGAIN);
  }
  if (match[1] !== VERSION) {
    throw new UrlStateError(
      'url/version',
      `This link was made by another version of the playground (${match[1]}; this one reads ${VERSION}).`,
      ASK_AGAIN,
    );
  }
  const merged = merge(toJson(DEFAULT_EXPERIMENT), await inflateJson(match[2]!));
  const result = v.safeParse(experimentSchema, merged);
  if (!result.success) {
    throw new UrlStateError(
      'url/invalid',
      `This link asks for something impossible (${problemOf(merged)}).`,
      ASK_AGAIN,
    );
  }
  return result.output;
}

/**
 * The engine that `?engine=…` asks for; `null` where it does not ask.
 * @throws UrlStateError for an engine that does not exist
 */
export function engineFromQuery(search: string): EngineChoice | null {
  const asked = new URLSearchParams(search).get('engine');
  if (asked === null) return null;
  const result = v.safeParse(engineChoiceSchema, asked);
  if (result.success) return result.output;
  throw new UrlStateError(
    'url/engine',
    `The address asks for an engine that does not exist: ${excerpt(asked)}`,
    `The engine is chosen automatically. Possible are ${engineChoiceSchema.options.join(', ')}.`,
  );
}

export interface OpenedUrl {
  readonly config: ExperimentConfig;
  /** What could not be read; the configuration then holds the defaults in its place. */
  readonly problems: readonly UrlStateError[];
  /** The link was made with own face crops, which no link carries; generated ones stand in. */
  readonly filesMissing: boolean;
  /** The experiment as it was on those crops. */
  readonly onOwnFiles: ExperimentConfig | null;
}

/** Reads an address; never rejects. */
export async function openUrl(address: {
  readonly hash: string;
  readonly search: string;
}): Promise<OpenedUrl> {
  const problems: UrlStateError[] = [];
  let config: ExperimentConfig = DEFAULT_EXPERIMENT;
  try {
    config = await decodeExperiment(address.hash);
  } catch (error) {
    problems.push(asUrlStateError(error));
  }
  try {
    const engine = engineFromQuery(address.search);
    if (engine !== null) config = { ...config, engine };
  } catch (error) {
    problems.push(asUrlStateError(error));
  }
  const filesMissing = config.data.kind === 'files';
  return filesMissing
    ? { config: withGeneratedFaces(config), problems, filesMissing, onOwnFiles: config }
    : { config, problems, filesMissing, onOwnFiles: null };
}

/** The same experiment on the built-in faces, at the crop size its network reads. */
function withGeneratedFaces(config: ExperimentConfig): ExperimentConfig {
  const settings = { ...DEFAULT_SYNTHETIC, cropSize: config.model.inputSize };
  return { ...config, data: { kind: 'synthetic', settings } };
}

function asUrlStateError(error: unknown): UrlStateError {
  if (error instanceof UrlStateError) return error;
  throw error;
}

/** An `ExperimentConfig` is plain data; the round trip drops nothing and gives it the JSON type. */
function toJson(config: ExperimentConfig): Json {
  // JSON.parse is typed `any`; what JSON.stringify wrote is JSON by definition.
  return JSON.parse(JSON.stringify(config)) as Json;
}

async function inflateJson(base64Url: string): Promise<Json> {
  try {
    const bytes = await inflate(fromBase64Url(base64Url));
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // JSON.parse is typed `any`; its results are JSON.
    const value = JSON.parse(text) as Json;
    if (isRecord(value)) return value;
  } catch {
    // Whatever went wrong, the sentence is the same: the characters are not what was copied.
  }
  throw new UrlStateError('url/encoding', `This link is damaged: ${excerpt(base64Url)}`, ASK_AGAIN);
}

function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

async function deflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return collect(bytes, new CompressionStream('deflate-raw'));
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return collect(bytes, new DecompressionStream('deflate-raw'));
}

/** Runs bytes through a transform and stops where the result grows beyond any honest link. */
async function collect(
  bytes: Uint8Array<ArrayBuffer>,
  transform: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = transform.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  // A damaged stream rejects on both sides; the reading side below tells it.
  written.catch(() => undefined);
  const reader = transform.readable.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    if (length > MAX_JSON_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw new RangeError(`more than ${MAX_JSON_BYTES} bytes`);
    }
  }
  const result = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    result.set(chunk, at);
    at += chunk.length;
  }
  return result;
}
