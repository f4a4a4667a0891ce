import { InputRangeError } from "../../errors.ts";
import { SURROGATE } from "../character_classes.ts";
import { grownInts } from "../grown.ts";
import { brief } from "../json_fields.ts";
import { MAX_MEMORY_PER_UNIT, MAX_STEPS_PER_UNIT } from "../limits.ts";
import { classesOf, type Fork, type Program, type Step } from "./program.ts";
import type { Anchor } from "./syntax.ts";

/** Steps after which a search starts to memoize; most searches end sooner. */
const STEPS_BEFORE_MEMO = 32;

/** Number of bits of the position in an array of memoized fork results, in a text that is not shorter. */
const CHUNK_BITS = 10;

/** Code units beyond those of the text for which steps may be taken. Few, since each piece of a text has them. */
const MORE_FOR_STEPS = 4;

/** Code units beyond those of the text for which memory may be used. */
const MORE_FOR_MEMORY = 2 ** 16;

const NO_MATCH = -1;

/** The arrays before they are needed: most pieces of a text need none. */
const NO_INTS = new Int32Array(0);

/**
 * Matches a program against one text like a backtracking engine: finds the leftmost match, by the first alternative
 * that succeeds.
 *
 * Patterns have no backreferences, so the outcome of a fork at a position does not depend on how it was reached. Long
 * searches memoize this, also for searches from later positions: each fork is tried at most once per position, so the
 * time for a whole text is linear in its length, whatever the pattern.
 */
export class Matcher {
  readonly #program: Program;
  readonly #text: string;
  #memory: Memory | undefined;
  /**
   * Forks on the path to the current position, two numbers each: the position, and twice the fork's number, plus one if
   * the second alternative is being tried.
   */
  #places = NO_INTS;
  #ways = NO_INTS;
  #depth = 0;
  readonly #forks: Fork[] = [];
  readonly #runStarts: Int32Array;
  readonly #runEnds: Int32Array;
  #start: Step;
  /** Steps of the current search. */
  #steps = 0;
  /** Maximum number of steps of all searches. */
  readonly #most: number;
  /** The part of it that earlier searches have left. */
  #left: number;
  /** Steps of all searches; used to test how time grows. */
  totalSteps = 0;

  /** Creates a matcher at the start of a text. */
  constructor(program: Program, text: string) {
    this.#program = program;
    this.#text = text;
    this.#start = program.start;
    this.#most = MAX_STEPS_PER_UNIT * (text.length + MORE_FOR_STEPS);
    this.#left = this.#most;
    this.#runStarts = program.runs === 0 ? NO_INTS : new Int32Array(program.runs);
    this.#runEnds = program.runs === 0 ? NO_INTS : new Int32Array(program.runs);
  }

  /** The end of the match that starts at a position; -1 if there is none. */
  matchAt(place: number): number {
    this.#steps = 0;
    this.#left = this.#most - this.totalSteps;
    if (this.#left < 0) this.#refuse();
    const end = this.#run(this.#start, place);
    this.totalSteps += this.#steps;
    return end;
  }

  /** Discards what is memoized about positions before `at`. */
  forgetBefore(place: number): void {
    this.#memory?.forgetBefore(place);
  }

  /** Runs a program at a position and returns the end of its match, or -1. */
  #run(start: Step, place: number): number {
    const base = this.#depth;
    let step: Step | undefined = start;
    let at = place;
    while (true) {
      if (step === undefined) {
        step = this.#otherWay(base);
        if (step === undefined) return NO_MATCH;
        at = this.#places[this.#depth - 1];
      }
      this.#steps++;
      let end = NO_MATCH;
      if (step.kind === "match") end = at;
      else if (step.kind === "fork") {
        const known = this.#steps > STEPS_BEFORE_MEMO ? this.#known(step, at) : undefined;
        if (known === undefined) {
          this.#enter(step, at);
          step = step.first;
          continue;
        }
        end = known;
      } else {
        at = this.#take(step, at);
        step = at < 0 ? undefined : step.next;
        continue;
      }
      if (end === NO_MATCH) step = undefined;
      else return this.#succeed(base, end);
    }
  }

  /** Runs a step other than a fork; returns the next position, or -1. */
  #take(step: Exclude<Step, Fork | { kind: "match" }>, at: number): number {
    const text = this.#text;
    switch (step.kind) {
      case "characters": {
        const code = text.codePointAt(at);
        return code !== undefined && step.codes.includes(code) ? at + (code > 0xffff ? 2 : 1) : NO_MATCH;
      }
      case "class": {
        if (at >= text.length) return NO_MATCH;
        const kind = step.classes.units[text.charCodeAt(at)];
        if (kind !== SURROGATE) return kind === 1 ? at + 1 : NO_MATCH;
        const code = text.codePointAt(at)!;
        return step.classes.of(code) === 1 ? at + (code > 0xffff ? 2 : 1) : NO_MATCH;
      }
      case "run":
        return this.#runEnd(step, at);
      case "anchor":
        return isAt(text, at, step.at) ? at : NO_MATCH;
      case "atomic":
        return this.#run(step.body, at);
      case "ahead":
        return (this.#run(step.body, at) !== NO_MATCH) !== step.isNegative ? at : NO_MATCH;
      case "behind": {
        const isFound = step.bodies.some(({ length, body }) => {
          this.#steps += length;
          const from = back(text, at, length);
          return from >= 0 && this.#run(body, from) !== NO_MATCH;
        });
        return isFound !== step.isNegative ? at : NO_MATCH;
      }
    }
  }

