// An option that would have no effect beside the others is refused instead of ignored.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  type Fields,
  fieldsOf,
  optionsOf,
  parseOptions,
  refuseContradictions,
  UsageError,
} from "../../cli/arguments/mod.ts";
import { TEXT_EVALUATION } from "../../tasks/language_modeling/evaluate_files.ts";
import { SEARCH } from "../../tasks/translation/search_options.ts";
import { TASKS } from "../../tasks/mod.ts";
import { inTempDir, runCommand } from "../support/command.ts";

/** The fields of a task's training command. */
async function fieldsOfTask(task: string): Promise<Fields> {
  const { model, plan } = await TASKS.find(({ name }) => name === task)!.load();
  return { ...model.task.model, ...model.task.settings, ...plan };
}

/** Parses a command line and refuses contradictions, given the fields of a preset. */
function check(fields: Fields, line: string, preset: Record<string, unknown> = {}): void {
  refuseContradictions(fields, fieldsOf(fields, parseOptions(optionsOf(fields), line.split(" "))), preset);
}

/** Command lines with an option that has no effect, and the message; then one in which it has. */
const CASES: Record<string, [refused: string, message: string, accepted: string][]> = {
  "translation": [
    ["--heads 2", "--attention multihead with it, found additive", "--heads 2 --attention multihead"],
    ["--unshared", "--unshared: expected --joint with it, found none", "--unshared --joint"],
    ["--decay 0.9", "--schedule step, exponential, plateau with it, found cosine", "--decay 0.9 --schedule step"],
    ["--warmup 9 --schedule one-cycle", "--warmup: expected --schedule constant", "--warmup 9 --schedule constant"],
    ["--lr-end 0.1 --schedule step", "--schedule cosine, linear, one-cycle with it, found step", "--lr-end 0.1"],
    ["--minutes 9 --epochs 9", "--minutes: expected this option or --epochs, found both", "--minutes 9"],
    ["--minutes 9 --max-steps 9", "--minutes: expected this option or --max-steps, found both", "--minutes 9"],
    ["--src a --tgt b --source-column 2", "--source-column: expected --data with it", "--data x --source-column 2"],
    ["--src a --tgt b --no-header", "--no-header: expected --data with it", "--data x --no-header"],
    ["--encoding latin1", "--encoding: expected --src or --data with it", "--src a --tgt b --encoding latin1"],
  ],
  "classification": [
    ["--model linear --hidden 9", "--hidden: expected --model network with it, found linear", "--hidden 9"],
    [
      "--model linear --epochs 9",
      "--epochs: expected --model network with it, found linear",
      "--model linear --seed 2",
    ],
    ["--lr-end 0.1", "--schedule cosine, linear, one-cycle with it, found constant", "--lr-end 0.1 --schedule linear"],
    ["--lr-end 0.1 --epochs 9", "one-cycle with it, found constant", "--lr-end 0.1 --minutes 9"],
    [
      "--data x --format lines --text-column a",
      "--text-column: expected --format csv, tsv, json, jsonl with it, found lines",
      "--data x --text-column a",
    ],
    ["--data x --format tsv --delimiter ;", "--delimiter: expected --format csv with it", "--data x --delimiter ;"],
    ["--data x --format jsonl --header", "--header: expected --format csv, tsv with it", "--data x --header"],
    ["--no-header", "--no-header: expected --data with it", "--data x --no-header"],
    ["--encoding utf-16le", "--encoding: expected --data with it", "--data x --encoding utf-16le"],
    ["--valid-fraction 0.2", "--valid-fraction: expected --data with it", "--data x --valid-fraction 0.2"],
    [
      "--model linear --vectors v.txt",
      "--vectors: expected --model network with it, found linear",
      "--vectors v.txt",
    ],
  ],
  "forecasting": [
    ["--time when", "--time: expected --data with it", "--data x --time when"],
    ["--no-header", "--no-header: expected --data with it", "--data x --no-header"],
    ["--loss mse --distribution normal", "--distribution quantiles with it, found normal", "--loss mse"],
  ],
  "vector-classification": [
    ["--test x", "--test: expected --data with it", "--data x --test x"],
    ["--group who", "--group: expected --data with it", "--data x --group who"],
  ],
  "speech-recognition": [
    ["--valid x", "--valid: expected --data with it", "--data x --valid x"],
    ["--path-column a", "--path-column: expected --data with it", "--data x --path-column a"],
    ["--band-mask-share 0.1 --band-masks 0", "--band-masks above 0 with it, found 0", "--band-mask-share 0.1"],
    [
      "--time-mask-share 0.1 --time-masks 0",
      "--time-mask-share: expected --time-masks above 0 with it, found 0",
      "--time-mask-share 0.1 --time-masks 3",
    ],
  ],
  "music": [
    ["--valid x", "--valid: expected --data with it", "--data x --valid x"],
    ["--data x --tunes 50", "--tunes: expected this option or --data, which exclude each other", "--tunes 50"],
  ],
  "language-modeling": [
    ["--encoding latin1", "--encoding: expected --data with it", "--data x --encoding latin1"],
    ["--momentum 0.5", "--momentum: expected --optimizer sgd, ", "--momentum 0.5 --optimizer sgd"],
    ["--decay-every 2 --schedule exponential", "--decay-every: ", "--decay-every 2 --schedule plateau"],
    ["--decay-after 2 --schedule plateau", "--decay-after: ", "--decay-after 2 --schedule step"],
    ["--mogrifier-rounds 3", "--cell mogrifier with it, found lstm", "--mogrifier-rounds 3 --cell mogrifier"],
    ["--weight-dropout 0.2 --cell qrnn", "--cell rnn, lstm, gru, mogrifier, chogru with it, found qrnn", "--cell qrnn"],
    ["--weight-dropout 0.2 --cell sru", "found sru", "--weight-dropout 0 --cell sru"],
    ["--cutoffs 5,9", "--softmax adaptive with it, found exact", "--cutoffs 5,9 --softmax adaptive"],
    ["--div-value 2", "--softmax adaptive with it, found exact", "--div-value 2 --softmax adaptive"],
  ],
};

