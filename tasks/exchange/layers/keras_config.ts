import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import type { Origin } from "./layer.ts";

/** A layer of a Keras configuration. */
export interface KerasLayer {
  /** Its class, such as `LSTM`. */
  readonly className: string;
  /** Its name, unique in the network. */
  readonly name: string;
  /** Its options. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Facts about a file of Keras layers. */
export interface KerasFile {
  /** The beginning of messages. */
  readonly action: string;
  /** The slope of hard sigmoids in the version that wrote it. */
  readonly hardSlope: number;
}

/** A layer of a file of Keras layers. */
export type KerasOrigin = Origin & KerasFile;

/** The slope of hard sigmoids in a version of Keras, such as "3.15.1", and in all before 3 and TensorFlow.js. */
export function hardSlopeOf(version: unknown): number {
  return typeof version === "string" && Number.parseInt(version) >= 3 ? 1 / 6 : 0.2;
}

type Values = Readonly<Record<string, unknown>>;

/** Whether a value is an object. */
export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws `SyntaxError` for an invalid configuration. */
function refuse(action: string, found: string): never {
  throw new InputSyntaxError(`${action}: expected the configuration of a Keras network, found ${found}`);
}

/** Reads a layer: its class, name and options. */
export function kerasLayer(value: unknown, action: string): KerasLayer {
  if (!isObject(value)) refuse(action, "a layer that is no object");
  const { class_name: className, config } = value;
  if (typeof className !== "string") refuse(action, "a layer without class_name");
  if (!isObject(config)) refuse(action, `the layer ${className} without config`);
  const name = config.name ?? value.name;
  return { className, name: typeof name === "string" ? name : className, config };
}

/**
 * Lists the layers of a network in the order in which they run. Throws `SyntaxError` if the value is no configuration,
 * `RangeError` if the layers are no chain.
 */
export function kerasLayers(network: unknown, action: string): KerasLayer[] {
  if (!isObject(network)) refuse(action, "no object");
  const { class_name: kind, config } = network;
  const list = Array.isArray(config) ? config : isObject(config) ? config.layers : undefined;
  if (typeof kind === "string" && !["Sequential", "Functional", "Model"].includes(kind)) {
    const own = Array.isArray(list) ? "" : ", whose layers are in its own program";
    throw new InputRangeError(
      `${action}: expected a Sequential or Functional network, found one of class ${show(kind)}${own}`,
    );
  }
  if (!Array.isArray(list)) refuse(action, "one without a list of layers");
  if (kind === "Sequential") return list.map((layer) => kerasLayer(layer, action));
  if (kind === "Functional" || kind === "Model") return chainOf(list, action);
  return refuse(action, "one without class_name");
}

/** Follows the layers of a functional network from its input. */
function chainOf(list: readonly unknown[], action: string): KerasLayer[] {
  const nodes = list.map((value) => ({ layer: kerasLayer(value, action), inbound: inboundOf(value) }));
  const first = nodes.filter(({ inbound }) => inbound.length === 0);
  const several = nodes.find(({ inbound }) => inbound.length > 1);
  if (several) refuseShape(action, `the layer ${several.layer.name} with ${several.inbound.length} inputs`);
  if (first.length !== 1) refuseShape(action, `${first.length} inputs`);
  const chain = [first[0].layer];
  while (chain.length < nodes.length) {
    const last = chain.at(-1)!.name;
    const next = nodes.filter(({ inbound }) => inbound[0] === last);
    if (next.length !== 1) refuseShape(action, `${next.length} layers after ${last}`);
    chain.push(next[0].layer);
  }
  return chain;
}

function refuseShape(action: string, found: string): never {
  throw new InputRangeError(`${action}: expected a network whose layers follow each other, found ${found}`);
}

/** The names of the layers whose outputs a layer reads, in the form of any version. */
function inboundOf(value: unknown): string[] {
  const names: string[] = [];
  const walk = (item: unknown, depth: number): void => {
    if (depth > 20) return;
    if (Array.isArray(item)) {
      if (typeof item[0] === "string" && typeof item[1] === "number") names.push(item[0]);
      else for (const part of item) walk(part, depth + 1);
    } else if (isObject(item)) {
      if (Array.isArray(item.keras_history)) walk(item.keras_history, depth + 1);
      else for (const part of Object.values(item)) walk(part, depth + 1);
    }
  };
  walk((value as Values).inbound_nodes, 0);
  return names;
}

/** Shows a value of a configuration in a message. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** Reads a whole positive number of a configuration. */
export function sizeOf({ action, layer }: Origin, config: KerasLayer["config"], name: string): number {
  const size = config[name];
  if (Number.isInteger(size) && size as number > 0) return size as number;
  throw new InputRangeError(`${action}: expected a size as ${name} of ${layer}, found ${show(size)}`);
}

/** Returns the name of a function in a configuration, such as "tanh"; "linear" if there is none. */
export function functionOf(value: unknown): string {
  if (value === null || value === undefined) return "linear";
  const name = isObject(value) ? (typeof value.config === "string" ? value.config : value.class_name) : value;
  if (typeof name !== "string") return show(name);
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase();
}
