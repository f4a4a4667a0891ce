import { CharacterClasses } from "../character_classes.ts";
import { MAX_CLASS_TABLES, MAX_PATTERN_CLASSES, MAX_PATTERN_STEPS } from "../limits.ts";
import { nonEmpty } from "./non_empty.ts";
import { parsePattern } from "./parser.ts";
import { type Anchor, type Node, patternError } from "./syntax.ts";

/** A step of a compiled pattern. Each step except the last links to the next. */
export type Step =
  /** Matches one of a few characters. */
  | { readonly kind: "characters"; readonly codes: readonly number[]; readonly next: Step }
  /** Matches a character of a class. */
  | { readonly kind: "class"; readonly classes: CharacterClasses; readonly next: Step }
  /** Matches as many characters of a class as possible, without backtracking: nothing after it could match them. */
  | { readonly kind: "run"; readonly id: number; readonly classes: CharacterClasses; readonly next: Step }
  /** Tries one alternative, then the other if the first leads to no match. */
  | Fork
  | { readonly kind: "anchor"; readonly at: Anchor; readonly next: Step }
  /** A subprogram that must match here: an atomic group consumes its match, a look-around does not. */
  | { readonly kind: "atomic"; readonly body: Step; readonly next: Step }
  | { readonly kind: "ahead"; readonly body: Step; readonly isNegative: boolean; readonly next: Step }
  | { readonly kind: "behind"; readonly bodies: readonly Behind[]; readonly isNegative: boolean; readonly next: Step }
  | { readonly kind: "match" };

/** Tries one alternative, then the other if the first leads to no match. */
export interface Fork {
  readonly kind: "fork";
  /** Identifies the fork. */
  readonly id: number;
  first: Step;
  second: Step;
}

/** A lookbehind alternative of a fixed number of characters. */
interface Behind {
  readonly length: number;
  readonly body: Step;
}

/** A compiled pattern: its source, its first step, and the numbers of forks and runs. */
export interface Program {
  readonly source: string;
  readonly start: Step;
  readonly forks: number;
  readonly runs: number;
}

/**
 * Compiles a pattern.
 *
 * @throws {SyntaxError} If the pattern is malformed, too large, or uses an unsupported feature, which the message
 * names.
 */
export function compilePattern(source: string): Program {
  return { source, ...new Compiler().compile(parsePattern(source)) };
}

const MATCH: Step = { kind: "match" };

class Compiler {
  #steps = 0;
  #forks = 0;
  #runs = 0;
  readonly #classes = new Set<CharacterClasses>();