for (const [task, cases] of Object.entries(CASES)) {
  Deno.test(`options of ${task} that have no effect are refused`, async () => {
    const fields = await fieldsOfTask(task);
    for (const [refused, message, accepted] of cases) {
      assertThrows(() => check(fields, refused), UsageError, message);
      check(fields, accepted);
    }
  });
}

Deno.test("an option that has an effect through the preset is accepted", async () => {
  const fields = await fieldsOfTask("language-modeling");
  check(fields, "--decay 0.9", { schedule: "step" });
  assertThrows(() => check(fields, "--decay 0.9", { schedule: "cosine" }), UsageError, "found cosine");
});

Deno.test("a length penalty is refused without length normalization", () => {
  assertThrows(() => check(SEARCH, "--length-penalty 2 --length-norm none"), UsageError, "--length-norm wu, average");
  check(SEARCH, "--length-penalty 2");
});

Deno.test("the text for the statistics of dynamic evaluation is refused where there are none", () => {
  const line = "--data x --dynamic-statistics y";
  assertThrows(() => check(TEXT_EVALUATION, line), UsageError, "--dynamic-statistics: expected --dynamic with it");
  assertThrows(() => check(TEXT_EVALUATION, `${line} --dynamic sgd`), UsageError, "--dynamic rms with it, found sgd");
  check(TEXT_EVALUATION, `${line} --dynamic rms`);
});

Deno.test("commands refuse options without effect before they read anything", async () => {
  const lines: [args: string[], message: string][] = [
    [
      ["train-translation", "--unshared", "--src", "a", "--tgt", "b"],
      "--unshared: expected --joint with it, found none",
    ],
    [["train-lm", "--log-every", "5"], "--log-every: expected --json with it, found none"],
    [
      ["translate", "--length-penalty", "2", "--length-norm", "none", "a"],
      "--length-penalty: expected --length-norm wu, average with it, found none",
    ],
    ...["generate", "compose"].map((command): [args: string[], message: string] => [
      [command, "--repetition-window", "5"],
      "--repetition-window: expected --repetition-penalty or --presence-penalty or --frequency-penalty with it, " +
      "found none",
    ]),
  ];
  for (const [args, message] of lines) {
    assertEquals(await runCommand(...args), { code: 2, stdout: "", stderr: `error: ${message}\n` });
  }
});

