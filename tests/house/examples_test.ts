import { assert, assertEquals } from "@std/assert";
import { stripComments } from "./architecture.ts";
import { type DocumentedModule, type DocumentedSymbol, unshown } from "./examples.ts";

const ROOT = new URL("../../", import.meta.url);

/**
 * The modules that users can import: the entries of deno.json, and the modules that they export as namespaces, by their
 * names.
 */
async function publicModules(): Promise<Map<string, string>> {
  const { exports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const modules = new Map<string, string>();
  for (const path of Object.values<string>(exports)) {
    const entry = new URL(path, ROOT);
    modules.set(entry.href, "");
    const text = stripComments(await Deno.readTextFile(entry));
    for (const [, name, target] of text.matchAll(/\bexport \* as (\w+) from "([^"]+)"/g)) {
      modules.set(new URL(target, entry).href, `${name}.`);
    }
  }
  return modules;
}

/** The documentation of the public modules. A namespace's symbols are named as users write them: `models.BPE`. */
async function documentedModules(): Promise<DocumentedModule[]> {
  const modules = await publicModules();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...modules.keys()],
    cwd: ROOT,
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const { nodes }: { nodes: Record<string, DocumentedModule> } = JSON.parse(new TextDecoder().decode(stdout));
  return Object.entries(nodes).map(([url, module]) => ({
    ...module,
    symbols: module.symbols.map((symbol) => ({ ...symbol, name: `${modules.get(url)}${symbol.name}` })),
  }));
}

Deno.test("every exported symbol has an example or is shown in one", async () => {
  const modules = await documentedModules();
  assert(modules.every(({ symbols }) => symbols.length > 0));
  assertEquals(unshown(modules), []);
});
const typeRef = (typeName: string) => ({ kind: "typeRef", value: { typeName } });
const declared = (name: string, kind: string, def = {}, doc = ""): DocumentedSymbol => ({
  name,
  declarations: [{ kind, def, jsDoc: { tags: [{ kind: "example", doc }] } }],
});
const code = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

Deno.test("unshown finds values that have no example and that no example imports", () => {
  const symbols = [
    declared("add", "function", {}, code('import { add, models } from "@elman/elman/nn";\nnew models.BPE();')),
    declared("sub", "function", {}, "add is sub backwards."),
    declared("mul", "function", {}, code('import { mul } from "./other.ts";')),
    declared(
      "div",
      "function",
      {},
      code('import { type Ratio, sum } from "@elman/elman/nn"; // log').replace("ts", "sh"),
    ),
    declared("sum", "function"),
    declared("Linear", "class", { methods: [{ jsDoc: { tags: [{ kind: "example", doc: code("forward();") }] } }] }),
    declared("models.BPE", "class"),
    declared("models.Unigram", "class"),
    declared("moved", "reference"),
  ];
  assertEquals(unshown([{ symbols }]), ["div", "models.Unigram", "sub", "sum"]);
  const module_doc = { doc: code('import { div,\n  type Ratio } from "@elman/elman";\nmodels.Unigram;') };
  assertEquals(unshown([{ symbols }, { module_doc, symbols: [] }]), ["models.Unigram", "sub", "sum"]);
});

Deno.test("unshown finds types that no shown type, no value and no example names", () => {
  const symbols = [
    declared("open", "function", { params: [{ tsType: typeRef("Options") }] }, code("open();")),
    declared("Options", "interface", { extends: [typeRef("Shared")], properties: [{ tsType: typeRef("Mode") }] }),
    declared("Shared", "interface"),
    declared("Mode", "typeAlias", { kind: "typeQuery", value: "MODES" }),
    declared("MODES", "variable", {}, code('import { MODES, type Named } from "@elman/elman";')),
    declared("File", "class", { extends: "Base" }, code("new File();")),
    declared("Base", "interface"),
    declared("Named", "interface", { properties: [{ tsType: typeRef("OfNamed") }] }),
    declared("OfNamed", "interface"),
    declared("Alone", "interface", { properties: [{ tsType: typeRef("OfAlone") }] }),
    declared("OfAlone", "interface"),
  ];
  assertEquals(unshown([{ symbols }]), ["Alone", "OfAlone"]);
});
