import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { babble, inTempDir, jsonLines, runCommand } from "../../support/command.ts";

const RUNS = decodeURIComponent(new URL("../../goldens/runs/command_line", import.meta.url).pathname);
const TEXT = babble(400);

/** Trains a small model in a directory. */
async function train(directory: string): Promise<void> {
  const tokenizer = CharTokenizer.train(TEXT);
  using model = LanguageModel.create({ tokenizer, embed: 4, hidden: 4 });
  const notes = { plan: { data: { data: ["my.txt"], initFrom: "models/older" }, model: {} } };
  await model.fit({ train: TEXT, valid: TEXT }, {
    batch: 2,
    bptt: 32,
    epochs: 2,
    schedule: "constant",
    directory,
    notes,
  });
  await model.fit({ train: TEXT, valid: TEXT }, { resume: directory, learningRate: 0.001, epochs: 3 });
}

Deno.test("info shows the layers, the tokenizer, the run and the files of a model", async () => {
  await inTempDir(async (directory) => {
    await train(directory);
    const { code, stdout, stderr } = await runCommand("info", directory);
    assertEquals([code, stderr], [0, ""]);
    for (
      const part of [
        `${directory}: language model\n`,
        "rnn.weight_hh_l0  LSTM       16 x 4 ",
        `tokenizer: char, ${new Set(TEXT).size} tokens; no unknown token\n`,
        "training: 21 steps, 3 whole epochs, in ",
        "best validation figures: loss ",
        "data: data my.txt, initFrom models/older\n",
        "settings: epochs 3, batch 2, ",
        "started from: models/older\n",
        "changed after step 14: ",
        "\nmodel.safetensors ",
        "\nhistory.jsonl ",
      ]
    ) assertStringIncludes(stdout, part);
    const [json] = jsonLines((await runCommand("info", directory, "--json")).stdout);
    assertEquals(Object.keys(json), [
      ...["directory", "task", "noun", "config", "layers", "processors", "files", "totals", "training"],
    ]);
    const { steps, startedFrom, bestEpoch } = json.training as Record<string, unknown>;
    assertEquals([steps, startedFrom, typeof bestEpoch], [21, "models/older", "number"]);
  });
});

Deno.test("info describes models of other tasks and of earlier versions", async () => {
  const { code, stdout } = await runCommand("info", `${RUNS}/classification`);
  assertEquals(code, 0);
  assertStringIncludes(stdout, 'tokenizer: wordlevel, 101 tokens; unknown token "<unk>"');
  assertStringIncludes(stdout, "training: 10 steps, 1 whole epoch\n");
  const translator = await runCommand("info", `${RUNS}/translation`);
  assertStringIncludes(translator.stdout, "attention.queries.weight");
  assertStringIncludes(translator.stdout, "targetTokenizer: char, 27 tokens");
});

Deno.test("info --gradient-flow shows norms and their course, and --plot draws them", async () => {
  const directory = `${RUNS}/language-modeling`;
  const flow = ["info", directory, "--gradient-flow", "the sea and the"];
  const { code, stdout } = await runCommand(...flow);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\nsteps back  token  norm ");
  assert(/\nOver 13 steps back the norm changes by a factor of \S+, \S+ a step: the gradient \w/.test(stdout), stdout);
  const [{ gradient_flow: { steps } }] = jsonLines((await runCommand(...flow, "--json")).stdout) as unknown as [
    { gradient_flow: { steps: { norm: number }[] } },
  ];
  assertEquals(steps.length, 14);
  const drawn = await runCommand(...flow, "--plot", "-");
  // Standard error may list downloads, the first time that a chart is drawn.
  assertEquals(drawn.code, 0, drawn.stderr);
  assert(/^<svg xmlns=.*<\/svg>\n$/s.test(drawn.stdout));
  assertEquals(drawn.stdout.match(/<circle /g)?.length, 14);
});

Deno.test("info refuses what it cannot show", async () => {
  const cases: [string[], string][] = [
    [
      [`${RUNS}/translation`, "--gradient-flow", "a b"],
      "--gradient-flow: expected a language model, found a translator",
    ],
    [[`${RUNS}/translation`, "--plot", "-"], "--plot: expected --gradient-flow with it, found none"],
    [["a", "b"], "expected one model's directory, found 2"],
    [["no-such"], "error: expected a model's directory, found none at no-such"],
  ];
  for (const [args, message] of cases) {
    const { code, stderr } = await runCommand("info", ...args);
    assert(code !== 0);
    assertStringIncludes(stderr, message);
  }
});
