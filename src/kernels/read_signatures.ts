/**
 * Reads the kernels' signatures from their AssemblyScript sources and writes the module that tells them to TypeScript;
 * `src/kernels/assembly/operands.ts` describes what a source says.
 * @module
 */

/** An operand as its source declares it. */
interface Operand {
  readonly name: string;
  readonly kind: string;
  /** The type of the elements at an address; undefined for a number. */
  readonly element: string | undefined;
  readonly isOptional: boolean;
}

/** A kernel as its source declares it. */
interface Kernel {
  readonly name: string;
  /** The comment without its tags, in lines. */
  readonly summary: readonly string[];
  readonly operands: readonly Operand[];
  /** The tags of the comment, without the at sign: `work 4 * n`. */
  readonly tags: readonly string[];
}

const NUMBERS = ["Count", "Flag", "Code", "Bits", "Float", "Double"];
const ADDRESSES = ["Reads", "Writes", "Updates"];
const ELEMENTS = ["f32", "f64", "i32", "u16", "i8"];
/** The functions that expressions may call, and the beginnings of their calls in the module. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  ceil: "Math.ceil(",
  most: "most(read, ",
  panels: "panels(",
  span: "span(",
  sum: "sum(read, ",
};

/** The module that defines signatures, as the artifacts import it. */
const MODULE = "../signature.ts";

/** Returns the module with the signatures of all kernels of `index.ts`; `read` returns the text of a source. */
export function signaturesModule(read: (file: string) => string): string {
  const kernels = readKernels(read).sort((a, b) => a.name < b.name ? -1 : 1);
  return `// Made by \`deno task kernels\` from the sources in src/kernels/assembly/.
import type { Address, ${NUMBERS.join(", ")}, Signature } from ${JSON.stringify(MODULE)};
import { address, most, number, panels, span, sum } from ${JSON.stringify(MODULE)};

/** The operands of every kernel that callers supply. */
export interface KernelOperands {
${kernels.map(operandsOf).join("")}}

/** The signature of every kernel. */
export const SIGNATURES: { readonly [Kernel in keyof KernelOperands]: Signature } = {
${kernels.map(signatureOf).join("")}};
`;
}

function readKernels(read: (file: string) => string): Kernel[] {
  const exports = [...read("index.ts").matchAll(/export \{([^}]*)\} from "\.\/(\w+)";/g)];
  return exports.flatMap(([, names, file]) => {
    const source = read(`${file}.ts`);
    return (names.match(/\w+/g) ?? []).flatMap((name) => readKernel(name, `${file}.ts`, source) ?? []);
  });
}

/** Reads an exported function; returns undefined if it is not a kernel, since it shares no work. */
function readKernel(name: string, file: string, source: string): Kernel | undefined {
  const pattern = new RegExp(
    String.raw`/\*\*((?:(?!\*/)[^])*)\*/\s+(?:@inline\s+)?export function ${name}\(([^)]*)\): (\w+)`,
  );
  const [, comment, list, result] = source.match(pattern) ?? fail(name, file, "a comment and a function", "none");
  const parameters = list.split(",").map((parameter) => parameter.trim()).filter((parameter) => parameter !== "");
  if (parameters.length === 0) return undefined;
  const last = parameters.splice(-2).join(", ");
  if (last !== "worker: u32, workers: u32") fail(name, file, "worker: u32, workers: u32 at the end", last);
  if (result !== "void") fail(name, file, "no result", result);
  const operands = parameters.map((parameter) => readOperand(parameter, name, file));
  const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trim());
  const isTag = (line: string): boolean => line.startsWith("@");
  const kernel = {
    name,
    summary: lines.filter((line) => line !== "" && !isTag(line)),
    operands,
    tags: lines.filter(isTag).map((line) => line.slice(1)),
  };
  checkTags(kernel, file);
  return kernel;
}

function readOperand(parameter: string, kernel: string, file: string): Operand {
  const [, name, optional, kind, element] = parameter.match(/^(\w+): (?:(Optional)<)?(\w+)(?:<(\w+)>)?>?$/) ??
    fail(kernel, file, "name: Kind", parameter);
  const isAddress = ADDRESSES.includes(kind);
  const isKnown = isAddress
    ? ELEMENTS.includes(element)
    : !optional && !element && [...NUMBERS, "Scratch"].includes(kind);
  if (!isKnown) fail(kernel, file, "a kind of operand of operands.ts", parameter);
  return { name, kind, element: isAddress ? element : undefined, isOptional: optional !== undefined };
}

