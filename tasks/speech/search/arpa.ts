import { InputSyntaxError } from "../../../errors.ts";
import { abbreviate, count } from "../../../src/schema/mod.ts";
import { linesOf, openText } from "../../data/mod.ts";
import { NGramModel, type NGrams } from "./ngram_model.ts";

/**
 * Reads an n-gram language model in the ARPA format, such as SRILM, KenLM or the CMU toolkit writes; the file may be
 * compressed. Throws `SyntaxError` that names the line if it is damaged, `RangeError` if it cannot be read.
 *
 * @example
 * ```ts
 * import { readARPA } from "@elman/elman/tasks";
 * import { assertAlmostEquals } from "@std/assert";
 *
 * const file = await Deno.makeTempFile();
 * await Deno.writeTextFile(file, "\\data\\\nngram 1=2\n\\1-grams:\n-0.3\tred\n-0.5\t</s>\n\\end\\\n");
 * const model = await readARPA(file);
 * assertAlmostEquals(model.score(["red", "red"]), -1.1 * Math.log(10));
 * await Deno.remove(file);
 * ```
 */
export async function readARPA(path: string): Promise<NGramModel> {
  const reader = new ARPAReader(path);
  for await (const line of linesOf(await openText(path))) {
    reader.push(line.replace(/^[ \t]+|[ \t\n]+$/g, ""));
    if (reader.isComplete) break;
  }
  return reader.end();
}

/** The logarithms of the file have base 10. */
const LOG_10 = Math.log(10);

/** Reads the lines of a file. */
class ARPAReader {
  #path: string;
  #line = 0;
  /** The part that is being read: before `\data\`, the counts, the n-grams of an order, after `\end\`. */
  #part: "before" | "counts" | number | "end" = "before";
  /** The number of n-grams of each order that the file promises. */
  #counts: number[] = [];
  #orders: NGrams[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  get isComplete(): boolean {
    return this.#part === "end";
  }

  push(line: string): void {
    this.#line++;
    if (this.#part === "before") {
      if (line === "\\data\\") this.#part = "counts";
    } else if (line.startsWith("\\") && !line.includes(" ") && !line.includes("\t")) this.#begin(line);
    else if (line === "") return;
    else if (this.#part === "counts") this.#readCount(line);
    else this.#readNGram(line, this.#part as number);
  }

  /** Returns the model. */
  end(): NGramModel {
    if (this.#part === "before") this.#refuse("an n-gram model in the ARPA format, with a line \\data\\", "none", "");
    if (this.#part !== "end") this.#refuse("\\end\\", "the end of the file", ` after line ${this.#line}`);
    return new NGramModel(this.#orders);
  }

  /** Begins the next part: the n-grams of the next order, or the end. */
  #begin(line: string): void {
    const read = this.#orders.length;
    if (read > 0) this.#expectCount(read);
    const next = read < this.#counts.length ? `\\${read + 1}-grams:` : "\\end\\";
    if (this.#counts.length === 0) this.#refuse("numbers of n-grams, such as ngram 1=20", quoted(line));
    if (line !== next) this.#refuse(next, quoted(line));
    this.#part = line === "\\end\\" ? "end" : read + 1;
    if (this.#part !== "end") this.#orders.push({ logs: new Map(), backoffs: new Map() });
  }

  #expectCount(order: number): void {
    const [expected, found] = [this.#counts[order - 1], this.#orders[order - 1].logs.size];
    if (found !== expected) {
      this.#refuse(count(expected, `${order}-gram`), `${found}`, ` before line ${this.#line}`);
    }
  }

  #readCount(line: string): void {
    const [, order, found] = line.match(/^ngram\s+(\d+)\s*=\s*(\d+)$/) ?? [];
    const expected = this.#counts.length + 1;
    if (Number(order) !== expected) {
      this.#refuse(`the number of ${expected}-grams, such as ngram ${expected}=20`, quoted(line));
    }
    this.#counts.push(Number(found));
  }

  #readNGram(line: string, order: number): void {
    // A no-break or an ideographic space is a part of a word.
    const fields = line.split(/[ \t]+/);
    if (fields.length !== order + 1 && fields.length !== order + 2) {
      this.#refuse(`a logarithm, ${count(order, "word")} and perhaps another logarithm`, quoted(line));
    }
    const { logs, backoffs } = this.#orders[order - 1];
    const words = fields.slice(1, order + 1).join(" ");
    logs.set(words, this.#readLog(fields[0]));
    if (fields.length === order + 2) backoffs.set(words, this.#readLog(fields[order + 1]));
  }

  #readLog(field: string): number {
    const log = /^-inf/i.test(field) ? -Infinity : Number(field);
    if (Number.isNaN(log) || log === Infinity) this.#refuse("a logarithm", quoted(field));
    return log * LOG_10;
  }

  #refuse(expected: string, found: string, place = ` on line ${this.#line}`): never {
    throw new InputSyntaxError(`read ${this.#path}: expected ${expected}${place}, found ${found}`);
  }
}

function quoted(text: string): string {
  return text === "" ? "an empty line" : JSON.stringify(abbreviate(text, 80));
}
