import { assert, assertEquals } from "@std/assert";
import { DATA_SETS, type DataSet } from "../../bench/language_models/data_sets.ts";
import { drawCurves } from "../../bench/language_models/picture.ts";
import { commandOf, type Section, USUAL } from "../../bench/language_models/report.ts";

Deno.test("the report of language models names the command that measures all of it", () => {
  const sectionOf = (name: DataSet["name"], ...systems: string[]): Section =>
    ({ set: { name }, rows: systems.map((system) => ({ system })) }) as unknown as Section;
  const command = (sections: readonly Section[], conditions = {}): string =>
    commandOf(sections, { ...USUAL, ...conditions }).replace("deno task bench:language-models --data FOLDER", "");
  const all = DATA_SETS.map((name) => sectionOf(name, "native"));
  assertEquals(command(all), "");
  assertEquals(command([sectionOf("shakespeare", "native", "pytorch")]), " --python PYTHON --set shakespeare");
  assertEquals(command(all, { long: 0, minutes: 3, share: 0.2 }), " --minutes 3 --long 0 --share 0.2");
});

Deno.test("the names of the curves stand in the picture, and none on another", () => {
  const figures = [2.4, ...Array.from({ length: 13 }, (_, i) => 1.37 + i / 100)];
  const rows = figures.map((valid, i) => ({
    ...{ name: `Elman, cell ${i}`, system: "native", minutes: 10 },
    outcome: { curve: [[60, 3], [600, valid]] },
  }));
  const set = { title: "T", figureName: "nats", unit: "char", figure: (loss: number) => loss };
  const svg = drawCurves([{ set, rows } as unknown as Section]);
  const places = [...svg.matchAll(/x="335" y="([\d.]+)"/g)].map(([, y]) => Number(y));
  assertEquals(places.length, rows.length);
  places.forEach((y, i) => assert(y > 18 && y <= 320 && (i === 0 || y - places[i - 1] > 11.9), String(places)));
});

Deno.test("the written report of language models begins with its whole command", async () => {
  const text = await Deno.readTextFile(new URL("../../bench/results/language_models.md", import.meta.url));
  assertEquals(text.includes("PyTorch, Transformer"), text.includes("--data FOLDER --python PYTHON"));
});