Deno.test("options of the training file do not forbid a test file of another kind", async () => {
  await inTempDir(async (folder) => {
    const rows = Array.from({ length: 28 }, (_, i) => `2024-01-${String(i + 1).padStart(2, "0")};${i % 7}\n`);
    Deno.writeTextFileSync(`${folder}/a.csv`, `when;y\n${rows.join("")}`);
    const tsf = "@attribute series_name string\n@attribute start_timestamp date\n@frequency daily\n@data\n" +
      "y:2024-01-29 00-00-00:1,2,3,4,5,6,7,8\n";
    Deno.writeTextFileSync(`${folder}/b.tsf`, tsf);
    const args = ["--data", `${folder}/a.csv`, "--time", "when", "--delimiter", ";", "--test", `${folder}/b.tsf`];
    const small = ["--epochs", "1", "--hidden", "2", "--horizon", "2", "--out", `${folder}/m`];
    const { code, stderr } = await runCommand("train-forecast", ...args, ...small);
    assertEquals(code, 0, stderr);
    const latin = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
    Deno.writeFileSync(`${folder}/c.csv`, latin(`when;größe\n${rows.join("")}`));
    const encoded = ["--data", `${folder}/c.csv`, "--encoding", "windows-1252", "--delimiter", ";"];
    const same = await runCommand("train-forecast", ...encoded, "--test", `${folder}/c.csv`, ...small);
    assert(!same.stderr.includes("UTF-8"), same.stderr);
  });
});

Deno.test("options without effect on the data are refused once the data are read", async () => {
  await inTempDir(async (folder) => {
    const write = (name: string, content: string): string => {
      Deno.writeTextFileSync(`${folder}/${name}`, content);
      return `${folder}/${name}`;
    };
    const tsf = write("a.tsf", "@frequency daily\n@data\n1,2,3,4,5,6,7,8\n");
    const wide = write("wide.csv", "id,V1,V2,V3\na,1,2,3\n");
    const series = [
      ...["time", "target", "series", "known", "observed", "static"].map((name) => [tsf, `--${name}`, "x"]),
      [tsf, "--delimiter", ";"],
      [tsf, "--no-header"],
      [wide, "--static", "id"],
      [wide, "--series", "id"],
    ];
    const frames = write(
      "frames.jsonl",
      ["up", "down"].flatMap((label, i) =>
        Array.from({ length: 4 }, (_, t) => `{"label": "${label}", "frames": [[${i}, ${t}, 1], [2, ${t}, ${i}]]}\n`)
      ).join(""),
    );
    const vectors = [
      ["--mirror"],
      ["--rotation", "9"],
      ["--reference", "1"],
      ["--no-center"],
      ["--picture-filters", "4"],
      ["--size", "16"],
      ["--fps", "5"],
    ];
    const lines = [
      ...series.map(([data, ...option]) => ["train-forecast", "--data", data, ...option]),
      ...vectors.map((option) => ["train-classifier", "--data", frames, "--kind", "values", ...option]),
      ["train-classifier", "--data", frames, "--kind", "values", "--folds", "2", "--mirror"],
    ];
    for (const [command, flag, data, ...rest] of lines) {
      const { code, stderr } = await runCommand(command, flag, data, ...rest, "--out", `${folder}/model`, "--quiet");
      const message = stderr.trimEnd().split("\n");
      assertEquals([code === 0, message.length], [false, 1], stderr);
      const option = rest.findLast((text) => text.startsWith("--"))!;
      assertStringIncludes(stderr, `${option}: expected `);
    }
  });
});
