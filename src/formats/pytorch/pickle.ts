// A reader of Python's pickles that builds plain values and runs nothing. It knows the instructions of protocols 2 to 5
// that such values need, and those of sets and bytes, which it only names. What to make of a class or a function is
// asked of a table of those that are permitted.

import { InputSyntaxError } from "../../../errors.ts";

/** A class or a function by its module and name. */
export class PickleGlobal {
  /** The module and the name, such as `collections.OrderedDict`. */
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** An object of a class that is not permitted. It was not made; this stands in its place, to be named. */
export class ForeignObject {
  /** The class, such as `torch.nn.modules.linear.Linear`. */
  readonly path: string;
  /** The attributes that it would have. */
  state: unknown;

  constructor(path: string) {
    this.path = path;
  }
}

/** The functions that a pickle may call, and the values that it may refer to outside itself. */
export interface PickleContext {
  /** The beginning of messages. */
  readonly action: string;
  /** Makes the objects of the permitted functions and classes, by path. */
  readonly calls: ReadonlyMap<string, (args: readonly unknown[]) => unknown>;
  /** Whether a path may occur as a value. */
  readonly isValue: (path: string) => boolean;
  /** Returns what a persistent id refers to. */
  readonly persistent: (id: unknown) => unknown;
}

/** The result of `readPickle`. */
export interface Pickled {
  /** The value: null, booleans, numbers, texts, arrays for lists and tuples, maps, and what the context makes. */
  readonly value: unknown;
  /** Objects that are not permitted, in the order of their classes' first occurrence. */
  readonly foreign: readonly ForeignObject[];
}

/** Reads the first value of a pickle. Throws `SyntaxError` if it is damaged or has an unknown instruction. */
export function readPickle(bytes: Uint8Array, context: PickleContext): Pickled {
  const machine = new Machine(bytes, context);
  for (;;) {
    const code = machine.byte();
    if (code === STOP) return { value: machine.pop(), foreign: machine.foreign };
    const run = INSTRUCTIONS[code];
    if (!run) machine.refuse(`an unknown instruction, byte ${code}`);
    run(machine);
  }
}

const STOP = 0x2e;

/** Largest number of bytes of a whole number. */
const MOST_INTEGER_BYTES = 64;

/** Largest number of characters of a class's module and name. */
const MOST_PATH = 1000;

class Machine {
  readonly foreign: ForeignObject[] = [];
  readonly stack: unknown[] = [];
  readonly memo = new Map<number, unknown>();
  readonly context: PickleContext;
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;
  #marks: number[] = [];

  constructor(bytes: Uint8Array, context: PickleContext) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.context = context;
  }

  refuse(found: string): never {
    throw new InputSyntaxError(`${this.context.action}: expected a whole pickle, found ${found}`);
  }

