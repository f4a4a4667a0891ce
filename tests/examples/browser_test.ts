// What the browser's page computes, without a browser; tests/browser/demo_test.ts tests the page itself.

import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import type { Client } from "../../examples/browser/client.ts";
import { ticksOf } from "../../examples/browser/curve.ts";
import { hiddenUnits } from "../../examples/browser/hidden_units.ts";
import { nextTokens } from "../../examples/browser/next_tokens.ts";
import { Points } from "../../examples/browser/points.ts";
import { Session } from "../../examples/browser/session.ts";
import { TextSection } from "../../examples/browser/text_section.ts";
import { ByteTokenizer, CharTokenizer, Engine, LanguageModel, WordTokenizer } from "../../mod.ts";

const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), embed: 4, hidden: 6, seed: 2 });
const words = LanguageModel.create({ tokenizer: WordTokenizer.train("to be or not to be\n"), embed: 4, hidden: 4 });

Deno.test("the units of a text do not depend on what follows, and are ranked by their variance", () => {
  const long = hiddenUnits(model, "to be or");
  const short = hiddenUnits(model, "to be");
  assertEquals([long.units, long.pieces.join("|"), long.values.length], [6, "t|o| |b|e| |o|r", 48]);
  assertEquals(short.values, long.values.slice(0, 30));
  const variances = long.ranked.map((unit) => {
    const own = Array.from(long.pieces, (_, t) => long.values[t * 6 + unit]);
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / own.length;
  });
  assertEquals(variances, variances.toSorted((a, b) => b - a));
});

Deno.test("the pieces of a text join to it, with the spaces between words and characters of several tokens", () => {
  for (const [tokenizer, text] of [[words.tokenizer, "to be or\n"], [new ByteTokenizer(), "a€é"]] as const) {
    const { pieces } = hiddenUnits(LanguageModel.create({ tokenizer, hidden: 4 }), text);
    assertEquals([pieces.join(""), pieces.length], [text, tokenizer.encode(text).length]);
  }
});

Deno.test("characters that the model does not know are left out of the text that it reads", () => {
  assertEquals(hiddenUnits(model, "tXo").pieces, ["t", "o"]);
  assertThrows(() => hiddenUnits(model, "X"), RangeError, "found none of its symbols");
});

Deno.test("next tokens have the model's probabilities at temperature 1, and those of the likeliest sum to 1", async () => {
  const prompt = "to b";
  const all = await nextTokens(model, prompt, { temperature: 1, topK: null });
  const [{ logprobs }] = await model.completeAll([prompt], { maxTokens: 1, logprobs: 3, seed: 1 });
  for (const [i, { token, logprob }] of logprobs![0].top.entries()) {
    assertEquals(all[i].text, token);
    assertAlmostEquals(all[i].probability, Math.exp(logprob), 1e-6);
  }
  const few = await nextTokens(model, prompt, { temperature: 0.5, topK: 3 });
  assertEquals(few.map(({ text }) => text), all.slice(0, 3).map(({ text }) => text));
  assertAlmostEquals(few.reduce((sum, { probability }) => sum + probability, 0), 1, 1e-9);
  const ratio = (all[0].probability / all[1].probability) ** 2;
  assertAlmostEquals(few[0].probability / few[1].probability, ratio, 1e-6 * ratio);
});

Deno.test("the unknown token is not among the next tokens, whose probabilities sum to 1 without it", async () => {
  const { tokenizer } = words;
  const next = await nextTokens(words, "to", { temperature: 1, topK: null });
  assertEquals([next.length, next.some(({ text }) => text === "<unk>")], [tokenizer.size - 1, false]);
  assertAlmostEquals(next.reduce((sum, { probability }) => sum + probability, 0), 1, 1e-9);
});

