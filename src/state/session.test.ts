/** The store against a worker that answers as the test says: what races, what fails, what is kept. */
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JustKept } from '../bridge/keptCopy';
import type {
  DataSummary,
  Envelope,
  ExperimentSummary,
  Failure,
  OpenedFiles,
  Request,
  WorkerEvent,
  WorkerMessage,
} from '../bridge/protocol';
import { DEFAULT_SYNTHETIC } from '../data/synthetic/settings';
import type { ExperimentConfig } from '../training/config';
import { DEFAULT_EXPERIMENT } from '../training/defaults';
import { METRIC_NAMES, toColumns } from '../training/metrics';
import type { Session } from './session.types';

type Answer = (request: Request) => Failure | Promise<Failure | undefined> | undefined;

/** Requests in the order they came, and what the next ones are answered with. */
const wire = {
  requests: [] as Request[],
  answer: (() => undefined) as Answer,
  say: (_event: WorkerEvent): void => undefined,
  crash: (): void => undefined,
  started: 0,
  /** Whether a configuration is answered as one that another engine goes on with. */
  continues: false,
  /** How many images experiments hold out. */
  heldOut: 5,
  /** What else is told of faces that are kept. */
  kept: {} as Partial<JustKept>,
  /** What else is told of own faces. */
  corrected: {} as Partial<DataSummary>,
};

class FakeWorker extends EventTarget {
  constructor() {
    super();
    wire.started += 1;
    wire.say = (event) => this.send({ kind: 'event', event });
    wire.crash = () => this.dispatchEvent(Object.assign(new Event('error'), { message: 'crash' }));
  }

  terminate(): void {}

  postMessage(envelope: Envelope): void {
    structuredClone(envelope);
    void this.respond(envelope);
  }

  private async respond({ id, request }: Envelope): Promise<void> {
    wire.requests.push(request);
    await Promise.resolve();
    const failure = await wire.answer(request);
    if (failure === undefined) {
      this.send({ kind: 'response', id, value: answerTo(request) });
    } else {
      const histogram = failure.code === 'data/too-few-identities' ? HISTOGRAM : null;
      this.send({ kind: 'rejection', id, failure, histogram });
    }
  }

