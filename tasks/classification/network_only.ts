import type { Schema } from "../../src/schema/mod.ts";

/** The settings of training that a linear model has, too. */
const SHARED: readonly string[] = ["seed", "labelWeights"];

/** The condition of a field that is of use to networks only. */
export const ONLY_NETWORKS = { field: "architecture", values: ["network"] };

/** Marks all settings of training but those that a linear model has as of use to networks only. */
export function trainsNetworks<S extends object>(schema: Schema<S>): Schema<S> {
  return onlyNetworks(schema, Object.keys(schema).filter((name) => !SHARED.includes(name)));
}

/** Marks fields as of use to networks only, unless they are of use only with the value of another field. */
export function onlyNetworks<S extends object>(schema: Schema<S>, names: readonly string[]): Schema<S> {
  const marked = Object.entries<Schema<S>[keyof S]>(schema).map(([name, field]) => {
    return [name, names.includes(name) ? { onlyWith: ONLY_NETWORKS, ...field } : field];
  });
  return Object.fromEntries(marked) as Schema<S>;
}
