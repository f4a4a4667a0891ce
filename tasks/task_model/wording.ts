import type { Module } from "../../src/nn/mod.ts";
import { count } from "../../src/schema/mod.ts";

/** Formats a share in percent: "98.50 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/**
 * Formats the number of a model's parameters: "1,204,865 parameters".
 *
 * @example
 * ```ts
 * import { Linear } from "@elman/elman/nn";
 * import { countParameters } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countParameters({ network: new Linear({ input: 100, output: 20 }) }), "2,020 parameters");
 * ```
 */
export function countParameters({ network }: { readonly network: Module }): string {
  return count(network.parameters().reduce((sum, { size }) => sum + size, 0), "parameter");
}

/** Formats a rate per second, with one decimal below 100: "58.2", "1,646". */
export function formatSpeed(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en");
}
