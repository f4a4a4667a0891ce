import type { JSONFields } from "../json_fields.ts";
import type { SpecialToken } from "./special_encoding.ts";

/** Reads a field that holds a token and its id as a list of two. */
export function readSpecialToken(fields: JSONFields, name: string): SpecialToken {
  const [token, id, ...rest] = fields.array(name);
  if (typeof token === "string" && typeof id === "number" && Number.isSafeInteger(id) && id >= 0 && rest.length === 0) {
    return [token, id];
  }
  throw fields.error(name, "a token and its id");
}
