import { InputRangeError } from "../../../errors.ts";
import { show } from "../safetensors_header.ts";
import { StoredTensor } from "./tensors.ts";

/** Names under which checkpoints keep a model's state dict. */
const WRAPPERS = ["state_dict", "model_state_dict", "model_state", "model", "module", "net", "network", "weights"];

/** Maximum depth of nested dictionaries and lists. */
const MOST_NESTED = 64;

/** Maximum number of characters of a name, and of a text that is kept. */
const MOST_CHARACTERS = 1000;

/** Characters that all joined names may take: for each byte of the pickle, and in any case. */
const [MOST_NAMES, FREE_NAMES] = [64, 2 ** 20];

/** A state dict, and the numbers and texts beside it. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Record<string, string>;
}

/** Options of `stateDictOf`. */
interface StateDictOptions {
  /** The beginning of messages. */
  readonly action: string;
  /** Maximum number of values to look at: dictionaries that hold one another many times would have no end. */
  readonly most: number;
}

/**
 * Finds the tensors in what a pickle holds. Names of nested dictionaries and lists are joined by dots, except that of a
 * dictionary with the state dict, such as `model_state_dict`. Throws `RangeError` if there are none, if two have one
 * name, or if values are nested too deeply or too often.
 */
export function stateDictOf(value: unknown, { action, most }: StateDictOptions): StateDict {
  const root = stateOf(value);
  const tensors = new Map<string, StoredTensor>();
  const metadata: Record<string, string> = Object.create(null);
  let [left, characters] = [most, MOST_NAMES * most + FREE_NAMES];
  const visit = (name: string, value: unknown, depth: number): void => {
    if (--left < 0) {
      throw new InputRangeError(`${action}: expected each value once, found values that repeat endlessly`);
    }
    if (depth > MOST_NESTED) {
      throw new InputRangeError(`${action}: expected values at most ${MOST_NESTED} deep, found deeper ones`);
    }
    if ((characters -= name.length) < 0) {
      throw new InputRangeError(`${action}: expected names in proportion to the file, found far longer ones`);
    }
    if (value instanceof StoredTensor) addTensor(tensors, name === "" ? "tensor" : name, value, action);
    else if (value instanceof Map || Array.isArray(value)) {
      for (const [key, inner] of value.entries()) visit(joined(name, key, action), inner, depth + 1);
    } else if (/^(?:string|number|boolean|bigint)$/.test(typeof value)) {
      metadata[name] = String(value).slice(0, MOST_CHARACTERS);
    }
  };
  visit("", root, 0);
  if (root !== value && value instanceof Map) {
    for (const [key, inner] of value) {
      if (!isContainer(inner) && !(inner instanceof StoredTensor)) visit(joined("", key, action), inner, 1);
    }
  }
  if (tensors.size > 0) return { tensors, metadata: { ...metadata } };
  throw new InputRangeError(`${action}: expected tensors, found none`);
}

/** Adds a tensor. Throws `RangeError` if one of another dictionary has the same joined name. */
function addTensor(tensors: Map<string, StoredTensor>, name: string, tensor: StoredTensor, action: string): void {
  if (tensors.has(name)) {
    throw new InputRangeError(`${action}: expected each name of a tensor once, found ${show(name)} twice`);
  }
  tensors.set(name, tensor);
}

/**
 * Returns the dictionary with a checkpoint's state dict, or the whole if there is none. The checkpoint may have tensors
 * of its own, such as the state of a random generator; a state dict has no dictionaries of tensors in it.
 */
function stateOf(value: unknown): unknown {
  const name = wrapperOf(value);
  return name === undefined ? value : (value as ReadonlyMap<unknown, unknown>).get(name);
}

/** Returns the name under which a checkpoint keeps its state dict; undefined if it keeps none under a usual name. */
export function wrapperOf(value: unknown): string | undefined {
  if (!(value instanceof Map)) return undefined;
  return WRAPPERS.find((name) => {
    const inner = value.get(name);
    return inner instanceof Map && hasTensors(inner);
  });
}

function hasTensors(dictionary: ReadonlyMap<unknown, unknown>): boolean {
  return dictionary.values().some((value) => value instanceof StoredTensor);
}

function isContainer(value: unknown): boolean {
  return value instanceof Map || Array.isArray(value);
}

function joined(name: string, key: unknown, action: string): string {
  if (typeof key !== "string" && typeof key !== "number") {
    throw new InputRangeError(`${action}: expected a text or a number as a dictionary's key, found another value`);
  }
  const result = name === "" ? String(key) : `${name}.${key}`;
  if (result.length <= MOST_CHARACTERS) return result;
  throw new InputRangeError(
    `${action}: expected names of at most ${MOST_CHARACTERS} characters, found one of ${result.length}`,
  );
}
