import { ctcLoss } from "../oracles/mod.ts";
import type { Numbers, Operands } from "./numbers.ts";

/** Returns the labels of each sequence from rows of S. */
function labelsOf(labels: Numbers, sizes: Numbers, S: number): Numbers[] {
  return Array.from(sizes, (size, b) => labels.subarray(b * S, b * S + size));
}

export function ctc_loss(
  ...[T, B, C, S, blank, zeroes, x, lengths, labels, sizes, , losses]: Operands<"ctc_loss">
): void {
  const all = ctcLoss({ x, T, B, C, lengths, labels: labelsOf(labels, sizes, S), blank }).losses;
  losses.set(all.map((loss) => zeroes && loss === Infinity ? 0 : loss));
}

export function ctc_loss_backward(
  ...[T, B, C, S, blank, x, lengths, labels, sizes, , slopes, dx]: Operands<"ctc_loss_backward">
): void {
  const { dx: own } = ctcLoss({ x, T, B, C, lengths, labels: labelsOf(labels, sizes, S), blank }).backward(slopes);
  own.forEach((d, i) => dx[i] += d);
}
