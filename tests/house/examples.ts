// The rule that every exported symbol is shown by an example, as functions of `deno doc --json`, so that tests can run
// it on made-up documentation.

type JSONValue = null | boolean | number | string | readonly JSONValue[] | { readonly [name: string]: JSONValue };

/** An exported symbol: its name as users write it, such as `models.BPE`, and what is declared under it. */
export interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly { readonly kind: string; readonly [field: string]: JSONValue }[];
}

/** The exports of a module, and its description. */
export interface DocumentedModule {
  readonly module_doc?: JSONValue;
  readonly symbols: readonly DocumentedSymbol[];
}

const TYPES = ["interface", "typeAlias"];

/** All objects in a JSON value. */
function* objectsIn(value: JSONValue): Generator<{ readonly [name: string]: JSONValue }> {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) yield value as { readonly [name: string]: JSONValue };
  for (const inner of Object.values(value)) yield* objectsIn(inner);
}

/** The code of the examples in a documentation comment, or in those of a symbol and its members. */
function examplesIn(value: JSONValue): string[] {
  const texts = [...objectsIn(value)].map(({ doc }) => doc).filter((doc) => typeof doc === "string");
  return texts.flatMap((text) => [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code));
}

/** The names that an example imports from Elman and, if it imports `models`, the members that it uses: `models.BPE`. */
function namesIn(code: string): string[] {
  const lists = code.matchAll(/\bimport\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"@elman\/elman(?:\/\w+)?"/g);
  const names = [...lists].flatMap(([, list]) => list.split(",").map((name) => name.replace(/^\s*type\s/, "").trim()));
  const members = names.flatMap((name) => [...code.matchAll(new RegExp(`\\b${name}\\.\\w+`, "g"))].map(([use]) => use));
  return [...names, ...members];
}

/** The types that a declaration names: of parameters, results, members and fields, and of what it extends. */
function typesIn(declarations: JSONValue): string[] {
  return [...objectsIn(declarations)].flatMap((object) => {
    const { kind, value } = object;
    if (kind === "typeQuery") return [value as string];
    if (kind === "typeRef") return [(value as { typeName: string }).typeName];
    return typeof object.extends === "string" ? [object.extends] : [];
  });
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

/**
 * Lists the exported symbols that no example shows. A value needs an example in its own documentation or one elsewhere
 * that imports it; a type may also be named in the signature of an exported value or by another type that is shown.
 */
export function unshown(modules: readonly DocumentedModule[]): string[] {
  const codes = modules.flatMap((module) => examplesIn(module as unknown as JSONValue));
  const named = new Set(codes.flatMap(namesIn));
  const symbols = modules.flatMap((module) => module.symbols).filter(({ declarations }) =>
    declarations.some(({ kind }) => kind !== "reference")
  );
  const isType = ({ declarations }: DocumentedSymbol): boolean =>
    declarations.every(({ kind }) => TYPES.includes(kind));
  // Namespaces may have types of the same name.
  const types = Map.groupBy(symbols.filter(isType), ({ name }) => lastPart(name));
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (!types.has(name) || reached.has(name)) return;
    reached.add(name);
    for (const { declarations } of types.get(name)!) typesIn(declarations).forEach(reach);
  };
  for (const symbol of symbols) {
    if (!isType(symbol)) typesIn(symbol.declarations).forEach(reach);
    else if (named.has(symbol.name)) reach(lastPart(symbol.name));
  }
  const isShown = (symbol: DocumentedSymbol): boolean =>
    isType(symbol)
      ? reached.has(lastPart(symbol.name))
      : named.has(symbol.name) || examplesIn(symbol.declarations).length > 0;
  return [...new Set(symbols.filter((symbol) => !isShown(symbol)).map(({ name }) => name))].sort();
}