  private send(data: WorkerMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

const FILES = { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 } as const;
const HISTOGRAM = { identitiesWithAtLeast: [3, 3, 1] };

/** What a worker that can do everything answers. */
function answerTo(request: Request): Extract<WorkerMessage, { kind: 'response' }>['value'] {
  switch (request.kind) {
    case 'load-synthetic':
      return summaryOf(request.config.settings.identities);
    case 'load-files':
      return { ...summaryOf(7), config: request.config, ...wire.corrected };
    case 'open-kept':
      return { ...summaryOf(6), label: 'kept', config: FILES, ...wire.corrected };
    case 'keep-set':
      // Only what the store reads.
      return { id: 'kept-1', ...wire.kept } as JustKept;
    case 'opened-files':
      return { label: 'large', images: 100_000 } as OpenedFiles;
    case 'edit-faces':
      return { ...summaryOf(6), ...wire.corrected };
    case 'add-identity':
      return { ...summaryOf(8), label: `test + ${request.name}` };
    case 'configure':
      return {
        // Only what the store reads.
        experiment: {
          config: request.config,
          stepsPerEpoch: 10,
          validationImages: wire.heldOut,
        } as ExperimentSummary,
        continued: wire.continues,
      };
    case 'thumbnails':
      return { size: 1, rgba: new Uint8ClampedArray(4), indices: request.indices };
    default:
      return null;
  }
}

function summaryOf(identities: number): DataSummary {
  return {
    facesId: 'test',
    config: DEFAULT_EXPERIMENT.data,
    label: 'test',
    cropSize: 32,
    images: identities * 2,
    identities: Array.from({ length: identities }, (_, i) => ({ name: `${i}`, count: 2 })),
    firstImage: Uint32Array.from({ length: identities }, (_, i) => i * 2),
    rejected: [],
    droppedIdentities: 0,
    droppedImages: 0,
    loadMs: 1,
    edits: 0,
    splits: { own: false, list: false },
  };
}

/** Rows of arm A for the given steps. */
function rows(...steps: number[]): WorkerEvent {
  const columns = toColumns(
    steps.map((step) => {
      const entries = METRIC_NAMES.map((name) => [name, name === 'step' ? step : 1]);
      return Object.fromEntries(entries);
    }),
  );
  return {
    kind: 'metrics',
    step: steps.at(-1) ?? 0,
    epoch: 0,
    arms: [{ arm: 'A', columns, targetCosines: new Float32Array(), otherAngles: null }],
    stepMs: 1,
    imagesPerSecond: 1,
    memory: { tensors: 0, bytes: 0, gpuBytes: null },
  };
}

const refuse = (code: Failure['code']): Failure => ({ code, message: `no: ${code}`, remedy: 'ok' });
const BESIDE: readonly string[] = ['thumbnails', 'prepare-engine'];
/** What changed something, in order. */
const kinds = () => wire.requests.map(({ kind }) => kind).filter((kind) => !BESIDE.includes(kind));

async function started() {
  vi.resetModules();
  const { useSession } = await import('./session');
  await useSession.getState().start();
  wire.requests.length = 0;
  return useSession;
}

/** Play was pressed, and it trains. */
async function playing(session: Awaited<ReturnType<typeof started>>): Promise<void> {
  await session.getState().play();
  wire.requests.pop();
  wire.say({ kind: 'status', status: 'running' });
}

beforeEach(() => {
  vi.unstubAllGlobals();
  vi.stubGlobal('Worker', FakeWorker);
  wire.answer = () => undefined;
  wire.continues = false;
  wire.heldOut = 5;
  wire.corrected = {};
  wire.kept = {};
  wire.requests.length = 0;
});
afterAll(() => vi.unstubAllGlobals());

describe('a configuration', () => {
  test('rows of the experiment before never land in the new curves', async () => {
    const session = await started();
    wire.say(rows(1, 2, 3));
    wire.answer = (request) => {
      // The worker pauses the old run first, and hands its last rows over.
      if (request.kind === 'configure') wire.say(rows(4, 5));
      return undefined;
    };
    await session.getState().newSeed();
    expect(session.getState().step).toBe(0);
    expect(session.getState().series.get('A')?.length).toBe(0);
    wire.say(rows(1));
    expect(session.getState().series.get('A')?.columns.step[0]).toBe(1);
  });

  test('that cannot be valid is refused before it reaches the worker', async () => {
    const session = await started();
    await session.getState().configure({ batchSize: 2.5 });
    expect(wire.requests).toEqual([]);
    expect(session.getState().config.batchSize).toBe(32);
    expect(session.getState().notices[0]).toMatchObject({ code: 'config/invalid', tone: 'error' });
  });

  test('changes that were overtaken while they waited are not built', async () => {
    const session = await started();
    const { configure } = session.getState();
    await Promise.all([
      configure({ batchSize: 8 }),
      configure({ batchSize: 9 }),
      configure({ seed: 3 }),
    ]);
    expect(kinds()).toEqual(['configure']);
    expect(session.getState().config).toMatchObject({ batchSize: 9, seed: 3 });
    expect(session.getState().busy).toBe(null);
  });

  test('refused before anything was touched keeps the experiment and its curves', async () => {
    const session = await started();
    wire.say(rows(1, 2, 3));
    const before = session.getState();
    wire.answer = ({ kind }) => (kind === 'configure' ? refuse('engine/unavailable') : undefined);
    await session.getState().configure({ engine: 'tfjs-webgl' });
    const after = session.getState();
    expect(after.config).toEqual(before.config);
    expect(after.experiment).toBe(before.experiment);
    expect(after.series.get('A')?.length).toBe(3);
    expect(after.notices.map(({ code }) => code)).toEqual(['engine/unavailable']);
    expect(kinds()).toEqual(['configure']);
  });

  test('whose build fails on new faces goes back to the faces before, too', async () => {
    const session = await started();
    const settings = { ...DEFAULT_SYNTHETIC, identities: 5000 };
    wire.answer = (request) => {
      const { data } = request.kind === 'configure' ? request.config : DEFAULT_EXPERIMENT;
      if (data.kind !== 'synthetic' || data.settings.identities !== 5000) return undefined;
      wire.say({ kind: 'status', status: 'idle' });
      return refuse('engine/failed');
    };
    await session.getState().configure({ data: { kind: 'synthetic', settings } });
    expect(session.getState().data?.identities).toHaveLength(40);
    expect(session.getState().config).toEqual(DEFAULT_EXPERIMENT);
    expect(session.getState().experiment).not.toBe(null);
    expect(kinds()).toEqual(['load-synthetic', 'configure', 'load-synthetic', 'configure']);
  });

  test('loads the faces again only when they changed', async () => {
    const session = await started();
    await session.getState().configure({ batchSize: 16 });
    expect(kinds()).toEqual(['configure']);
    const settings = { ...DEFAULT_SYNTHETIC, seed: 9 };
    await session.getState().configure({ data: { kind: 'synthetic', settings } });
    expect(kinds()).toEqual(['configure', 'load-synthetic', 'configure']);
  });
});

describe('another engine', () => {
  test('goes on with the curves and, where it trained, with the training', async () => {
    const session = await started();
    wire.say(rows(1, 2, 3));
    await playing(session);
    wire.continues = true;
    wire.answer = ({ kind }) => {
      if (kind !== 'configure') return undefined;
      // Shown as waiting meanwhile, so that it can be called off.
      expect(session.getState().playWhenReady).toBe(true);
      wire.say({ kind: 'status', status: 'compiling' });
      wire.say({ kind: 'status', status: 'paused' });
      wire.say({ kind: 'mark', mark: { arm: null, step: 4, label: 'engine → WebGPU' } });
      return undefined;
    };
    await session.getState().configure({ engine: 'tfjs-wasm' });
    expect(kinds()).toEqual(['configure', 'play']);
    const state = session.getState();
    expect(state.series.get('A')?.length).toBe(3);
    expect(state.step).toBe(3);
    expect(state.marks).toHaveLength(1);
    expect(state.config.engine).toBe('tfjs-wasm');
  });

  test.each<[string, ExperimentConfig['engine'] | null, boolean]>([
    ['goes to another engine', 'tfjs-wasm', true],
    ['stays, as that does not open', 'tfjs-wasm', false],
    ['keeps its faces, as others are refused', null, false],
  ])('that so many steps were asked of stands where it %s', async (_, engine, opens) => {
    const session = await started();
    wire.continues = true;
    await playing(session);
    await session.getState().stepEpoch();
    wire.answer = ({ kind }) => {
      if (kind !== 'configure' && kind !== 'load-files') return undefined;
      return opens ? undefined : refuse('engine/unavailable');
    };
    if (engine === null) await session.getState().load([], 'a.zip');
    else await session.getState().configure({ engine });
    expect(kinds()).toEqual(['step', engine === null ? 'load-files' : 'configure']);
  });

  test('called off with Pause while it opens, training stands still', async () => {
    const session = await started();
    await playing(session);
    wire.continues = true;
    wire.answer = async ({ kind }) => {
      if (kind === 'configure') await session.getState().pause();
      return undefined;
    };
    await session.getState().configure({ engine: 'tfjs-wasm' });
    expect(kinds()).toEqual(['configure', 'pause']);
  });

  test('that does not open leaves all as it was, training too', async () => {
    const session = await started();
    wire.say(rows(1, 2));
    await playing(session);
    const before = session.getState();
    wire.answer = ({ kind }) => (kind === 'configure' ? refuse('engine/unavailable') : undefined);
    await session.getState().configure({ engine: 'tfjs-webgl' });
    expect(kinds()).toEqual(['configure', 'play']);
    expect(session.getState().config).toEqual(before.config);
    expect(session.getState().series.get('A')?.length).toBe(2);
  });

  test('with anything else changed starts over, paused', async () => {
    const session = await started();
    wire.say(rows(1, 2));
    await playing(session);
    await session.getState().configure({ engine: 'tfjs-wasm', batchSize: 16 });
    expect(kinds()).toEqual(['configure']);
    expect(session.getState().series.get('A')?.length).toBe(0);
  });

  test('goes on after a value was moved while training', async () => {
    const session = await started();
    await session.getState().setHyper('A', { kind: 'learning-rate', value: 0.5 });
    wire.say(rows(1, 2));
    await playing(session);
    wire.continues = true;
    await session.getState().configure({ engine: 'tfjs-wasm' });
    expect(kinds()).toEqual(['set-hyper', 'configure', 'play']);
    expect(session.getState().series.get('A')?.length).toBe(2);
  });
});

describe('a lost GPU device', () => {
  test('that was replaced is told calmly, and can be put away', async () => {
    const session = await started();
    wire.say(rows(1, 2));
    wire.say({ kind: 'recovering', reason: 'The GPU device was lost (driver reset).' });
    expect(session.getState().notices.map(({ title }) => title)).toEqual([
      'The GPU device is being replaced.',
    ]);
    wire.say({ kind: 'recovered', reason: 'The GPU device was lost (driver reset).' });
    expect(session.getState().notices).toHaveLength(1);
    const [notice] = session.getState().notices;
    expect(notice).toMatchObject({ key: 'recovered', tone: 'info', action: null });
    expect(notice?.detail).toContain('driver reset');
    expect(notice?.detail).toContain('nothing was lost');
    expect(session.getState().series.get('A')?.length).toBe(2);
    session.getState().dismiss('recovered');
    expect(session.getState().notices).toEqual([]);
  });
});

test('a plan that cannot be told is the caller’s to show', async () => {
  const session = await started();
  wire.answer = ({ kind }) => (kind === 'describe-plan' ? refuse('state/training') : undefined);
  const outcome = await session.getState().describePlan('B', true);
  expect(outcome).toEqual({ kind: 'failed', failure: refuse('state/training') });
  expect(wire.requests).toEqual([{ kind: 'describe-plan', arm: 'B', measure: true }]);
  expect(session.getState().notices).toEqual([]);
});

describe('play', () => {
  test('pressed while something is built is granted when that is done', async () => {
    const session = await started();
    const configured = session.getState().configure({ batchSize: 16 });
    await session.getState().play();
    expect(session.getState().playWhenReady).toBe(true);
    await configured;
    expect(kinds()).toEqual(['configure', 'play']);
    expect(session.getState().playWhenReady).toBe(false);
  });

  test('a step asked for while something is built belongs to the new experiment', async () => {
    const session = await started();
    const { configure, stepBatches } = session.getState();
    await Promise.all([configure({ batchSize: 16 }), stepBatches(2)]);
    expect(kinds()).toEqual(['configure', 'step']);
  });
});

describe('reset and live changes', () => {
  test('a reset that was refused keeps the curves', async () => {
    const session = await started();
    wire.say(rows(1, 2));
    wire.answer = ({ kind }) => (kind === 'reset' ? refuse('engine/failed') : undefined);
    await session.getState().reset();
    expect(session.getState().series.get('A')?.length).toBe(2);
    wire.answer = () => undefined;
    await session.getState().reset();
    expect(session.getState().series.get('A')?.length).toBe(0);
  });

  test('a live change shows at once, so that a slider can go on from there', async () => {
    const session = await started();
    const { setHyper } = session.getState();
    const changes = [1, 2, 3].map((value) =>
      setHyper('B', { kind: 'cap-angle', valueRad: value / 4 }),
    );
    const capOfB = () => {
      const loss = session.getState().config.arms[1]?.loss;
      return loss?.kind === 'dynamic-adacos' ? loss.capAngleRad : null;
    };
    expect(capOfB()).toBe(0.75);
    await Promise.all(changes);
    expect(capOfB()).toBe(0.75);
    expect(kinds()).toEqual(['set-hyper', 'set-hyper', 'set-hyper']);
  });

  test('a live change is taken back where the worker refused it', async () => {
    const session = await started();
    const rateOfA = () => session.getState().config.arms[0]?.learningRate;
    wire.answer = ({ kind }) => (kind === 'set-hyper' ? refuse('internal') : undefined);
    await session.getState().setHyper('A', { kind: 'learning-rate', value: 0.5 });
    expect(rateOfA()).toBe(0.05);
    wire.answer = () => undefined;
    await session.getState().setHyper('A', { kind: 'learning-rate', value: 0.5 });
    expect(rateOfA()).toBe(0.5);
    // It survives the next build.
    await session.getState().configure({ batchSize: 16 });
    expect(rateOfA()).toBe(0.5);
  });

  test('a fixed AdaCos arm whose scale was moved is a normalised softmax', async () => {
    const session = await started();
    await session.getState().setHyper('A', { kind: 'fixed-scale', value: 9 });
    expect(session.getState().config.arms[0]?.loss).toEqual({
      kind: 'normalised-softmax',
      scale: 9,
    });
  });
});

describe('a person from the camera', () => {
  const crops = { name: 'me', size: 1, pixels: new Uint8Array(3) };

  test('joins the faces, and the experiment is built again', async () => {
    const session = await started();
    wire.say(rows(1, 2, 3));
    const outcome = await session.getState().addIdentity(crops);
    expect(outcome.kind).toBe('done');
    expect(kinds()).toEqual(['add-identity', 'configure']);
    expect(session.getState().data).toMatchObject({ label: 'test + me' });
    expect(session.getState().series.get('A')?.length).toBe(0);
    expect(session.getState().busy).toBe(null);
  });

  test('who is refused leaves everything as it was, and why is the caller’s to show', async () => {
    const session = await started();
    wire.say(rows(1, 2, 3));
    const { data } = session.getState();
    wire.answer = ({ kind }) => (kind === 'add-identity' ? refuse('edit/empty-name') : undefined);
    const outcome = await session.getState().addIdentity(crops);
    expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'edit/empty-name' } });
    expect(kinds()).toEqual(['add-identity']);
    expect(session.getState()).toMatchObject({ data, notices: [], busy: null });
    expect(session.getState().series.get('A')?.length).toBe(3);
  });
});

