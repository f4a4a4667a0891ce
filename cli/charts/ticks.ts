/** Significant digits of a value. */
const DIGITS = 5;

/** Labels 1, 2 and 5 times a power of ten, and no other value. */
export function formatLogTick(value: number): string {
  const [digit] = Number(value.toPrecision(3)).toExponential();
  return ["1", "2", "5"].includes(digit) ? formatTick(value) : "";
}

/** Formats a value of an axis in few characters: "0.002", "150k", "2e-7". */
export function formatTick(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-3)) return Number(value.toPrecision(DIGITS)).toExponential();
  const [factor, unit] = size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((value / factor).toPrecision(DIGITS))}${unit}`;
}
