import { assertEquals } from "@std/assert";

const SCRIPT = new URL("../goldens/generate.py", import.meta.url);

Deno.test("the generator of the goldens defines each function once, so that none replaces another", async () => {
  const names = [...(await Deno.readTextFile(SCRIPT)).matchAll(/^(?:def|class) (\w+)/gm)].map(([, name]) => name);
  assertEquals(names.filter((name, i) => names.indexOf(name) !== i), []);
});

Deno.test("the generator of the goldens names only options that translators have", async () => {
  const script = await Deno.readTextFile(SCRIPT);
  const [, declared] = script.match(/^TRANSLATOR = \{\n([^]*?)^\}/m)!;
  const named = [...script.matchAll(/options\[f?"((?:\{side\}|source|target)\w+)"\]/g)].map(([, name]) => name);
  const missing = named.filter((name) => !declared.includes(`"${name.replace("{side}", "source")}"`));
  assertEquals([named.length > 0, missing], [true, []]);
});
