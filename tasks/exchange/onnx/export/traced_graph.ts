import { InputRangeError } from "../../../../errors.ts";
import { Parameter, type Tensor, type TracedOperation } from "../../../../src/nn/mod.ts";
import type { GraphRun } from "../../../task_model/graph_plan.ts";
import { type Extent, formatExtent, Sizes } from "./sizes.ts";

/** A run and its operations. */
export interface Run {
  /** Its inputs and outputs. */
  readonly graph: GraphRun;
  /** Its operations. */
  readonly operations: readonly TracedOperation[];
  /** The sizes. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Attributes that may differ from run to run, or that are not compared by their text. */
const VARYING: readonly string[] = ["values", "lead", "times", "start", "end", "weights"];

/**
 * The operations on which the outputs depend, as they are in several runs of different sizes. The tensors are those of
 * the first run.
 */
export class TracedGraph {
  /** The sizes of the runs. */
  readonly sizes: Sizes = new Sizes();
  /** The operations of the first run, in their order. */
  readonly operations: readonly TracedOperation[];
  /** The first run's inputs that an operation reads. */
  readonly inputs: GraphRun["inputs"];
  #all: readonly (readonly TracedOperation[])[];
  #counterparts = new Map<unknown, readonly unknown[]>();
  #fixed = new Set<unknown>();
  #shapes = new Map<unknown, readonly (readonly number[])[]>();

