import type { Field, Given } from "../../src/schema/mod.ts";
import { hasEffect } from "../arguments/mod.ts";

/**
 * Leaves out the fields that have no effect, because another field has a value with which they are not used, such as
 * the momentum of an optimizer without one. `all` has the values of the other fields.
 */
export function usedFields(values: Given, fields: Readonly<Record<string, Field>>, all: Given = values): Given {
  const isUsed = ([name]: readonly [string, unknown]): boolean => hasEffect(fields[name] ?? {}, all);
  return Object.fromEntries(Object.entries(values).filter(isUsed));
}
