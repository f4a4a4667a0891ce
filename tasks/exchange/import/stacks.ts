import { InputRangeError } from "../../../errors.ts";
import type { NamedArray } from "../../../src/formats/mod.ts";
import type { Cell } from "../../../src/nn/mod.ts";
import { count } from "../../../src/schema/mod.ts";
import { formatShape } from "../../../src/tensor/mod.ts";
import { GATES, type ImportedCell } from "../layers/layer.ts";

/** A tensor of a recurrent layer in PyTorch's names; `_raw` are the weights before weight drop. */
const PARAMETER = /^(?:(.*)\.)?(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)(?:_l(\d+))?(_reverse)?(_raw)?$/;

/** The cells that PyTorch has, by their number of gates. */
const CELLS: Readonly<Record<number, Cell>> = { 1: "rnn", 3: "gru", 4: "lstm" };

/** The recurrent layers of a checkpoint. */
export interface Stack {
  /** The cell: the known one, or that of PyTorch with as many gates. */
  readonly cell: Cell;
  /** The input size. */
  readonly input: number;
  /** The hidden size of each layer. */
  readonly hidden: readonly number[];
  /** Whether there are two directions. */
  readonly bidirectional: boolean;
  /** The tensors by the names of our layers, such as `weight_ih_l0`; biases that are missing are not there. */
  readonly tensors: ReadonlyMap<string, NamedArray>;
  /** Names of tensors that hold the same weights again, such as those that weight drop made of the raw ones. */
  readonly copies: readonly string[];
}

/** The cells of recurrent layers, as far as they are known. */
export interface KnownCells {
  /** The cell of all layers. */
  readonly cell?: ImportedCell;
  /** The cells by the names of their modules, where the file tells them. */
  readonly cells?: ReadonlyMap<string, Cell>;
}

/** A tensor, and its place in a module. */
interface Found {
  readonly array: NamedArray;
  readonly parameter: string;
  readonly layer: number;
  readonly suffix: string;
  readonly isRaw: boolean;
}

/**
 * Finds the recurrent layers among tensors, by their names. Modules of one layer each, such as `rnns.0` and `rnns.1`,
 * are one stack: in the order of the file if it tells their cells, otherwise in that of their names. Throws
 * `RangeError` if there are none, or if they do not fit one another.
 */
export function findStack(
  tensors: ReadonlyMap<string, NamedArray>,
  action: string,
  { cell, cells }: KnownCells = {},
): Stack {
  const modules = modulesOf(tensors);
  if (modules.size === 0) {
    throw new InputRangeError(
      `${action}: expected recurrent layers with names such as rnn.weight_ih_l0, found none; --map THEIRS=OURS names them`,
    );
  }
  const stack = new Map<string, NamedArray>();
  const copies: string[] = [];
  let layers = 0;
  const known: (Cell | undefined)[] = [];
  for (const name of orderOf([...modules.keys()], cells)) {
    const found = modules.get(name)!;
    for (const { array, parameter, layer, suffix, isRaw } of found) {
      const own = `${parameter}_l${layers + layer}${suffix}`;
      if (parameter === "weight_hr") {
        throw new InputRangeError(
          `${action}: expected layers without projections, found ${array.name}; in a program, loadStateDict fills an ` +
            "LSTM that has one",
        );
      }
      const other = stack.get(own);
      // Weight drop keeps the raw weights beside those that it made of them for the last batch.
      if (other && !isRaw) copies.push(array.name);
      else {
        if (other) copies.push(other.name);
        stack.set(own, array);
      }
    }
    const count = 1 + found.reduce((most, { layer }) => Math.max(most, layer), 0);
    for (let i = 0; i < count; i++) known.push(cell ?? cells?.get(name));
    layers += count;
  }
  return { ...shapeOf(stack, layers, action, known), tensors: stack, copies };
}

/** The order of modules: that of a file of layers, or that of their names, since a checkpoint may have any. */
function orderOf(names: readonly string[], cells: KnownCells["cells"]): readonly string[] {
  return cells?.size ? names : names.toSorted(new Intl.Collator("en", { numeric: true }).compare);
}

function modulesOf(tensors: ReadonlyMap<string, NamedArray>): Map<string, Found[]> {
  const modules = new Map<string, Found[]>();
  for (const [name, array] of tensors) {
    const match = PARAMETER.exec(name);
    if (!match) continue;
    const [, path = "", parameter, layer = "0", suffix = "", raw] = match;
    // Weight drop puts the layer into a module of its own.
    const module = path.replace(/\.module$/, "");
    const found = { array, parameter, layer: Number(layer), suffix, isRaw: raw !== undefined };
    modules.set(module, [...modules.get(module) ?? [], found]);
  }
  return modules;
}

function shapeOf(
  stack: ReadonlyMap<string, NamedArray>,
  layers: number,
  action: string,
  known: readonly (Cell | undefined)[],
): Omit<Stack, "tensors" | "copies"> {
  const bidirectional = stack.has("weight_ih_l0_reverse");
  const directions = bidirectional ? 2 : 1;
  const hidden: number[] = [];
  const cells = new Set<Cell>();
  const matrix = (name: string): readonly number[] => {
    const array = stack.get(name);
    if (array?.shape.length === 2) return array.shape;
    const found = array ? formatShape(array.shape) : "none";
    throw new InputRangeError(`${action}: expected a matrix for rnn.${name}, found ${found}`);
  };
  for (let layer = 0; layer < layers; layer++) {
    const [rows, H] = matrix(`weight_hh_l${layer}`);
    const cell = known[layer] ?? CELLS[rows / H];
    const gates = GATES[cell as ImportedCell];
    if (cell === undefined || gates !== undefined && rows !== gates * H) {
      const blocks = cell === undefined ? "1, 3 or 4 blocks" : count(gates, "block");
      throw new InputRangeError(
        `${action}: expected ${blocks} of ${H} rows in rnn.weight_hh_l${layer}, found ${formatShape([rows, H])}`,
      );
    }
    const [, inputs] = matrix(`weight_ih_l${layer}`);
    const expected = directions * (hidden.at(-1) ?? inputs / directions);
    if (inputs !== expected) {
      const [above, below] = [layer, layer - 1].map((layer) => stack.get(`weight_ih_l${layer}`)!.name);
      throw new InputRangeError(
        `${action}: expected ${above} to be ${formatShape([rows, expected])}, since the layer of ${below} has ` +
          `${expected} outputs, found ${formatShape([rows, inputs])}`,
      );
    }
    cells.add(cell);
    hidden.push(H);
  }
  if (cells.size > 1) {
    throw new InputRangeError(`${action}: expected layers of one cell, found ${[...cells].join(", ")}`);
  }
  return { cell: [...cells][0], input: matrix("weight_ih_l0")[1], hidden, bidirectional };
}
