import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import { formatShape } from "../../../src/tensor/mod.ts";
import { findStack, type KnownCells, type Stack } from "./stacks.ts";
import { identity } from "./tensors.ts";

/** Names that embeddings and output layers usually have. */
const [EMBEDDING, OUTPUT] = [
  /embed|emb\b|encoder|wte|lookup/i,
  /decoder|output|classif|linear|head|\bfc|dense|proj|logits|out\b/i,
];

/** The tensors of a classifier's attention, which are known by our names alone. */
const ATTENTION = ["attention.projection.weight", "attention.projection.bias", "attention.query"];

/** A tensor under our name, where it was asked for, or theirs. */
type Named = readonly [name: string, array: NamedArray];

/** Options of `planImport`. */
export interface PlanOptions extends KnownCells {
  /** The beginning of messages. */
  readonly action: string;
  /** Our names by theirs, which nothing overrides; an empty name leaves a tensor out. */
  readonly map?: ReadonlyMap<string, string>;
  /** The name of our output layer, such as `decoder`. */
  readonly output: string;
  /** The number of tokens, which inputs of vectors with a single 1 have as their size. */
  readonly vocabulary?: number;
}

/** The network that a checkpoint holds, and the mapping to ours. */
export interface ImportPlan {
  /** The recurrent layers. */
  readonly stack: Stack;
  /** Vocabulary size V and embedding size E. */
  readonly vocabulary: number;
  readonly embed: number;
  /** Number of outputs of the output layer, and of its inputs. */
  readonly outputs: number;
  readonly inputs: number;
  /** Whether there are weights of attention over the states. */
  readonly hasAttention: boolean;
  /** Whether the output layer's weights are those of the embedding. */
  readonly isTied: boolean;
  /** The tensors by our names. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** A line for each tensor: its name, its shape, and what became of it. */
  readonly lines: readonly string[];
}

/**
 * Finds out by names and shapes what network a checkpoint holds: an embedding, recurrent layers, and an output layer.
 * Throws `RangeError` if a part is missing or fits several tensors, if shapes do not fit one another, or if a tensor is
 * left over.
 */
export function planImport(given: ReadonlyMap<string, NamedArray>, options: PlanOptions): ImportPlan {
  const { action, output, cell, cells } = options;
  const { tensors, leftOut } = mapped(given, options);
  const stack = findStack(tensors, action, { cell, cells });
  const used = new Set([...[...stack.tensors.values()].map(({ name }) => name), ...stack.copies]);
  const attention = output === "classifier" ? ATTENTION.filter((name) => tensors.has(name)) : [];
  const rest = [...tensors].filter(([own, { name }]) => !used.has(name) && !attention.includes(own));
  const width = stack.hidden.at(-1)! * (stack.bidirectional ? 2 : 1);
  const isReadout = (shape: readonly number[]): boolean => shape.length === 2 && shape[1] % width === 0;
  const own = chooseEmbedding(rest, { stack, isReadout }, options);
  const isOneHot = own === undefined;
  const embedding = own ?? identity("embedding.weight", stack.input);
  const copies = new Set(rest.map(([, array]) => array).filter((array) => isCopy(array, embedding)));
  const others = rest.filter(([name, array]) => array !== embedding && !(copies.has(array) && !OUTPUT.test(name)));
  const readout = choose(
    others,
    { action, part: "output", ours: `${output}.weight`, expected: `[N, ${width}]`, usual: OUTPUT, isOptional: true },
    isReadout,
  );
  const isTied = output === "decoder" && !isOneHot && (!readout || copies.has(readout));
  const weight = readout ?? (isTied ? embedding : undefined);
  if (!weight) {
    const names = others.map(([name, { shape }]) => `${name} ${formatShape(shape)}`).slice(0, 4).join(", ") || "none";
    throw new InputRangeError(
      `${action}: expected a matrix [labels, ${width}] for ${output}.weight, found ${names}; --map THEIRS=OURS names it`,
    );
  }
  const [outputs, inputs] = weight.shape;
  const bias = choose(
    others,
    { action, part: "output bias", ours: `${output}.bias`, expected: `[${outputs}]`, usual: OUTPUT, isOptional: true },
    (shape) => shape.length === 1 && shape[0] === outputs,
  );
  const named = new Map<string, NamedArray>([["embedding.weight", embedding]]);
  for (const [name, array] of stack.tensors) named.set(`rnn.${name}`, array);
  if (!isTied) named.set(`${output}.weight`, weight);
  if (bias) named.set(`${output}.bias`, bias);
  for (const name of attention) named.set(name, tensors.get(name)!);
  const lines = linesOf(named, {
    ...{ stack, embedding, isOneHot, copies, leftOut },
    weight: isTied ? undefined : weight,
    cells,
  });
  refuseUnknown(named, options);
  refuseRest(given, { named, stack, copies, leftOut }, action);
  return {
    ...{ stack, vocabulary: embedding.shape[0], embed: stack.input, outputs, inputs, isTied, lines },
    hasAttention: attention.length > 0,
    tensors: withZeros(named, { stack, output, outputs }, lines),
  };
}

