/** Sorts labels, each once: numbers in ascending order, then the others in code-point order. */
export function sortLabels(given: Iterable<string>): string[] {
  const rank = (label: string): number => label.trim() === "" || Number.isNaN(Number(label)) ? Infinity : Number(label);
  return [...new Set(given)].sort((a, b) => rank(a) === rank(b) ? (a < b ? -1 : 1) : rank(a) - rank(b));
}

/** Checks the labels of a configuration: returns what is expected if they are invalid. */
export function expectedLabels(value: unknown): string | undefined {
  const labels = Array.isArray(value) ? value : [];
  const areTexts = labels.every((label) => typeof label === "string" && label !== "");
  return areTexts && labels.length >= 2 && new Set(labels).size === labels.length
    ? undefined
    : "at least 2 different labels";
}