/** Throws `SyntaxError` unless every address has an extent, and scratch memory is the last operand. */
function checkTags({ name, operands, tags }: Kernel, file: string): void {
  const unknown = tags.find((tag) => !/^(?:extent [\w ]+: .|inplace \w+ \w+$|work .)/.test(tag));
  if (unknown !== undefined) fail(name, file, "@extent names: expression, @inplace y x or @work expression", unknown);
  const early = operands.slice(0, -1).find(({ kind }) => kind === "Scratch");
  if (early) fail(name, file, "scratch memory as the last operand", `${early.name} before others`);
  const named = tagged(tags, "extent").flatMap((tag) => tag.split(":")[0].split(" "));
  for (const { name: operand, element } of operands) {
    const count = named.filter((other) => other === operand).length;
    if (count !== (element ? 1 : 0)) {
      fail(name, file, `${element ? "one extent" : "no extent"} of ${operand}`, `${count}`);
    }
  }
  const stranger = [...named, ...tagged(tags, "inplace").flatMap((tag) => tag.split(" "))]
    .find((other) => !operands.some((operand) => operand.name === other));
  if (stranger !== undefined) fail(name, file, "tags of its operands", stranger);
}

/** Returns the contents of the tags of a kind. */
function tagged(tags: readonly string[], kind: string): string[] {
  return tags.filter((tag) => tag.startsWith(`${kind} `)).map((tag) => tag.slice(kind.length + 1));
}

/** The entry of `KernelOperands`. */
function operandsOf({ name, summary, operands }: Kernel): string {
  const types = operands.filter(({ kind }) => kind !== "Scratch").map(({ name, kind, element, isOptional }) =>
    `    ${name}: ${element ? `Address${isOptional ? " | 0" : ""}` : kind},\n`
  );
  return `  /**\n${summary.map((line) => `   * ${line}\n`).join("")}   */\n  ${name}: [\n${types.join("")}  ];\n`;
}

/** The entry of `SIGNATURES`. */
function signatureOf({ name, operands, tags }: Kernel): string {
  const names = operands.map((operand) => operand.name);
  const quantity = (expression: string): string => compile(expression, names, name);
  const extents = tagged(tags, "extent").map((tag) => tag.match(/^([\w ]+): (.*)$/)!);
  const inPlace = tagged(tags, "inplace").map((tag) => tag.split(" "));
  const list = operands.filter(({ kind }) => kind !== "Scratch").map(({ name, kind, element, isOptional }) => {
    if (!element) return `      number("${name}", "${kind.toLowerCase()}"),\n`;
    const [, , extent] = extents.find(([, names]) => names.split(" ").includes(name))!;
    const same = inPlace.filter(([own]) => own === name).map(([, other]) => `"${other}"`);
    const details = [
      ...isOptional ? ["isOptional: true"] : [],
      ...same.length > 0 ? [`inPlace: [${same.join(", ")}]`] : [],
    ].join(", ");
    const more = details === "" ? "" : `, { ${details} }`;
    return `      address("${name}", "${kind.toLowerCase()}", "${element}", ${quantity(extent)}${more}),\n`;
  });
  const usesScratch = operands.some(({ kind }) => kind === "Scratch");
  const [work = "0"] = tagged(tags, "work");
  return `  ${name}: {\n    operands: [\n${list.join("")}    ],\n    usesScratch: ${usesScratch},\n` +
    `    work: ${quantity(work)},\n  },\n`;
}

/** Returns the arrow function that computes an expression from the operands and the integers in memory. */
function compile(expression: string, names: readonly string[], kernel: string): string {
  const tokens = expression.match(/\w+(?:\[\w+\]|\(| \()?|[-+*\/()<>?:,]|\S/g) ?? [];
  const used = new Set<number>();
  const use = (name: string): string => {
    if (/^\d+$/.test(name)) return name;
    if (!names.includes(name)) fail(kernel, "its tags", "names of its operands", name);
    used.add(names.indexOf(name));
    return name;
  };
  const compiled = tokens.map((token) => {
    const [, word, index] = token.match(/^(\w+)\[(\w+)\]$/) ?? [];
    if (word !== undefined) return `read(${use(word)}, ${use(index)})`;
    if (/^\w+$/.test(token)) return use(token);
    if (/^\w+\($/.test(token)) {
      return FUNCTIONS[token.slice(0, -1)] ?? fail(kernel, "its tags", Object.keys(FUNCTIONS).join(", "), token);
    }
    if (token === ",") return ", ";
    if (/^[*\/+<?:]$|^-$/.test(token)) return ` ${token} `;
    return /^[()]$/.test(token) ? token : fail(kernel, "its tags", "arithmetic", token);
  }).join("");
  const last = Math.max(-1, ...used);
  const places = names.slice(0, last + 1).map((name, i) => used.has(i) ? name : "");
  const parameters = last < 0 ? "" : `[${places.join(", ")}]`;
  return `(${parameters}${/\bread\b/.test(compiled) ? ", read" : ""}) => ${compiled}`;
}

function fail(kernel: string, file: string, expected: string, found: string): never {
  throw new SyntaxError(`read kernel ${kernel} in ${file}: expected ${expected}, found ${found}`);
}