/**
 * Chooses the embedding. Returns undefined if the network reads vectors with a single 1: their size is that of the
 * vocabulary, and every matrix as wide as they are belongs to the output. Throws `RangeError` if there is none to
 * choose, or if the only matrix may belong to either.
 */
function chooseEmbedding(
  rest: readonly Named[],
  { stack, isReadout }: { readonly stack: Stack; readonly isReadout: (shape: readonly number[]) => boolean },
  { action, output, vocabulary, map = new Map() }: PlanOptions,
): NamedArray | undefined {
  const [ours, weight] = ["embedding.weight", `${output}.weight`];
  const isTable = (shape: readonly number[]): boolean => shape.length === 2 && shape[1] === stack.input;
  const isAsked = [...map.values()].includes(weight);
  const free = rest.filter(([name]) => !(isAsked && name === weight));
  const better = free.filter(([name]) => !OUTPUT.test(name) || EMBEDDING.test(name));
  const tables = better.filter(([, { shape }]) => isTable(shape));
  if (stack.input === vocabulary && !rest.some(([name]) => name === ours)) {
    if (tables.length === 0) return undefined;
    const isEither = tables.length === 1 && !EMBEDDING.test(tables[0][0]) && isReadout(tables[0][1].shape) &&
      !rest.some(([, array]) => array !== tables[0][1] && isReadout(array.shape));
    if (isEither && output === "classifier") return undefined;
    if (isEither) {
      const [name, { shape }] = tables[0];
      throw new InputRangeError(
        `${action}: expected an embedding and an output layer, found ${name} ${formatShape(shape)} alone; ` +
          `--map ${name}=${ours} takes it for both, --map ${name}=${weight} for the output of a network that reads ` +
          "vectors with a single 1",
      );
    }
  }
  // Of a tied network, a file may have the weights under the output's name alone.
  const candidates = tables.length > 0 ? better : free;
  return choose(
    candidates,
    { action, part: "embedding", ours, usual: EMBEDDING, expected: `[V, ${stack.input}]` },
    isTable,
  );
}

/** A line for each tensor, and for what the tensors cannot tell. */
function linesOf(
  named: ReadonlyMap<string, NamedArray>,
  { stack, embedding, isOneHot, copies, leftOut, weight, cells }: {
    readonly stack: Stack;
    readonly embedding: NamedArray;
    readonly isOneHot: boolean;
    readonly copies: ReadonlySet<NamedArray>;
    readonly leftOut: readonly string[];
    /** The output layer's own weights. */
    readonly weight: NamedArray | undefined;
    readonly cells: PlanOptions["cells"];
  },
): string[] {
  return [
    ...[...named].filter(([, array]) => !isOneHot || array !== embedding)
      .map(([name, array]) => `${array.name} ${formatShape(array.shape)} -> ${name}`),
    ...isOneHot ? [`embedding.weight: the identity, since the network reads vectors with a single 1`] : [],
    ...stack.cell === "rnn" && !cells?.size
      ? ["The activation of the recurrent layers is taken to be tanh, since the file does not tell it."]
      : [],
    ...[...stack.copies].map((name) => `${name}: left out, the same weights are read under another name`),
    ...[...copies].filter((array) => array !== weight).map(({ name }) =>
      `${name}: left out, equal to ${embedding.name}`
    ),
    ...leftOut.map((name) => `${name}: left out, as asked`),
  ];
}

/** Applies the mapping that was asked for. */
function mapped(
  given: ReadonlyMap<string, NamedArray>,
  { map = new Map(), action }: PlanOptions,
): { readonly tensors: Map<string, NamedArray>; readonly leftOut: readonly string[] } {
  const absent = [...map.keys()].find((name) => !given.has(name));
  if (absent !== undefined) {
    throw new InputRangeError(`${action}: expected --map to name a tensor of the file, found ${absent}`);
  }
  const leftOut = [...map].filter(([, ours]) => ours === "").map(([name]) => name);
  const tensors = new Map<string, NamedArray>();
  for (const [name, array] of given) if (!leftOut.includes(name)) tensors.set(map.get(name) ?? name, array);
  return { tensors, leftOut };
}

