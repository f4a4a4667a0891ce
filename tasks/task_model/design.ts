import { Engine } from "../../src/nn/mod.ts";
import { expectShapes, loadParameters, NOT_STRICT, refuseSurplus } from "../../src/nn/parameters.ts";
import { complete, type Field, type Given, readNames, withArticle } from "../../src/schema/mod.ts";
import { refuseIfTooLarge } from "../../src/train/mod.ts";
import type { ModelCardOptions } from "./model_card.ts";
import type { ModelHead, ModelTensors } from "./model_files.ts";
import type { ModelParts, Task, TaskTypes } from "./task.ts";

/** Separates the fields saved in `config.json` from those that matter only at creation. */
export function divide<T extends TaskTypes>(
  task: Task<T>,
  values: object,
): { config: T["config"]; initial: T["initial"] } {
  // A list may be the caller's, who may change it, or a default.
  const own = (value: unknown): unknown => Array.isArray(value) ? [...value] : value;
  const take = (fields: Fields): object =>
    Object.fromEntries(
      Object.entries(values).flatMap(([name, value]) => Object.hasOwn(fields, name) ? [[name, own(value)]] : []),
    );
  return { config: take(fieldsOf(task, false)), initial: take(fieldsOf(task, true)) };
}

type Fields = Readonly<Record<string, Field>>;

/** The initial fields of a model, or those saved in `config.json`. */
function fieldsOf<T extends TaskTypes>(task: Task<T>, isInitial: boolean): Fields {
  const fields = Object.entries(task.model as Fields);
  return Object.fromEntries(fields.filter(([, field]) => (field.isInitial ?? false) === isInitial));
}

/** Returns a function that makes the network of a model, whose parameters will be replaced. */
export function emptyNetwork<T extends TaskTypes>(
  { task, config, processors }: ModelParts<T>,
): (engine: Engine) => T["network"] {
  const initial = completeInitial(task);
  return (engine) => task.network(config, { engine, processors, initial });
}

/** The default initial values, for a network whose parameters will be replaced. */
function completeInitial<T extends TaskTypes>(task: Task<T>): T["initial"] {
  return complete(fieldsOf(task, true), {}, "make a network");
}

/** A model that has been read except for its parameters, which are known to fit. */
export interface Design<T extends TaskTypes> {
  readonly config: T["config"];
  readonly processors: T["processors"];
  readonly card: ModelCardOptions;
  readonly source: string;
  readonly strict: boolean;
  /** Creates the network, with other parameters. */
  readonly network: () => T["network"];
}

/** Checks all that was read about a model, including the shapes of its parameters, before memory is taken for them. */
export function designOf<T extends TaskTypes>(
  task: Task<T>,
  { config: json, card, processors, shapes, sources }: ModelHead<T>,
  { engine, strict = true }: { readonly engine?: Engine; readonly strict?: boolean },
): Design<T> {
  const source = sources.model;
  const config = readConfig(task, json, { source: sources.config, strict });
  task.check?.(`load ${source}`, config, processors);
  const initial = completeInitial(task);
  const make = (engine: Engine): T["network"] => task.network(config, { engine, processors, initial });
  expectShapes(make(Engine.shapes()), shapes, { source, strict });
  refuseIfTooLarge(`load ${source}`, make);
  return { config, processors, card, source, strict, network: () => make(engine ?? Engine.default()) };
}

/** Creates the parts of a model that has been read. */
export function partsOf<T extends TaskTypes>(
  task: Task<T>,
  { config, processors, card, source, strict, network: make }: Design<T>,
  tensors: ModelTensors,
): ModelParts<T> {
  const network = make();
  loadParameters(network, tensors, { source, strict });
  return { task, config, processors, network, card };
}

/** Returns a change of a configuration. Throws `RangeError` if it has a value that its field or the task refuses. */
export function expectChange<T extends TaskTypes>(
  action: string,
  { task, config, processors }: ModelParts<T>,
  change: Partial<T["config"]> = {},
): Partial<T["config"]> {
  const changed = { ...config, ...change };
  complete(fieldsOf(task, false), changed as Given, action);
  task.check?.(action, changed, processors);
  return change;
}

/** Reads the fields of `config.json`. Unknown names are refused if `strict`, otherwise ignored. */
export function readConfig<T extends TaskTypes>(
  task: Task<T>,
  json: Given,
  { source, strict }: { readonly source: string; readonly strict: boolean },
): T["config"] {
  const fields = fieldsOf(task, false);
  const named = readNames(fields, json);
  const [names, known] = [Object.keys(named), Object.keys(fields)];
  if (strict) refuseSurplus(`read ${source}`, `keys of ${withArticle(task.noun)}`, names, known, NOT_STRICT);
  const found = Object.entries(named).filter(([name]) => Object.hasOwn(fields, name));
  // A default would be a guess about a saved model, so only nullable fields and those added later may be missing.
  const required = Object.entries(fields).map(([name, field]) => [name, field.isNullable ? field : asSaved(field)]);
  return complete(Object.fromEntries(required) as Fields, Object.fromEntries(found), `read ${source}`);
}

function asSaved(field: Field): Field {
  return { ...field, default: field.former };
}
