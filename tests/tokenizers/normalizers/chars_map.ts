/** The bit that marks a unit as an offset into the texts. */
export const LEAF = 1 << 31;

/** Builds a table in SentencePiece's format, with 256 units for each node of its trie. */
export function charsMap(entries: readonly (readonly [from: string, to: string])[]): Uint8Array<ArrayBuffer> {
  const units: number[] = [0];
  const texts: number[] = [];
  const utf8 = new TextEncoder();
  const place = (
    node: number,
    label: number,
    list: readonly (readonly [Uint8Array, string])[],
    depth: number,
  ): void => {
    const base = Math.ceil(units.length / 256) * 256;
    const end = list.find(([key]) => key.length === depth);
    units[node] = label | (end === undefined ? 0 : 256) | (node ^ base) << 10;
    units[base + 255] = 0;
    if (end !== undefined) {
      units[base] = LEAF | texts.length;
      texts.push(...utf8.encode(end[1]), 0);
    }
    for (const byte of new Set(list.filter(([key]) => key.length > depth).map(([key]) => key[depth]))) {
      place(base ^ byte, byte, list.filter(([key]) => key[depth] === byte), depth + 1);
    }
  };
  place(0, 0, entries.map(([from, to]) => [utf8.encode(from), to]), 0);
  return charsMapOf(Array.from(units, (unit) => unit ?? 0), texts);
}

/** Builds a table from the units of its trie and its texts. */
export function charsMapOf(units: readonly number[], texts: readonly number[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * units.length + texts.length);
  const view = new DataView(bytes.buffer);
  [4 * units.length, ...units].forEach((unit, i) => view.setInt32(4 * i, unit, true));
  bytes.set(texts, 4 + 4 * units.length);
  return bytes;
}