  /** Moves over some bytes and returns where they begin. */
  skip(count: number): number {
    const at = this.#at;
    if (!(count <= this.#bytes.length - at)) this.refuse(`its end at byte ${this.#bytes.length}`);
    this.#at += count;
    return at;
  }

  byte(): number {
    return this.#bytes[this.skip(1)];
  }

  uint16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }

  uint64(): number {
    return Number(this.#view.getBigUint64(this.skip(8), true));
  }

  float(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }

  text(count: number): string {
    const at = this.skip(count);
    // Copied because some platforms' decoders refuse shared memory.
    return new TextDecoder().decode(this.#bytes.slice(at, at + count));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.refuse(`its end at byte ${this.#bytes.length}`);
    const text = this.text(end - this.#at);
    this.skip(1);
    return text;
  }

  /** Reads a whole number in two's complement; one beyond 2^53 becomes a bigint. */
  integer(count: number): number | bigint {
    if (count > MOST_INTEGER_BYTES) this.refuse(`a whole number of ${count} bytes`);
    const at = this.skip(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = value << 8n | BigInt(this.#bytes[at + i]);
    const signed = BigInt.asIntN(8 * count, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  mark(): void {
    this.#marks.push(this.stack.length);
  }

  /** The place of the last mark, above which values may be popped. */
  get #base(): number {
    return this.#marks.at(-1) ?? 0;
  }

  pop(): unknown {
    if (this.stack.length <= this.#base) this.refuse("an instruction without its value");
    return this.stack.pop();
  }

  top(): unknown {
    if (this.stack.length <= this.#base) this.refuse("an instruction without its value");
    return this.stack[this.stack.length - 1];
  }

  /** Removes the last mark and the values above it, and returns them. */
  popMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) this.refuse("an instruction without its mark");
    return this.stack.splice(mark);
  }

  remember(index: number): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) this.refuse(`a reference to value ${index}, which is not there`);
    this.push(this.memo.get(index));
  }

  global(module: unknown, name: unknown): void {
    if (typeof module !== "string" || typeof name !== "string") this.refuse("a class without its name");
    const path = `${module}.${name}`;
    // A long one that is named again and again would be joined and looked up each time.
    if (path.length > MOST_PATH) this.refuse(`a class with a name of ${path.length} characters`);
    const { calls, isValue } = this.context;
    if (calls.has(path) || isValue(path)) this.push(new PickleGlobal(path));
    else this.foreigner(path);
  }

  /** Pushes what stands for an object of a class that is not permitted. */
  foreigner(path: string): void {
    const object = new ForeignObject(path);
    this.foreign.push(object);
    this.push(object);
  }

  /** Moves over bytes, whose values are not kept. */
  bytes(count: number, path = "builtins.bytes"): void {
    this.skip(count);
    this.foreigner(path);
  }

  call(callee: unknown, args: unknown): void {
    if (callee instanceof ForeignObject) return this.foreigner(callee.path);
    const make = callee instanceof PickleGlobal ? this.context.calls.get(callee.path) : undefined;
    // A class that may only be named, not called.
    if (callee instanceof PickleGlobal && !make) return this.foreigner(callee.path);
    if (!make || !Array.isArray(args)) this.refuse("a call of something that cannot be called");
    this.push(make(args));
  }

  build(state: unknown): void {
    const object = this.top();
    if (object instanceof ForeignObject) object.state ??= state;
    // The attributes of an ordered dictionary, which are the versions of modules.
    else if (!(object instanceof Map)) this.refuse("attributes of a value that has none");
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (list instanceof ForeignObject) return;
    if (!Array.isArray(list)) this.refuse("an item of something that is no list");
    for (const item of items) list.push(item);
  }

  setItems(items: readonly unknown[]): void {
    const target = this.top();
    if (target instanceof ForeignObject) return;
    if (!(target instanceof Map)) this.refuse("an entry of something that is no dictionary");
    if (items.length % 2 !== 0) this.refuse("a key without its value");
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  }

  tuple(count: number): void {
    const items: unknown[] = new Array(count);
    for (let i = count - 1; i >= 0; i--) items[i] = this.pop();
    this.push(items);
  }
}

/** Makes a dictionary of keys and values in turn. */
function dictionary(machine: Machine, items: readonly unknown[]): void {
  machine.push(new Map());
  machine.setItems(items);
}

/** The instructions by their code. */
const INSTRUCTIONS: Readonly<Record<number, (machine: Machine) => void>> = {
  0x80: (m) => void m.byte(), // PROTO
  0x95: (m) => void m.skip(8), // FRAME
  0x28: (m) => m.mark(), // MARK
  0x30: (m) => void m.pop(), // POP
  0x31: (m) => void m.popMark(), // POP_MARK
  0x32: (m) => m.push(m.top()), // DUP
  0x4e: (m) => m.push(null), // NONE
  0x88: (m) => m.push(true), // NEWTRUE
  0x89: (m) => m.push(false), // NEWFALSE
  0x4a: (m) => m.push(m.int32()), // BININT
  0x4b: (m) => m.push(m.byte()), // BININT1
  0x4d: (m) => m.push(m.uint16()), // BININT2
  0x8a: (m) => m.push(m.integer(m.byte())), // LONG1
  0x8b: (m) => m.push(m.integer(m.uint32())), // LONG4
  0x47: (m) => m.push(m.float()), // BINFLOAT
  0x8c: (m) => m.push(m.text(m.byte())), // SHORT_BINUNICODE
  0x58: (m) => m.push(m.text(m.uint32())), // BINUNICODE
  0x8d: (m) => m.push(m.text(m.uint64())), // BINUNICODE8
  0x55: (m) => m.push(m.text(m.byte())), // SHORT_BINSTRING
  0x54: (m) => m.push(m.text(m.uint32())), // BINSTRING
  0x43: (m) => m.bytes(m.byte()), // SHORT_BINBYTES
  0x42: (m) => m.bytes(m.uint32()), // BINBYTES
  0x8e: (m) => m.bytes(m.uint64()), // BINBYTES8
  0x96: (m) => m.bytes(m.uint64(), "builtins.bytearray"), // BYTEARRAY8
  0x5d: (m) => m.push([]), // EMPTY_LIST
  0x29: (m) => m.push([]), // EMPTY_TUPLE
  0x7d: (m) => m.push(new Map()), // EMPTY_DICT
  0x6c: (m) => m.push(m.popMark()), // LIST
  0x74: (m) => m.push(m.popMark()), // TUPLE
  0x64: (m) => dictionary(m, m.popMark()), // DICT
  0x85: (m) => m.tuple(1), // TUPLE1
  0x86: (m) => m.tuple(2), // TUPLE2
  0x87: (m) => m.tuple(3), // TUPLE3
  0x61: (m) => m.append([m.pop()]), // APPEND
  0x65: (m) => m.append(m.popMark()), // APPENDS
  0x73: (m) => m.setItems([m.pop(), m.pop()].reverse()), // SETITEM
  0x75: (m) => m.setItems(m.popMark()), // SETITEMS
  0x8f: (m) => m.foreigner("builtins.set"), // EMPTY_SET
  0x90: (m) => m.append(m.popMark()), // ADDITEMS
  0x91: (m) => frozenSet(m), // FROZENSET
  0x71: (m) => m.remember(m.byte()), // BINPUT
  0x72: (m) => m.remember(m.uint32()), // LONG_BINPUT
  0x94: (m) => m.remember(m.memo.size), // MEMOIZE
  0x68: (m) => m.recall(m.byte()), // BINGET
  0x6a: (m) => m.recall(m.uint32()), // LONG_BINGET
  0x63: (m) => m.global(m.line(), m.line()), // GLOBAL
  0x93: (m) => stackGlobal(m), // STACK_GLOBAL
  0x52: (m) => applied(m), // REDUCE
  0x81: (m) => applied(m), // NEWOBJ
  0x92: (m) => appliedWithNames(m), // NEWOBJ_EX
  0x62: (m) => m.build(m.pop()), // BUILD
  0x51: (m) => m.push(m.context.persistent(m.pop())), // BINPERSID
};

function stackGlobal(machine: Machine): void {
  const name = machine.pop();
  machine.global(machine.pop(), name);
}

function applied(machine: Machine): void {
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

function appliedWithNames(machine: Machine): void {
  machine.pop();
  applied(machine);
}

function frozenSet(machine: Machine): void {
  machine.popMark();
  machine.foreigner("builtins.frozenset");
}