const OTHER_SYNTHETIC = {
  kind: 'synthetic',
  settings: { ...DEFAULT_SYNTHETIC, seed: 99 },
} as const;

/** What a browser stores. */
function storage() {
  const map = new Map<string, string>();
  return Object.assign(map, {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => map.set(key, value),
    removeItem: (key: string) => map.delete(key),
  });
}

describe('own faces', () => {
  const files = [{ path: 'a.zip', file: new File([], 'a.zip') }];

  test('replace the generated ones and keep the rest of the configuration', async () => {
    const session = await started();
    await session.getState().configure({ batchSize: 16 });
    await session.getState().load(files, 'a.zip');
    expect(session.getState().data?.identities).toHaveLength(7);
    expect(session.getState().config).toMatchObject({
      batchSize: 16,
      data: { kind: 'files', cropSize: 32, minImagesPerIdentity: 2 },
    });
  });

  test('without parts of their own are not split by them', async () => {
    const session = await started();
    session.setState({ config: { ...session.getState().config, split: 'own' } });
    await session.getState().load(files, 'a.zip');
    const { config } = session.getState();
    expect(config.split).toBeUndefined();
    const configured = wire.requests.find(({ kind }) => kind === 'configure');
    expect(configured).toMatchObject({ config: { data: { kind: 'files' } } });
    expect(configured).not.toHaveProperty('config.split');
    const told = () => session.getState().notices.map(({ key }) => key);
    expect(told()).toContain('split');
    // Of other faces, or of another way, it would not be true.
    await session.getState().load(files, 'b.zip');
    expect(told()).not.toContain('split');
    session.setState({ config: { ...session.getState().config, split: 'own' } });
    await session.getState().load(files, 'a.zip');
    expect(told()).toContain('split');
    await session.getState().configure({ split: 'open' });
    expect(told()).not.toContain('split');
  });

  test('take what was said of them with them where generated ones are used', async () => {
    const session = await started();
    session.setState({ config: { ...session.getState().config, split: 'own' } });
    wire.corrected = { unfit: ['Who is Ann?'], edits: 1 };
    await session.getState().load(files, 'a.zip');
    const told = () => session.getState().notices.map(({ key }) => key);
    expect(told()).toEqual(['corrections/unfit', 'split']);
    await session.getState().configure({ data: DEFAULT_EXPERIMENT.data });
    expect(told()).toEqual([]);
  });

  test('have corrections that do not fit counted as they are by now', async () => {
    const session = await started();
    const titles = () => session.getState().notices.map(({ title }) => title.split(' left')[0]);
    wire.corrected = { unfit: ['Who is Ann?', 'Who is Bob?'], edits: 3 };
    await session.getState().load(files, 'a.zip');
    expect(titles()).toEqual(['2 of your 3 corrections were']);
    wire.corrected = { unfit: ['Who is Ann?'], edits: 2 };
    await session.getState().editFaces([]);
    expect(titles()).toEqual(['1 of your 2 corrections was']);
    session.getState().dismiss('corrections/unfit');
    await session.getState().editFaces([]);
    expect(titles()).toEqual([]);
  });

  test('that do not fit are not said of kept faces that take their place', async () => {
    const session = await started();
    wire.corrected = { unfit: ['Who is Ann?'], edits: 2 };
    await session.getState().load(files, 'a.zip');
    expect(session.getState().notices).toHaveLength(1);
    wire.corrected = { ...wire.corrected, facesId: 'kept' };
    await session.getState().openKept('x');
    expect(session.getState().notices).toEqual([]);
  });

  test('of which nobody can be held out are not said to be held out', async () => {
    const session = await started();
    wire.heldOut = 0;
    session.setState({ config: { ...session.getState().config, split: 'own' } });
    await session.getState().load(files, 'ones.zip');
    const { config, notices } = session.getState();
    expect(config.split).toBeUndefined();
    expect(notices).toEqual([]);
  });

  test('that cannot be read lose nothing and are told', async () => {
    const session = await started();
    wire.say(rows(1, 2));
    const before = session.getState();
    wire.answer = ({ kind }) =>
      kind === 'load-files' ? refuse('data/nothing-readable') : undefined;
    await session.getState().load(files, 'a.zip');
    const after = session.getState();
    expect(after.config).toBe(before.config);
    expect(after.data).toBe(before.data);
    expect(after.series.get('A')?.length).toBe(2);
    expect(after.busy).toBe(null);
    expect(after.notices.map(({ code }) => code)).toEqual(['data/nothing-readable']);
  });

  test('given while others are being read take their place', async () => {
    const session = await started();
    let cancelled = (): void => undefined;
    wire.answer = (request) => {
      if (request.kind === 'cancel-load') cancelled();
      if (request.kind !== 'load-files' || request.label !== 'large') return undefined;
      return new Promise((resolve) => {
        cancelled = () => resolve(refuse('data/cancelled'));
      });
    };
    const large = session.getState().load(files, 'large');
    await expect.poll(kinds).toContain('load-files');
    await session.getState().load(files, 'small');
    await large;
    expect(kinds()).toEqual(['load-files', 'cancel-load', 'load-files', 'configure']);
    expect(session.getState().notices).toEqual([]);
  });

  test('that were cancelled let training go on', async () => {
    const session = await started();
    await playing(session);
    wire.answer = ({ kind }) => (kind === 'load-files' ? refuse('data/cancelled') : undefined);
    await session.getState().load(files, 'a.zip');
    expect(kinds()).toEqual(['load-files', 'play']);
  });

  test.each<[string, Failure['code'], 'minimumChoice' | 'partChoice']>([
    ['another minimum', 'data/too-few-identities', 'minimumChoice'],
    ['a part', 'data/choose-part', 'partChoice'],
  ])(
    'that leave the choice of %s let training go on once it is put away',
    async (_, code, choice) => {
      const session = await started();
      await playing(session);
      wire.answer = ({ kind }) => {
        if (kind !== 'load-files') return undefined;
        wire.say({ kind: 'status', status: 'paused' });
        return refuse(code);
      };
      await session.getState().load(files, 'a.zip');
      expect(session.getState()[choice]).not.toBe(null);
      expect(kinds()).not.toContain('play');
      await session.getState().cancelLoad();
      expect(kinds().slice(-2)).toEqual(['cancel-load', 'play']);
      expect(session.getState()[choice]).toBe(null);
      await session.getState().cancelLoad();
      expect(kinds().at(-1)).toBe('cancel-load');
    },
  );

  test('looked at in part are looked at whole; where that is cancelled, a part can be chosen still', async () => {
    const session = await started();
    await playing(session);
    wire.answer = (request) => {
      if (request.kind !== 'load-files') return undefined;
      wire.say({ kind: 'status', status: 'paused' });
      return refuse(request.heads === 'all' ? 'data/cancelled' : 'data/choose-part');
    };
    await session.getState().load(files, 'a.rec');
    const { data, partChoice } = session.getState();
    expect(partChoice).not.toBe(null);
    await session.getState().readAllHeads();
    expect(wire.requests.findLast(({ kind }) => kind === 'load-files')).toMatchObject({
      files: null,
      heads: 'all',
      anySize: false,
    });
    expect(session.getState()).toMatchObject({ partChoice, busy: null, notices: [] });
    expect(session.getState().data).toBe(data);
    expect(kinds()).not.toContain('play');
    await session.getState().cancelLoad();
    expect(session.getState().partChoice).toBe(null);
    expect(kinds().at(-1)).toBe('play');
  });

  test('that are chosen after all start anew, paused', async () => {
    const session = await started();
    await playing(session);
    wire.answer = ({ kind }) => {
      if (kind !== 'load-files') return undefined;
      wire.say({ kind: 'status', status: 'paused' });
      return refuse('data/too-few-identities');
    };
    await session.getState().load(files, 'a.zip');
    wire.answer = () => undefined;
    await session.getState().reloadFiles({ minImagesPerIdentity: 1 });
    expect(kinds()).toEqual(['load-files', 'load-files', 'configure']);
  });

  test('that are refused after others were let training go on; Pause calls that off', async () => {
    const session = await started();
    await playing(session);
    wire.answer = ({ kind }) => {
      if (kind !== 'load-files') return undefined;
      wire.say({ kind: 'status', status: 'paused' });
      return refuse('data/too-few-identities');
    };
    await session.getState().load(files, 'a.zip');
    wire.answer = ({ kind }) =>
      kind === 'load-files' ? refuse('data/nothing-readable') : undefined;
    await session.getState().load(files, 'b.zip');
    expect(kinds()).toEqual(['load-files', 'load-files', 'play']);
    await playing(session);
    wire.answer = async ({ kind }) => {
      if (kind !== 'load-files') return undefined;
      await session.getState().pause();
      return refuse('data/nothing-readable');
    };
    await session.getState().load(files, 'c.zip');
    expect(kinds().slice(3)).toEqual(['load-files', 'pause']);
  });

  test.each<[string, (session: Session) => Promise<unknown>]>([
    ['open-kept', ({ openKept }) => openKept('x')],
    ['edit-faces', ({ editFaces }) => editFaces([])],
    ['load-synthetic', ({ configure }) => configure({ data: OTHER_SYNTHETIC })],
  ])('refused by %s, too, let training go on', async (refused, act) => {
    const session = await started();
    await playing(session);
    wire.answer = ({ kind }) => {
      if (kind !== refused) return undefined;
      wire.say({ kind: 'status', status: 'paused' });
      return refuse('data/cancelled');
    };
    await act(session.getState());
    expect(kinds()).toEqual([refused, 'play']);
  });

  test('that are replaced are marked for a reload of this tab, until generated ones are used', async () => {
    const tab = storage();
    vi.stubGlobal('sessionStorage', tab);
    const session = await started();
    const standIn = {
      key: 'url/files',
      tone: 'info',
      title: '',
      detail: '',
      action: null,
    } as const;
    session.getState().notify(standIn);
    await session.getState().load(files, 'a.zip');
    expect([...tab.values()]).toEqual(['test']);
    // Nor is it said any longer that generated ones stand in.
    expect(session.getState().notices).toEqual([]);
    await session.getState().configure({ data: OTHER_SYNTHETIC });
    expect([...tab.values()]).toEqual([]);
  });

  test('a Cancel is no error', async () => {
    const session = await started();
    wire.answer = ({ kind }) => (kind === 'load-files' ? refuse('data/cancelled') : undefined);
    await session.getState().load(files, 'a.zip');
    expect(session.getState().notices).toEqual([]);
  });

  test('one thing that cannot be sent does not block what comes after', async () => {
    const session = await started();
    // A function cannot be cloned to a worker.
    const odd = [{ path: 'a', file: (() => undefined) as unknown as File }];
    await expect(session.getState().load(odd, 'a')).rejects.toThrow();
    await session.getState().configure({ batchSize: 16 });
    expect(kinds()).toEqual(['configure']);
    expect(session.getState().busy).toBe(null);
  });
});