  /** The end of a run; memoized for all positions within the last run. */
  #runEnd({ id, classes }: Step & { kind: "run" }, at: number): number {
    if (at < this.#runStarts[id] || at >= this.#runEnds[id]) {
      this.#runStarts[id] = at;
      this.#runEnds[id] = classes.runEnd(this.#text, at, 1);
    }
    return this.#runEnds[id];
  }

  /** The memoized outcome of a fork, in a long search. */
  #known(fork: Fork, at: number): number | undefined {
    if (this.#steps > this.#left) this.#refuse();
    return this.#memory?.get(fork.id, at);
  }

  #remember(fork: number, at: number, end: number): void {
    this.#memory ??= new Memory(this.#program, this.#text.length);
    this.#memory.set(fork, at, end);
  }

  #refuse(): never {
    const steps = `${this.#most} steps, ${MAX_STEPS_PER_UNIT} for each`;
    throw tooMuch(this.#program, steps, this.#text.length, MORE_FOR_STEPS);
  }

  #enter(fork: Fork, at: number): void {
    if (this.#depth === this.#places.length) {
      this.#places = grownInts(this.#places, Math.max(64, 2 * this.#depth));
      this.#ways = grownInts(this.#ways, Math.max(64, 2 * this.#depth));
    }
    this.#forks[fork.id] = fork;
    this.#places[this.#depth] = at;
    this.#ways[this.#depth++] = 2 * fork.id;
  }

  /** Backtracks to the second alternative of the latest fork whose first one failed; `undefined` if there is none. */
  #otherWay(base: number): Step | undefined {
    while (this.#depth > base) {
      const top = this.#depth - 1;
      const way = this.#ways[top];
      if (way % 2 === 0) {
        this.#ways[top] = way + 1;
        return this.#forks[way >> 1].second;
      }
      if (this.#steps > STEPS_BEFORE_MEMO) this.#remember(way >> 1, this.#places[top], NO_MATCH);
      this.#depth = top;
    }
    return undefined;
  }

  /** All forks on the path lead to the end of the match. */
  #succeed(base: number, end: number): number {
    if (this.#steps > STEPS_BEFORE_MEMO) {
      for (let i = base; i < this.#depth; i++) this.#remember(this.#ways[i] >> 1, this.#places[i], end);
    }
    this.#depth = base;
    return end;
  }
}

/** The memoized outcomes of forks by position, in arrays of some positions allocated on demand. */
class Memory {
  /** The arrays by chunk and fork. An entry is 0 if unknown, otherwise the end of the match (-1 for none) plus 2. */
  readonly #chunks = new Map<number, (Int32Array | undefined)[]>();
  readonly #program: Program;
  readonly #length: number;
  /** Number of bits of the position in an array. */
  readonly #bits: number;
  /** Number of bytes that may still be allocated. */
  #left: number;
  #first = 0;

  constructor(program: Program, length: number) {
    this.#program = program;
    this.#length = length;
    this.#bits = Math.min(CHUNK_BITS, 32 - Math.clz32(length));
    this.#left = MAX_MEMORY_PER_UNIT * (length + MORE_FOR_MEMORY);
  }

  get(fork: number, place: number): number | undefined {
    const entry = this.#chunks.get(place >> this.#bits)?.[fork]?.[place & ((1 << this.#bits) - 1)] ?? 0;
    return entry === 0 ? undefined : entry - 2;
  }

  set(fork: number, place: number, end: number): void {
    const index = place >> this.#bits;
    let chunk = this.#chunks.get(index);
    if (chunk === undefined) {
      chunk = new Array(this.#program.forks).fill(undefined);
      this.#chunks.set(index, chunk);
    }
    (chunk[fork] ??= this.#array())[place & ((1 << this.#bits) - 1)] = end + 2;
  }

  #array(): Int32Array {
    const array = new Int32Array(1 << this.#bits);
    this.#left -= array.byteLength;
    if (this.#left >= 0) return array;
    const most = MAX_MEMORY_PER_UNIT * (this.#length + MORE_FOR_MEMORY);
    const bytes = `${most} bytes for what cannot match, ${MAX_MEMORY_PER_UNIT} for each`;
    throw tooMuch(this.#program, bytes, this.#length, MORE_FOR_MEMORY);
  }

  forgetBefore(place: number): void {
    for (; (this.#first + 1) << this.#bits <= place; this.#first++) this.#chunks.delete(this.#first);
  }
}

/** The error of a pattern that takes more than is allowed for a text. */
function tooMuch({ source }: Program, what: string, length: number, more: number): InputRangeError {
  return new InputRangeError(
    `match the pattern ${brief(source)}: expected at most ${what} of ${length} code units and ${more} more, found more`,
  );
}

/** Whether an anchor matches at a position of a text. */
function isAt(text: string, at: number, anchor: Anchor): boolean {
  switch (anchor) {
    case "text start":
      return at === 0;
    case "text end":
      return at === text.length;
    case "last line end":
      return at === text.length || (at === text.length - 1 && text[at] === "\n");
    case "line start":
      return at === 0 || (text[at - 1] === "\n" && at < text.length);
    case "line end":
      return at === text.length || text[at] === "\n";
    case "word edge":
      return isWord(text, back(text, at, 1)) !== isWord(text, at);
    case "no word edge":
      return isWord(text, back(text, at, 1)) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  const code = at < 0 ? undefined : text.codePointAt(at);
  return code !== undefined && classesOf("[\\p{L}\\p{M}\\p{Nd}\\p{Pc}]", false).of(code) === 1;
}

/** The position a number of characters before another; -1 if there are fewer. */
function back(text: string, at: number, count: number): number {
  let place = at;
  for (let i = 0; i < count; i++) {
    if (place === 0) return -1;
    place -= place > 1 && text.codePointAt(place - 2)! > 0xffff ? 2 : 1;
  }
  return place;
}
