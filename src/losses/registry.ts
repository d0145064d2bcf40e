/**
 * Every loss in a person's words: what it is called, where it comes from, what it says and what can be
 * set. Cards, help and exports read it; the mathematics lies beside it.
 */
import { LOSS_LIMITS } from './check';
import type { LossConfig, LossKind } from './types';

export interface Citation {
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly year: number;
  /** `null` where there is none: DeepFace came out in the proceedings only. */
  readonly arxiv: string | null;
}

export type HyperParameter =
  | {
      readonly kind: 'number';
      /** Field of the `LossConfig`. */
      readonly key: string;
      readonly label: string;
      readonly explanation: string;
      /** Of the value as it is stored; `rad` is shown in degrees. */
      readonly unit: 'rad' | null;
      readonly minimum: number;
      readonly maximum: number;
      /** Can be moved while training, without a restart. */
      readonly live: boolean;
    }
  | {
      readonly kind: 'choice';
      readonly key: string;
      readonly label: string;
      readonly explanation: string;
      readonly options: readonly { readonly value: string; readonly label: string }[];
    };

export interface LossDefinition<Kind extends LossKind = LossKind> {
  readonly kind: Kind;
  readonly label: string;
  readonly citation: Citation;
  /** One sentence. */
  readonly explanation: string;
  /** One line of text; C identities, N images in the batch. */
  readonly formula: string;
  /** `none`: has no s. `constant`: chosen once. `adaptive`: moves with every batch. */
  readonly scaleBehaviour: 'none' | 'constant' | 'adaptive';
  readonly hyperParameters: readonly HyperParameter[];
  readonly defaultConfig: Extract<LossConfig, { kind: Kind }>;
}

const ADACOS: Citation = {
  authors: 'Zhang, Zhao, Qiao, Wang, Li',
  title:
    'AdaCos: Adaptively Scaling Cosine Logits for Effectively Learning Deep Face Representations',
  venue: 'CVPR',
  year: 2019,
  arxiv: '1905.00292',
};

export const LOSSES: { readonly [Kind in LossKind]: LossDefinition<Kind> } = {
  softmax: {
    kind: 'softmax',
    label: 'Softmax',
    citation: {
      authors: 'Taigman, Yang, Ranzato, Wolf',
      title: 'DeepFace: Closing the Gap to Human-Level Performance in Face Verification',
      venue: 'CVPR',
      year: 2014,
      arxiv: null,
    },
    explanation:
      'Plain classification: the length of an embedding counts as much as its direction, although faces are later compared by direction alone.',
    formula: 'L = −ln( exp(W_y·x) / Σ_j exp(W_j·x) )',
    scaleBehaviour: 'none',
    hyperParameters: [],
    defaultConfig: { kind: 'softmax' },
  },
  'normalised-softmax': {
    kind: 'normalised-softmax',
    label: 'Normalised softmax',
    citation: {
      authors: 'Wang, Xiang, Cheng, Yuille',
      title: 'NormFace: L2 Hypersphere Embedding for Face Verification',
      venue: 'ACM Multimedia',
      year: 2017,
      arxiv: '1704.06369',
    },
    explanation:
      'Only angles count: embeddings and class centres have length 1, and a constant scale s that you choose sets how strict the loss is.',
    formula: 'L = −ln( exp(s·cosθ_y) / Σ_j exp(s·cosθ_j) )',
    scaleBehaviour: 'constant',
    hyperParameters: [
      {
        kind: 'number',
        key: 'scale',
        label: 'Scale s',
        explanation:
          'Too small and even a perfect match stays improbable; too large and every image nearer than 90° counts as learned.',
        unit: null,
        minimum: LOSS_LIMITS.scale[0],
        maximum: LOSS_LIMITS.scale[1],
        live: true,
      },
    ],
    defaultConfig: { kind: 'normalised-softmax', scale: 30 },
  },
  'fixed-adacos': {
    kind: 'fixed-adacos',
    label: 'Fixed AdaCos',
    citation: ADACOS,
    explanation:
      'Normalised softmax whose scale comes from the number of identities, so that the probability changes fastest around 45°.',
    formula: 's = √2·ln(C − 1)',
    scaleBehaviour: 'constant',
    hyperParameters: [],
    defaultConfig: { kind: 'fixed-adacos' },
  },
  'dynamic-adacos': {
    kind: 'dynamic-adacos',
    label: 'Dynamic AdaCos',
    citation: ADACOS,
    explanation:
      'The scale follows the training: every batch sets it so that an image at the median angle, if that is below 45°, gets a probability of about one half.',
    formula: 's = ln B_avg / cos(min(45°, θ_med)),  B_avg = 1/N · Σ_i Σ_{j≠y} exp(s_prev·cosθ_ij)',
    scaleBehaviour: 'adaptive',
    hyperParameters: [
      {
        kind: 'number',
        key: 'capAngleRad',
        label: 'Cap angle',
        explanation:
          'Median angles above it count as this, because early in training they are too large to give enough supervision; the paper uses 45°.',
        unit: 'rad',
        minimum: LOSS_LIMITS.capAngleRad[0],
        maximum: LOSS_LIMITS.capAngleRad[1],
        live: true,
      },
      {
        kind: 'choice',
        key: 'guard',
        label: 'Guard',
        explanation:
          'The formula alone can make the scale negative or let it grow without end; the guard keeps it between ¼ and 4 times the fixed scale.',
        options: [
          { value: 'clamp', label: 'On' },
          { value: 'paper-exact', label: 'Off (paper-exact)' },
        ],
      },
      {
        kind: 'choice',
        key: 'firstStep',
        label: 'First batch',
        explanation:
          'The paper uses √2·ln(C − 1) for the first batch; the widely copied PyTorch code already moves the scale there.',
        options: [
          { value: 'paper', label: 'Fixed scale, as in the paper' },
          { value: 'reference', label: 'Moves at once, as in the common code' },
        ],
      },
    ],
    defaultConfig: {
      kind: 'dynamic-adacos',
      capAngleRad: Math.PI / 4,
      guard: 'clamp',
      firstStep: 'paper',
    },
  },
};

/** In the order in which a person reads them. */
export const LOSS_KINDS: readonly LossKind[] = [
  'softmax',
  'normalised-softmax',
  'fixed-adacos',
  'dynamic-adacos',
];
