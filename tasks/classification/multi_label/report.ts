/** Number of thresholds that are listed. */
const LISTED = 12;

/** Lists the fitted thresholds of labels. */
export function describeThresholds(labels: readonly string[], thresholds: readonly number[]): string {
  const all = labels.map((label, i) => `${label} ${thresholds[i].toFixed(3)}`);
  const shown = all.length > LISTED ? [...all.slice(0, LISTED), `and ${all.length - LISTED} more`] : all;
  return `Probability from which a text has a label, fitted to the validation texts: ${shown.join(", ")}.`;
}
