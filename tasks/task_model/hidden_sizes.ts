import { custom, type Declared, type Field, type Given, readNumbers, refuse } from "../../src/schema/mod.ts";

/** The hidden size of all stacked layers, or that of each. */
export type HiddenSizes = number | readonly number[];

/** Declares the hidden size of all stacked layers, or that of each, whose number then replaces a preset's. */
export function hiddenSizes(declared: Declared<HiddenSizes>): Field<HiddenSizes> {
  return custom<HiddenSizes>({
    value: "N,...",
    check: (value) =>
      isSize(value) || Array.isArray(value) && value.length > 0 && value.every(isSize)
        ? undefined
        : "a whole number of at least 1, or one for each layer",
    parse(text) {
      const sizes = readNumbers(text);
      return sizes.length === 1 ? sizes[0] : sizes;
    },
    overrides: ({ hidden }) => Array.isArray(hidden) ? ["layers"] : [],
    ...declared,
  });
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** Returns the default number of layers: the number of hidden sizes. */
export function layersOf({ hidden }: Given): number {
  return Array.isArray(hidden) ? hidden.length : 1;
}

/** The fields of stacked layers. */
interface StackedLayers {
  readonly hidden: HiddenSizes;
  readonly layers: number;
}

/** Throws `RangeError` if there are not as many hidden sizes as layers. */
export function checkHiddenSizes(action: string, { hidden, layers }: StackedLayers): void {
  if (typeof hidden === "number" || hidden.length === layers) return;
  refuse(action, "layers", `${hidden.length}, the number of hidden sizes`, layers);
}

/** Returns the one size of all layers, or the size of each if they differ. */
export function shortestOf(sizes: readonly number[]): HiddenSizes {
  return sizes.every((size) => size === sizes[0]) ? sizes[0] : sizes;
}

/** Describes stacked layers: "2 x 256", or "1150 + 400" if they differ in size. */
export function describeHiddenSizes({ hidden, layers }: StackedLayers): string {
  const shortest = typeof hidden === "number" ? hidden : shortestOf(hidden);
  return typeof shortest === "number" ? `${layers} x ${shortest}` : shortest.join(" + ");
}