describe('kept faces', () => {
  const opening = (identities: number): WorkerEvent => ({
    kind: 'opening',
    data: { ...summaryOf(identities), label: 'kept' },
    thumbnails: { size: 1, rgba: new Uint8ClampedArray(4), indices: Uint32Array.of(5) },
  });

  test('are shown before their pixels are read', async () => {
    const session = await started();
    let shown: unknown = null;
    wire.answer = ({ kind }) => {
      if (kind !== 'open-kept') return undefined;
      wire.say(opening(9));
      const { data, thumbnails, busy } = session.getState();
      shown = [data?.label, data?.identities.length, thumbnails?.indices[0], busy];
      return undefined;
    };
    expect(await session.getState().openKept('x')).toBe('opened');
    expect(shown).toEqual(['kept', 9, 5, 'loading']);
    expect(session.getState().data?.identities).toHaveLength(6);
    expect(kinds()).toEqual(['open-kept', 'configure']);
  });

  test('that were deleted are not looked for at the next visit; others stay remembered', async () => {
    const browser = storage();
    vi.stubGlobal('localStorage', browser);
    const session = await started();
    await session.getState().keepSet('mine');
    expect([...browser.values()]).toEqual(['kept-1']);
    await session.getState().deleteKept('another');
    expect([...browser.values()]).toEqual(['kept-1']);
    await session.getState().deleteKept('kept-1');
    expect([...browser.values()]).toEqual([]);
    await session.getState().openKept('x');
    expect([...browser.values()]).toEqual(['x']);
  });

  test('stay remembered until other faces have taken their place', async () => {
    const browser = storage();
    vi.stubGlobal('localStorage', browser);
    const session = await started();
    const files = [{ path: 'a.zip', file: new File([], 'a.zip') }];
    await session.getState().openKept('x');
    wire.answer = ({ kind }) =>
      kind === 'load-files' ? refuse('data/nothing-readable') : undefined;
    await session.getState().load(files, 'a.zip');
    expect([...browser.values()]).toEqual(['x']);
    wire.answer = () => undefined;
    // The same faces with another minimum.
    await session.getState().reloadFiles({ minImagesPerIdentity: 3 });
    expect([...browser.values()]).toEqual(['x']);
    wire.answer = ({ kind }) =>
      kind === 'load-files' ? refuse('data/too-few-identities') : undefined;
    await session.getState().load(files, 'a.zip');
    expect([...browser.values()]).toEqual(['x']);
    wire.answer = () => undefined;
    await session.getState().reloadFiles({ minImagesPerIdentity: 1 });
    expect([...browser.values()]).toEqual([]);
  });

  test('do not come back once a part was chosen of all that their files hold', async () => {
    const browser = storage();
    vi.stubGlobal('localStorage', browser);
    const session = await started();
    await session.getState().load([{ path: 'a.rec', file: new File([], 'a.rec') }], 'a.rec');
    await session.getState().keepSet('mine');
    wire.answer = (request) =>
      request.kind === 'load-files' && request.heads === 'all'
        ? refuse('data/choose-part')
        : undefined;
    await session.getState().readAllHeads();
    expect([...browser.values()]).toEqual(['kept-1']);
    await session.getState().reloadFiles({ sample: 100 });
    expect([...browser.values()]).toEqual([]);
  });

  test('that are gone are news to whoever asks for them, and none at the start', async () => {
    const browser = storage();
    vi.stubGlobal('localStorage', browser);
    const session = await started();
    browser.set('adacos.last-kept', 'x');
    wire.answer = ({ kind }) => (kind === 'open-kept' ? refuse('data/kept-gone') : undefined);
    expect(await session.getState().openKept('x', 'last-visit')).toBe('gone');
    expect(session.getState().notices).toEqual([]);
    expect([...browser.values()]).toEqual([]);
    expect(await session.getState().openKept('x')).toBe('gone');
    expect(session.getState().notices).toMatchObject([{ key: 'load', code: 'data/kept-gone' }]);
    wire.answer = ({ kind }) => (kind === 'open-kept' ? refuse('data/storage') : undefined);
    await session.getState().openKept('x', 'last-visit');
    expect(session.getState().notices).toMatchObject([{ key: 'load', code: 'data/storage' }]);
  });

  test('that cannot be read after all leave what was shown before', async () => {
    const session = await started();
    const { data, thumbnails, config } = session.getState();
    wire.answer = ({ kind }) => {
      if (kind !== 'open-kept') return undefined;
      wire.say(opening(9));
      return refuse('data/storage');
    };
    expect(await session.getState().openKept('x')).toBe('failed');
    expect(session.getState()).toMatchObject({ data, thumbnails, config, busy: null });
    expect(session.getState().notices).toMatchObject([{ key: 'load', code: 'data/storage' }]);
  });

  test('that are no longer wanted while they are read are told apart from damaged ones', async () => {
    const session = await started();
    wire.answer = ({ kind }) => (kind === 'open-kept' ? refuse('data/cancelled') : undefined);
    expect(await session.getState().openKept('x', 'last-visit')).toBe('cancelled');
    expect(session.getState().notices).toEqual([]);
  });

  test('whose copy does not follow corrections can be kept again', async () => {
    const { useSession: session } = await import('./session');
    await session.getState().openKept('x');
    const titles = () => session.getState().notices.map(({ title }) => title);
    wire.corrected = { keptBehind: { id: 'x', name: 'mine', why: 'It is full.' } };
    await session.getState().editFaces([]);
    expect(titles()).toEqual(['The kept copy of mine is not as the faces in use are.']);
    wire.corrected = {};
    await session.getState().editFaces([]);
    expect(titles()).toEqual([]);

    wire.corrected = { keptBehind: { id: 'x', name: 'mine', why: 'It is full.' } };
    await session.getState().editFaces([]);
    session.getState().notices[0]?.action?.run();
    await expect.poll(titles).toEqual([]);
    expect(wire.requests.at(-1)).toEqual({ kind: 'keep-set', name: 'mine' });
  });

  describe('whose copy is behind', () => {
    async function behind() {
      const session = await started();
      await session.getState().openKept('x');
      wire.corrected = { keptBehind: { id: 'x', name: 'mine', why: 'It is full.' } };
      await session.getState().editFaces([]);
      const keepThem = () => session.getState().notices[0]?.action?.run();
      const kept = () => wire.requests.filter(({ kind }) => kind === 'keep-set').length;
      return { session, keepThem, kept };
    }

    test('are kept once, however often that is pressed', async () => {
      const { session, keepThem, kept } = await behind();
      keepThem();
      keepThem();
      expect(session.getState().notices).toEqual([]);
      await expect.poll(() => session.getState().keptChanges).toBe(1);
      expect(kept()).toBe(1);
    });

    test('can be kept once more where that failed, and both are told', async () => {
      const { session, keepThem, kept } = await behind();
      wire.answer = ({ kind }) => (kind === 'keep-set' ? refuse('data/storage') : undefined);
      const told = {
        tone: 'error',
        code: 'data/storage',
        title: 'The kept copy of mine is not as the faces in use are.',
        detail: expect.stringMatching(/^It is full\. .+/),
      };
      keepThem();
      await expect.poll(() => session.getState().notices).toMatchObject([told]);
      expect(session.getState().keptChanges).toBe(0);
      wire.answer = () => undefined;
      keepThem();
      await expect.poll(() => session.getState().keptChanges).toBe(1);
      expect(session.getState().notices).toEqual([]);
      expect(kept()).toBe(2);
    });

    test('are said to be so where they changed while they were kept', async () => {
      const { session, keepThem } = await behind();
      wire.kept = { keptBehind: { id: 'kept-1', name: 'mine', why: 'Crops were cut.' } };
      keepThem();
      await expect
        .poll(() => session.getState().notices)
        .toMatchObject([{ tone: 'warning', detail: 'Crops were cut.' }]);
    });

    test('need not be kept once it is deleted; another’s deletion does not matter', async () => {
      const { session } = await behind();
      await session.getState().deleteKept('another');
      expect(session.getState().notices).toHaveLength(1);
      await session.getState().deleteKept('x');
      expect(session.getState().notices).toEqual([]);
      expect(session.getState().keptChanges).toBe(2);
    });
  });

  test('have the first engine opened meanwhile, and no other', async () => {
    vi.resetModules();
    const { useSession } = await import('./session');
    wire.answer = ({ kind }) => {
      if (kind === 'open-kept') wire.say(opening(9));
      return undefined;
    };
    await useSession.getState().openKept('x');
    await useSession.getState().openKept('y');
    const { engine } = useSession.getState().config;
    expect(wire.requests.map(({ kind }) => kind).filter((kind) => kind !== 'thumbnails')).toEqual([
      'open-kept',
      'prepare-engine',
      'configure',
      'open-kept',
      'configure',
    ]);
    expect(wire.requests[1]).toEqual({ kind: 'prepare-engine', way: { engine } });
  });
});

test('a worker that died can be started again', async () => {
  const session = await started();
  wire.say({ kind: 'status', status: 'running' });
  const before = wire.started;
  wire.crash();
  expect(session.getState()).toMatchObject({ status: 'idle', experiment: null });
  const [notice] = session.getState().notices;
  expect(notice).toMatchObject({ key: 'worker', tone: 'error' });
  notice?.action?.run();
  await expect.poll(() => session.getState().experiment).not.toBe(null);
  expect(wire.started).toBe(before + 1);
  expect(kinds()).toEqual(['load-synthetic', 'configure']);
  expect(session.getState().notices).toEqual([]);
});