/** A part of the network, of which a tensor is looked for. */
interface Part {
  readonly action: string;
  readonly part: string;
  /** Our name, which decides if a tensor has it. */
  readonly ours: string;
  /** Matches names that the part usually has. */
  readonly usual: RegExp;
  readonly isOptional?: boolean;
  /** The shape in words. */
  readonly expected: string;
}

/** Chooses a tensor of a shape: the one with our name, the only one, or the only one with a usual name. */
function choose(
  tensors: readonly Named[],
  { action, part, ours, usual, isOptional, expected }: Part,
  fits: (shape: readonly number[]) => boolean,
): NamedArray | undefined {
  const own = tensors.find(([name]) => name === ours);
  if (own) return own[1];
  const fitting = tensors.filter(([, { shape }]) => fits(shape));
  const named = fitting.filter(([name]) => usual.test(name));
  const [best] = named.length > 0 ? named : fitting;
  const found = named.length > 0 ? named : fitting;
  if (best && found.every(([, array]) => isCopy(array, best[1]) || array === best[1])) return best[1];
  if (!best && isOptional) return undefined;
  const near = found.length > 0 ? found : tensors.filter(([name]) => usual.test(name));
  const names = near.map(([name, { shape }]) => `${name} ${formatShape(shape)}`).slice(0, 4).join(", ");
  throw new InputRangeError(
    `${action}: expected one tensor ${expected} for the ${part}, found ${
      names || "none"
    }; --map THEIRS=${ours} names it`,
  );
}

/** Whether an array has the numbers of another one. */
function isCopy(array: NamedArray, other: NamedArray): boolean {
  if (array === other || formatShape(array.shape) !== formatShape(other.shape)) return false;
  return array.data === other.data || array.data.every((value, i) => value === other.data[i]);
}

/** Throws `RangeError` if a tensor was given a name that no tensor of the network has. */
function refuseUnknown(named: ReadonlyMap<string, NamedArray>, { map = new Map(), action, output }: PlanOptions): void {
  for (const [theirs, ours] of map) {
    const isLayer = /(?:weight|bias)_(?:ih|hh)/.test(ours);
    // A tied network has the output layer's weights under the embedding's name.
    if (ours === "" || isLayer || ours === `${output}.weight` || named.has(ours)) continue;
    throw new InputRangeError(
      `${action}: expected --map ${theirs}= and the name of one of ${[...named.keys()].join(", ")}, found ${ours}`,
    );
  }
}

function refuseRest(
  given: ReadonlyMap<string, NamedArray>,
  { named, stack, copies, leftOut }: {
    readonly named: ReadonlyMap<string, NamedArray>;
    readonly stack: Stack;
    readonly copies: ReadonlySet<NamedArray>;
    readonly leftOut: readonly string[];
  },
  action: string,
): void {
  const used = new Set(named.values());
  const rest = [...given].filter(([name, array]) =>
    !used.has(array) && !copies.has(array) && !stack.copies.includes(array.name) && !leftOut.includes(name)
  );
  if (rest.length === 0) return;
  const names = rest.map(([name, { shape }]) => `${name} ${formatShape(shape)}`).slice(0, 5).join(", ");
  const more = rest.length > 5 ? ` and ${rest.length - 5} more` : "";
  throw new InputRangeError(
    `${action}: expected only an embedding, recurrent layers and an output layer, found ${names}${more}; ` +
      `--map ${rest[0][0]}= leaves out a tensor`,
  );
}

/** Adds zeros for biases that the file lacks. */
function withZeros(
  named: ReadonlyMap<string, NamedArray>,
  { stack, output, outputs }: { readonly stack: Stack; readonly output: string; readonly outputs: number },
  lines: string[],
): Map<string, NamedArray> {
  const result = new Map(named);
  const add = (name: string, length: number): void => {
    if (result.has(name)) return;
    result.set(name, { name, shape: [length], data: new Float32Array(length) });
    lines.push(`${name}: zeros, since the file has none`);
  };
  for (const [name, { shape }] of stack.tensors) {
    if (!name.startsWith("weight_ih")) continue;
    for (const bias of ["bias_ih", "bias_hh"]) add(`rnn.${name.replace("weight_ih", bias)}`, shape[0]);
  }
  add(`${output}.bias`, outputs);
  return result;
}