Deno.test("the curve of a long run has few points, which keep the mean of the losses and the last step", () => {
  const points = new Points(8);
  const lengths: number[] = [];
  for (let step = 1; step <= 1000; step++) {
    points.add({ step, loss: step });
    lengths.push(points.all.length);
  }
  assertEquals([Math.max(...lengths), points.all.at(-1)!.step], [8, 1000]);
  assertEquals(points.all.slice(0, 2), [{ step: 128, loss: 64.5 }, { step: 256, loss: 192.5 }]);
});

Deno.test("the axis of the losses has few round numbers, however high the losses of a run rise", () => {
  assertEquals([1, 4.17, 1e6].map(ticksOf), [[0, 0.5, 1], [0, 2, 4], [0, 5e5, 1e6]]);
  for (const top of [1.2, 2.5, 8, 9.21, 35, 99, 3.3e12, 1e300]) {
    const ticks = ticksOf(top);
    assertEquals([ticks.length >= 2, ticks.length <= 5, ticks.at(-1)! <= top], [true, true, true], `${top}: ${ticks}`);
    assertMatch(ticks[1].toExponential(), /^[125]e/);
  }
});

/** Runs a function with a document of elements that only keep what they show. */
async function withDocument(body: (byId: (id: string) => { textContent: string }) => Promise<void>): Promise<void> {
  const elements = new Map<string, { textContent: string }>();
  const classList = { add: () => {}, remove: () => {} };
  const getElementById = (id: string): { textContent: string } => {
    const element = elements.get(id) ?? { textContent: "", value: "", classList, addEventListener: () => {} };
    elements.set(id, element);
    return element;
  };
  Object.assign(globalThis, { document: { getElementById } });
  try {
    await body(getElementById);
  } finally {
    delete (globalThis as { document?: unknown }).document;
  }
}

Deno.test("a text of any length has one kind of line ends, and a file that cannot be read says why", async () => {
  await withDocument(async (byId) => {
    const section = new TextSection({ call: () => new Promise(() => {}) } as unknown as Client);
    for (const lines of [1, 1e5]) {
      await section.open(new File(["a\r\nb\r".repeat(lines)], "a.txt"));
      assertEquals(section.text, "a\nb\n".repeat(lines));
    }
    const broken = { name: "b.txt", text: () => Promise.reject(new RangeError("no permission")) };
    await section.open(broken as unknown as File);
    assertEquals(byId("text-status").textContent, "no permission");
  });
});

Deno.test("the page asks for no icon from elsewhere, and its policy allows its own", async () => {
  const page = await Deno.readTextFile(new URL("../../examples/browser/index.html", import.meta.url));
  assertStringIncludes(page, '<link rel="icon" href="data:,">');
  assertStringIncludes(page, "img-src data:");
});

Deno.test(
  "where no program opens pages, none is opened",
  { ignore: Deno.build.os === "windows" },
  async () => {
    const module = new URL("../../examples/browser/build.ts", import.meta.url);
    const code = `import { open } from ${JSON.stringify(module)}; console.log(await open("page.html"));`;
    const command = { args: ["eval", "--no-check", code], env: { PATH: "" } };
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), command).output();
    const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    assertEquals([decode(stdout), decode(stderr)], ["false\n", ""]);
  },
);

Deno.test("a text ends when another model takes the place of its own", async () => {
  const engine = Engine.default();
  try {
    const session = new Session();
    const load = (): Promise<unknown> => session.load({ files: model.toFiles() });
    await load();
    const request = { prompt: "to", temperature: 1, topK: null, maxTokens: 1e9, seed: 1 };
    const pieces: string[] = [];
    const replaced = Promise.withResolvers<unknown>();
    const tell = (piece: string): void => {
      if (pieces.push(piece) === 5) replaced.resolve(load());
    };
    const unknown = await session.generate(request, { tell, signal: new AbortController().signal });
    await replaced.promise;
    assertEquals([unknown, pieces.length >= 5], [[], true]);
    assertEquals(
      await session.generate({ ...request, maxTokens: 3 }, { tell, signal: new AbortController().signal }),
      [],
    );
  } finally {
    engine.makeDefault();
  }
});
