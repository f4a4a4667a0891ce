import type { Module } from "../../src/nn/mod.ts";

/** Formats a number with its noun: "1 pair", "2 pairs". */
export function count(n: number, noun: string): string {
  return `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
}

/** Formats a share in percent: "98.50 %". */
export function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Formats the number of a model's parameters: "1,204,865 parameters". */
export function countParameters({ network }: { readonly network: Module }): string {
  return count(network.parameters().reduce((sum, { size }) => sum + size, 0), "parameter");
}

/** Formats a rate per second, with one decimal below 100: "58.2", "1,646". */
export function formatSpeed(perSecond: number): string {
  return perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en");
}
