/** Minimum table slots per edge. */
const SLOTS_PER_EDGE = 2;

/**
 * A trie of a vocabulary's strings over UTF-16 code units, in typed arrays. Edges are stored in an open-addressing hash
 * table keyed by node and code unit. Node 0 is the root.
 */
export class Trie {
  /** For each slot: the source node, the code unit, and the target node. */
  #nodes: Int32Array;
  #units: Uint16Array;
  #targets: Int32Array;
  #mask: number;
  /** The value of each node; -1 for none. */
  #values: Int32Array;
  #size = 1;

  /** @param entries The strings and their values, integers of at least 0. */
  constructor(entries: Iterable<readonly [key: string, value: number]>) {
    const list = [...entries];
    const edges = list.reduce((sum, [key]) => sum + key.length, 0);
    let capacity = 16;
    while (capacity < SLOTS_PER_EDGE * edges) capacity *= 2;
    this.#mask = capacity - 1;
    this.#nodes = new Int32Array(capacity).fill(-1);
    this.#units = new Uint16Array(capacity);
    this.#targets = new Int32Array(capacity);
    this.#values = new Int32Array(edges + 1).fill(-1);
    for (const [key, value] of list) this.#add(key, value);
  }

  /** The child of a node for a code unit; -1 if there is none. */
  child(node: number, unit: number): number {
    const slot = this.#slot(node, unit);
    return this.#nodes[slot] < 0 ? -1 : this.#targets[slot];
  }

  /** The value of the string that ends at a node; -1 if none ends there. */
  value(node: number): number {
    return this.#values[node];
  }

  #add(key: string, value: number): void {
    let node = 0;
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i);
      const slot = this.#slot(node, unit);
      if (this.#nodes[slot] < 0) {
        this.#nodes[slot] = node;
        this.#units[slot] = unit;
        this.#targets[slot] = this.#size++;
      }
      node = this.#targets[slot];
    }
    this.#values[node] = value;
  }

  #slot(node: number, unit: number): number {
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca77);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (this.#nodes[slot] >= 0 && (this.#nodes[slot] !== node || this.#units[slot] !== unit)) {
      slot = slot + 1 & this.#mask;
    }
    return slot;
  }
}