  compile(node: Node): Omit<Program, "source"> {
    return { start: this.#add(node, MATCH), forks: this.#forks, runs: this.#runs };
  }

  /** Compiles a node that continues with `next`; returns its first step. */
  #add(node: Node, next: Step): Step {
    if (++this.#steps > MAX_PATTERN_STEPS) {
      throw patternError(`more than ${MAX_PATTERN_STEPS} steps, with repetitions expanded,`, 0);
    }
    switch (node.kind) {
      case "class":
        return this.#addClass(node, next);
      case "sequence":
        return node.parts.reduceRight((next, part) => this.#add(part, next), next);
      case "choice":
        return node.parts.map((part) => this.#add(part, next)).reduceRight((rest, way) => this.#fork(way, rest));
      case "repeat":
        return this.#addRepeat(node, next);
      case "atomic":
        return { kind: "atomic", body: this.#add(node.body, MATCH), next };
      case "anchor":
        return { kind: "anchor", at: node.at, next };
      case "look":
        return this.#addLook(node, next);
    }
  }

  #addClass(node: Node & { kind: "class" }, next: Step): Step {
    const single = SINGLE.exec(node.source);
    if (single === null) return { kind: "class", classes: this.#classesOf(node), next };
    const code = parseInt(single[1], 16);
    return { kind: "characters", codes: node.isFolded ? variantsOf(code) : [code], next };
  }

  #classesOf({ source, isFolded }: Node & { kind: "class" }): CharacterClasses {
    const classes = classesOf(source, isFolded);
    if (this.#classes.add(classes).size <= MAX_PATTERN_CLASSES) return classes;
    throw patternError(`more than ${MAX_PATTERN_CLASSES} different classes`, 0);
  }

  #addRepeat({ body, min, max, isLazy }: Node & { kind: "repeat" }, next: Step): Step {
    let step = max === Infinity ? this.#addLoop(body, isLazy, next) : next;
    for (let i = min; i < max && max !== Infinity; i++) {
      const once = this.#add(body, step);
      step = isLazy ? this.#fork(next, once) : this.#fork(once, next);
    }
    for (let i = 0; i < min; i++) step = this.#add(body, step);
    return step;
  }

  #addLoop(body: Node, isLazy: boolean, next: Step): Step {
    if (body.kind === "class" && !isLazy && next === MATCH) {
      return { kind: "run", id: this.#runs++, classes: this.#classesOf(body), next };
    }
    const turn = nonEmpty(body);
    if (turn === undefined) return next;
    const fork = this.#fork(next, next);
    const once = this.#add(turn, fork);
    if (isLazy) fork.second = once;
    else fork.first = once;
    return fork;
  }

  #addLook({ body, isBehind, isNegative }: Node & { kind: "look" }, next: Step): Step {
    if (!isBehind) return { kind: "ahead", body: this.#add(body, MATCH), isNegative, next };
    const bodies = (body.kind === "choice" ? body.parts : [body]).map((part): Behind => {
      const length = lengthOf(part);
      if (length === undefined) throw patternError("a lookbehind without a fixed length, which is not supported,", 0);
      return { length, body: this.#add(part, MATCH) };
    });
    return { kind: "behind", bodies, isNegative, next };
  }

  #fork(first: Step, second: Step): Fork {
    this.#steps++;
    return { kind: "fork", id: this.#forks++, first, second };
  }
}

const SINGLE = /^\\u\{([0-9a-f]+)\}$/;

/** All case variants of a character. */
function variantsOf(code: number): number[] {
  const character = String.fromCodePoint(code);
  const cases = [character, character.toLowerCase(), character.toUpperCase(), character.toLowerCase().toUpperCase()];
  const candidates = [
    ...cases,
    ...cases.map((text) => text.toLowerCase()),
    "\u017f",
    "\u212a",
    "\u1e9e",
    "\u03c2",
    "\u03f4",
  ];
  const folded = new RegExp(`^\\u{${code.toString(16)}}$`, "iu");
  return [...new Set(candidates.filter((text) => folded.test(text)).map((text) => text.codePointAt(0)!))];
}

/** Cached class tables, shared between patterns; a full cache is cleared. */
const TABLES = new Map<string, CharacterClasses>();

/** The table of a class; its characters get class 1. */
export function classesOf(source: string, isFolded: boolean): CharacterClasses {
  const key = `${isFolded ? "i" : ""}${source}`;
  const known = TABLES.get(key);
  if (known !== undefined) return known;
  const flags = isFolded ? "iv" : "v";
  try {
    new RegExp(`[${source}]`, flags);
  } catch {
    throw patternError(`a class that is not supported, ${source},`, 0);
  }
  const classes = new CharacterClasses([source], flags);
  if (TABLES.size === MAX_CLASS_TABLES) TABLES.clear();
  TABLES.set(key, classes);
  return classes;
}

/** The number of characters that a node matches; `undefined` if it varies. */
function lengthOf(node: Node): number | undefined {
  switch (node.kind) {
    case "class":
      return 1;
    case "anchor":
    case "look":
      return 0;
    case "atomic":
      return lengthOf(node.body);
    case "repeat": {
      const length = lengthOf(node.body);
      return length === undefined || node.min !== node.max ? undefined : length * node.min;
    }
    case "sequence":
      return node.parts.reduce<number | undefined>((sum, part) => {
        const length = lengthOf(part);
        return sum === undefined || length === undefined ? undefined : sum + length;
      }, 0);
    case "choice": {
      const lengths = new Set(node.parts.map(lengthOf));
      return lengths.size === 1 ? [...lengths][0] : undefined;
    }
  }
}
