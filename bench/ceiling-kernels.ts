/**
 * Matrix products C = Aᵀ·B in float32 for the ceiling, as WGSL: A is `[inner, rows]` and B
 * `[inner, columns]`, both row-major, so that every load is a vec4. Everything a thread sums stays in
 * named variables (`s0_0` …): an array with a running index would live in memory.
 */

export interface ProductKernel {
  readonly name: string;
  readonly code: string;
  readonly workgroups: readonly [number, number];
  readonly needsSubgroups: boolean;
}

interface Tile {
  /** Rows and columns one thread sums, multiples of 4. */
  readonly rows: number;
  readonly columns: number;
}

const BINDINGS = `
@group(0) @binding(0) var<storage, read> a: array<vec4f>;
@group(0) @binding(1) var<storage, read> b: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> c: array<vec4f>;`;

/** What a device must allow for a kernel to be worth building. */
export interface KernelLimits {
  readonly size: number;
  readonly subgroups: boolean;
  readonly workgroupBytes: number;
  readonly workgroupThreads: number;
  /** Whether tiles in workgroup memory can pay: not where it is ordinary memory. */
  readonly shared: boolean;
}

/** Every kernel worth trying at `size`³, best of which is the ceiling. */
export function productKernels(limits: KernelLimits): readonly ProductKernel[] {
  const tiles: readonly Tile[] = [
    { rows: 8, columns: 8 },
    { rows: 16, columns: 8 },
    { rows: 16, columns: 16 },
  ];
  const kernels = tiles.map((tile) => registerKernel(limits.size, tile, { quads: false }));
  if (limits.subgroups) {
    // A quad shares four vec4 of A, one loaded by each of its threads.
    const shared = tiles.filter(({ rows }) => rows === 16);
    kernels.push(...shared.map((tile) => registerKernel(limits.size, tile, { quads: true })));
  }
  if (limits.shared) {
    for (const tile of [
      { rows: 4, columns: 4 },
      { rows: 8, columns: 4 },
      { rows: 8, columns: 8 },
    ]) {
      for (const depth of [8, 16, 32]) {
        const kernel = workgroupKernel(limits.size, tile, depth);
        const bytes = depth * 16 * (tile.rows + tile.columns) * 4;
        if (bytes <= limits.workgroupBytes && limits.workgroupThreads >= 256) kernels.push(kernel);
      }
    }
  }
  return kernels;
}

/** No workgroup memory: a thread loads what it needs itself, or a quarter of A and asks its quad. */
export function registerKernel(
  size: number,
  { rows, columns }: Tile,
  { quads }: { readonly quads: boolean },
): ProductKernel {
  const threads = Math.min(32, size / columns);
  const loadA = quads
    ? `let mine = a[k * ${size / 4}u + row / 4u + lane];\n` +
      range(4, (i) => `    let a${i} = quadBroadcast(mine, ${i}u);`)
    : range(rows / 4, (i) => `    let a${i} = a[k * ${size / 4}u + row / 4u + ${i}u];`);
  const code = `${quads ? 'enable subgroups;' : ''}${BINDINGS}
@compute @workgroup_size(${threads})
fn main(@builtin(global_invocation_id) id: vec3u${quads ? ', @builtin(subgroup_invocation_id) at: u32' : ''}) {
  let row = id.y * ${rows}u;
  let column = id.x * ${columns}u;
  ${quads ? 'let lane = at & 3u;' : ''}
${sums({ rows, columns })}
  for (var k = 0u; k < ${size}u; k++) {
    ${loadA}
${range(columns / 4, (i) => `    let b${i} = b[k * ${size / 4}u + column / 4u + ${i}u];`)}
${products({ rows, columns })}
  }
${stores(size, { rows, columns })}
}`;
  return {
    name: `${rows}×${columns} a thread${quads ? ', A shared by quads' : ''}`,
    code,
    workgroups: [size / columns / threads, size / rows],
    needsSubgroups: quads,
  };
}

/** 16 × 16 threads share slices of A and B, `depth` deep, in workgroup memory. */
export function workgroupKernel(
  size: number,
  { rows, columns }: Tile,
  depth: number,
): ProductKernel {
  const wideA = (16 * rows) / 4;
  const wideB = (16 * columns) / 4;
  const fill = (name: string, wide: number, origin: string): string =>
    range(
      Math.ceil((depth * wide) / 256),
      (i) => `    {
      let at = local + ${i * 256}u;
      ${depth * wide < (i + 1) * 256 ? `if (at < ${depth * wide}u)` : ''} { t${name}[at] = ${name}[(k + at / ${wide}u) * ${size / 4}u + ${origin} + at % ${wide}u]; }
    }`,
    );
  const code = `${BINDINGS}
var<workgroup> ta: array<vec4f, ${depth * wideA}>;
var<workgroup> tb: array<vec4f, ${depth * wideB}>;
@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(local_invocation_id) id: vec3u,
  @builtin(local_invocation_index) local: u32,
) {
  let row = group.y * ${16 * rows}u + id.y * ${rows}u;
  let column = group.x * ${16 * columns}u + id.x * ${columns}u;
${sums({ rows, columns })}
  for (var k = 0u; k < ${size}u; k += ${depth}u) {
    workgroupBarrier();
${fill('a', wideA, `group.y * ${wideA}u`)}
${fill('b', wideB, `group.x * ${wideB}u`)}
    workgroupBarrier();
    for (var d = 0u; d < ${depth}u; d++) {
${range(rows / 4, (i) => `    let a${i} = ta[d * ${wideA}u + id.y * ${rows / 4}u + ${i}u];`)}
${range(columns / 4, (i) => `    let b${i} = tb[d * ${wideB}u + id.x * ${columns / 4}u + ${i}u];`)}
${products({ rows, columns })}
    }
  }
${stores(size, { rows, columns })}
}`;
  return {
    name: `${rows}×${columns} a thread, ${16 * rows}×${16 * columns}×${depth} in workgroup memory`,
    code,
    workgroups: [size / (16 * columns), size / (16 * rows)],
    needsSubgroups: false,
  };
}

function sums({ rows, columns }: Tile): string {
  return grid(rows, columns / 4, (row, at) => `  var s${row}_${at} = vec4f();`);
}

function products({ rows, columns }: Tile): string {
  return grid(
    rows,
    columns / 4,
    (row, at) => `    s${row}_${at} += a${row >> 2}.${'xyzw'[row & 3]} * b${at};`,
  );
}

function stores(size: number, { rows, columns }: Tile): string {
  return grid(
    rows,
    columns / 4,
    (row, at) => `  c[(row + ${row}u) * ${size / 4}u + column / 4u + ${at}u] = s${row}_${at};`,
  );
}

function range(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

function grid(
  rows: number,
  columns: number,
  line: (row: number, column: number) => string,
): string {
  return range(rows, (row) => range(columns, (column) => line(row, column)));
}