  /** Throws `RangeError` if the runs differ in more than sizes. */
  constructor(runs: readonly Run[]) {
    const [{ graph, sizes }] = runs;
    for (const name of Object.keys(sizes)) this.sizes.add(name, runs.map((run) => run.sizes[name]));
    this.#all = runs.map(neededOf);
    this.operations = this.#all[0];
    this.#expectSame();
    graph.inputs.forEach(({ values }, i) => {
      this.#shapes.set(values, runs.map((run) => run.graph.inputs[i].shape));
      this.#counterparts.set(values, runs.map((run) => run.graph.inputs[i].values));
    });
    const known = new Set<unknown>(graph.inputs.map(({ values }) => values));
    this.operations.forEach((operation, index) => this.#add(operation, index, known));
    this.inputs = graph.inputs.filter(({ values }) =>
      this.operations.some(({ name, attributes, inputs }) =>
        inputs.includes(values as Int32Array) || name === "constant" && attributes.values === values
      )
    );
  }

  /** Whether a tensor depends on parameters alone. */
  isFixed(tensor: Tensor): boolean {
    return tensor instanceof Parameter || this.#fixed.has(tensor);
  }

  /** Whether rows of a tensor are read, but no operation computes with all of it. */
  isTable(tensor: Tensor): boolean {
    const readers = this.operations.filter(({ inputs }) => inputs.includes(tensor));
    return readers.length > 0 && readers.every(({ name, inputs }) => name === "gather" && inputs.indexOf(tensor) === 0);
  }

  /** Returns the extents of a tensor or of an input. */
  extentsOf(operand: unknown): readonly Extent[] {
    const shapes = this.#shapes.get(operand);
    if (!shapes) {
      if (operand instanceof Parameter) return operand.shape.map((factor) => ({ factor, symbols: [] }));
      throw new InputRangeError("export a graph: expected operands that were traced, found another");
    }
    return shapes[0].map((_, d) => this.sizes.extentOf(shapes.map((shape) => shape[d]), "an extent"));
  }

  /** Returns which extent a number of the operation at an index is. */
  numberOf(index: number, pick: (operation: TracedOperation) => number): Extent {
    return this.sizes.extentOf(this.#all.map((operations) => pick(operations[index])), "a number");
  }

  /** Whether whole numbers are the same in all runs. */
  isSameInAllRuns(values: Int32Array): boolean {
    const others = this.#counterparts.get(values);
    return others !== undefined && others.every((other) => String(other) === String(values));
  }

  /** Whether all values of a constant are the same number, in all runs. */
  uniformValue(index: number): number | undefined {
    const lists = this.#all.map((operations) => operations[index].attributes as { values: ArrayLike<number> });
    const [first] = Array.from(lists[0].values);
    return lists.every(({ values }) => Array.from(values).every((value) => value === first)) ? first : undefined;
  }

  #expectSame(): void {
    const describe = (operations: readonly TracedOperation[]): string[] =>
      operations.map(({ name, attributes }) => {
        const own = Object.entries(attributes).filter(([key]) => !VARYING.includes(key));
        return `${name} ${JSON.stringify(own)}`;
      });
    const [first, ...others] = this.#all.map(describe);
    for (const other of others) {
      const place = first.findIndex((operation, i) => operation !== other[i]);
      if (place < 0 && first.length === other.length) continue;
      throw new InputRangeError(
        `export a graph: expected the same operations for inputs of all sizes, found ${first[place]} and ${
          other[place]
        }`,
      );
    }
  }

  #add({ name, attributes, inputs, outputs }: TracedOperation, index: number, known: Set<unknown>): void {
    inputs.forEach((input, i) => {
      if (this.#counterparts.has(input)) return;
      const all = this.#all.map((operations) => operations[index].inputs[i]);
      this.#counterparts.set(input, all);
      if (input instanceof Int32Array && !known.has(input)) {
        this.#shapes.set(input, all.map((numbers) => [(numbers as Int32Array).length]));
      }
    });
    outputs.forEach((output, i) => {
      const all = this.#all.map((operations) => operations[index].outputs[i]);
      if (output instanceof Int32Array) {
        this.#shapes.set(output, all.map((numbers) => [(numbers as Int32Array).length]));
        known.add(output);
      } else if (output) this.#shapes.set(output, all.map((tensor) => (tensor as Tensor).shape));
    });
    if (name === "maxPool") this.#addWindows(inputs[0], outputs[0], attributes.size);
    const isFixed = name === "constant"
      ? !known.has(attributes.values) && this.#isSameConstant(index)
      : inputs.every((input) =>
        input === null ||
        (input instanceof Int32Array ? !known.has(input) && this.isSameInAllRuns(input) : this.isFixed(input))
      );
    // What is repeated along a size that the caller chooses depends on that size.
    const isSteady = outputs.every((output) => {
      const shapes = this.#shapes.get(output)?.map(String) ?? [];
      return shapes.every((shape) => shape === shapes[0]);
    });
    if (isFixed && isSteady && this.#hasSameAttributes(index)) {
      for (const output of outputs) this.#fixed.add(output);
    }
  }

  /** Adds the number of windows of some steps as a size of its own. */
  #addWindows(x: unknown, y: unknown, size: number): void {
    if (size === 1) return;
    const name = `ceil(${formatExtent(this.extentsOf(x)[0])}/${size})`;
    if (!this.sizes.has(name)) this.sizes.add(name, this.#shapes.get(y)!.map(([windows]) => windows));
  }

  #hasSameAttributes(index: number): boolean {
    const texts = this.#all.map((operations) => {
      const { values: _, weights: __, ...own } = operations[index].attributes as Record<string, unknown>;
      return JSON.stringify(own);
    });
    return texts.every((text) => text === texts[0]);
  }

  #isSameConstant(index: number): boolean {
    const texts = this.#all.map((operations) => {
      const { attributes, outputs } = operations[index];
      const { values } = attributes as { values: ArrayLike<number> };
      return `${(outputs[0] as Tensor).shape}: ${Array.from(values)}`;
    });
    return texts.every((text) => text === texts[0]);
  }
}

/** Returns the operations on which the outputs of a run depend. */
function neededOf({ graph, operations }: Run): TracedOperation[] {
  const needed = new Set<unknown>(graph.outputs.map(({ tensor }) => tensor));
  const found: TracedOperation[] = [];
  for (const operation of operations.toReversed()) {
    if (!operation.outputs.some((output) => output !== null && needed.has(output))) continue;
    for (const input of operation.inputs) if (input !== null) needed.add(input);
    found.push(operation);
  }
  return found.reverse();
}
