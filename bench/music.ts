/**
 * Trains models of music for a given time and measures them once on the test pieces: `deno task bench:music --data
 * FOLDER [--minutes N] [--only PART]`, on an otherwise idle machine. FOLDER holds `music` with `jsb_chorales.json`,
 * `nottingham.json` and the folder `nottingham_abc`. The epoch and the transpositions of the test are chosen on the
 * validation pieces. Of generated tunes and of those of Nottingham in ABC, models compose 1,000 tunes each, which are
 * compared with those of the training. It writes results/music.json and results/music.md after each part; `--only`
 * measures one part anew and keeps the others. With ten minutes a collection it takes about 26 minutes in all.
 *
 * A short trial that writes nothing: `--minutes 0.1 --tune-minutes 0.1 --tunes 20 --trial`.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { Engine, MusicModel } from "../mod.ts";
import { complete, count, parseJSON } from "../src/schema/mod.ts";
import { checkBars, readABC, textToTune, writeABC } from "../tasks/data/music/abc/mod.ts";
import { knownPieces } from "../tasks/music/corpus.ts";
import { MUSIC_PLAN, musicTokenizer, readMusicData } from "../tasks/music/music_plan.ts";
import { longestShared } from "../tasks/music/shared_bars.ts";
import { PRESETS } from "../tasks/music/presets.ts";
import { format, machine, table, writeResults } from "./support.ts";

/** The parts of the benchmark. */
const PARTS = ["jsb", "nottingham", "generated", "tunes"] as const;

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with music" },
  minutes: { kind: "number", above: 0, help: "training time of the models of piano rolls", default: "10" },
  "tune-minutes": {
    kind: "number",
    above: 0,
    help: "training time of the model of Nottingham's tunes; that of generated ones has half of it",
    default: "2",
  },
  only: { kind: "choice", choices: PARTS, help: "the part to measure" },
  tunes: { kind: "integer", min: 1, help: "number of tunes to compose", default: "1000" },
  threads: { kind: "integer", min: 1, help: "threads", default: "2" },
  blas: { kind: "string", value: "NAME", help: "native library for matrix products", default: "auto" },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

/** The results of a collection of piano rolls, in nats per time step. */
interface RollResults {
  readonly minutes: number;
  readonly epochs: number;
  readonly gemm: string;
  readonly valid: number;
  readonly test: number;
  readonly testLater: number;
  readonly perNote: number;
  /** The transpositions of the test, and the figures with them. */
  readonly transpose: number;
  readonly validTransposed: number;
  readonly testTransposed: number;
  readonly testTransposedLater: number;
}

/** The results of composing tunes. */
interface TuneResults {
  readonly minutes: number;
  readonly epochs: number;
  /** Number of training tunes. */
  readonly trained: number;
  readonly perBar: number;
  readonly composed: number;
  readonly regular: number;
  readonly asked: number;
  readonly sharesEight: number;
  /** How many tunes share at most so many consecutive bars with a training tune, by that number. */
  readonly shared: Readonly<Record<string, number>>;
}

/** All results, by part. */
interface Results {
  readonly machine?: Record<string, string | number>;
  readonly jsb?: RollResults;
  readonly nottingham?: RollResults;
  readonly generated?: TuneResults;
  readonly tunes?: TuneResults;
}

/** Published figures in nats per time step, JSB and Nottingham. */
const OTHERS: readonly (readonly [name: string, jsb: string, nottingham: string])[] = [
  ["LSTM with sigmoids (Chung et al. 2014)", "8.67", "3.20"],
  ["LSTM with sigmoids (Bai et al. 2018)", "8.45", "3.29"],
  ["TCN with sigmoids (Bai et al. 2018)", "8.10", "3.07"],
  ["RRU with sigmoids (2021)", "7.72", "2.92"],
  ["RNN-NADE (Boulanger-Lewandowski et al. 2012)", "5.56", "2.31"],
];

/** The transpositions of the test among which validation decides. */
const SHIFTS = [0, 1, 3, 6];

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, minutes = 10, only, tunes = 1000, threads = 2, blas = "auto", trial, ...rest }) => {
    if (data === undefined) throw new RangeError("bench music: expected --data, found none");
    const { "tune-minutes": tuneMinutes = 2 } = rest;
    const engine = new Engine({ threads, blas });
    const started = performance.now();
    let results: Results = only === undefined || trial ? {} : await earlier();
    for (const part of only === undefined ? PARTS : [only]) {
      const found = part === "jsb" || part === "nottingham"
        ? await measureRolls(`${data}/music/${FILES[part]}`, {
          minutes,
          engine,
          preset: part === "jsb" ? "chorales" : "folk",
        })
        : await measureTunes(part === "generated" ? null : `${data}/music/nottingham_abc`, {
          minutes: part === "generated" ? tuneMinutes / 2 : tuneMinutes,
          engine,
          count: tunes,
        });
      console.log(part, found, `after ${format((performance.now() - started) / 60_000, 1)} min`);
      results = { ...results, [part]: found, machine: machine() };
      if (!trial) await writeResults("music", { md: describe(results), json: JSON.stringify(results, null, 2) });
    }
    console.log(describe(results));
    return 0;
  },
};

const FILES = { jsb: "jsb_chorales.json", nottingham: "nottingham.json" } as const;

/** Reads the results of earlier runs; none if there are none. */
async function earlier(): Promise<Results> {
  const url = new URL("results/music.json", import.meta.url);
  return await Deno.readTextFile(url).then((text) => parseJSON(text, "read results/music.json") as Results, () => ({}));
}

interface Run {
  readonly minutes: number;
  readonly engine: Engine;
}

async function measureRolls(
  file: string,
  { minutes, engine, preset }: Run & { readonly preset: string },
): Promise<RollResults> {
  const { data } = await readMusicData(complete(MUSIC_PLAN, { data: file }, "bench music"));
  const model = MusicModel.create({ ...PRESETS[preset].model, tokenizer: await musicTokenizer(data), engine });
  const { train, valid = [], test = [] } = data.corpus;
  const report = await model.fit({ train, valid }, { ...PRESETS[preset].fit, minutes });
  const shifted: { readonly transpose: number; readonly perStep: number }[] = [];
  for (const transpose of SHIFTS) {
    const { perStep } = await model.evaluate(valid, { transpose });
    console.log(`validation, transposed by up to ${transpose}: ${perStep.toFixed(4)}`);
    if (shifted.length > 0 && perStep > shifted[shifted.length - 1].perStep) break;
    shifted.push({ transpose, perStep });
  }
  const best = shifted.reduce((best, own) => own.perStep < best.perStep ? own : best);
  const [plain, mixed] = [await model.evaluate(test), await model.evaluate(test, { transpose: best.transpose })];
  return {
    minutes,
    epochs: report.epochs.length,
    gemm: engine.gemm,
    valid: shifted[0].perStep,
    test: plain.perStep,
    testLater: plain.perLaterStep,
    perNote: plain.perNote,
    transpose: best.transpose,
    validTransposed: best.perStep,
    testTransposed: mixed.perStep,
    testTransposedLater: mixed.perLaterStep,
  };
}

/** The keys and meters of the composed tunes. */
const ASKED = {
  generated: [["D", "6/8"], ["G", "4/4"], ["Am", "3/4"], ["Bb", "4/4"]],
  tunes: [["D", "4/4"], ["G", "6/8"], ["A", "4/4"], ["G", "3/4"]],
} as const;

/** Trains a model on the tunes of a folder, or on generated ones, and composes tunes. */
async function measureTunes(
  folder: string | null,
  { minutes, engine, count }: Run & { readonly count: number },
): Promise<TuneResults> {
  const { plan, model: size, fit } = PRESETS.tunes;
  const source = folder === null ? { ...plan } : { data: folder };
  const { data } = await readMusicData(complete(MUSIC_PLAN, source, "bench music"));
  const tokenizer = await musicTokenizer(data);
  const own = folder === null ? size : { hidden: 256, dropout: 0.3 };
  const model = MusicModel.create({ ...own, tokenizer, engine });
  const { train, valid = [] } = data.corpus;
  const { known } = knownPieces(tokenizer, valid, "validation piece");
  const settings = folder === null
    ? { ...fit, epochs: undefined }
    : { batch: 16, bptt: 128, transpose: 5, averaging: 0.99 };
  const report = await model.fit({ train, valid: known }, { ...settings, minutes });
  const { perStep } = await model.evaluate(known);
  const counts = await composeTunes(model, train, ASKED[folder === null ? "generated" : "tunes"], count);
  return { minutes, epochs: report.epochs.length, trained: train.length, perBar: perStep, ...counts };
}

async function composeTunes(
  model: MusicModel,
  train: readonly string[],
  asked: readonly (readonly [key: string, meter: string])[],
  count: number,
): Promise<Pick<TuneResults, "composed" | "regular" | "asked" | "sharesEight" | "shared">> {
  let [regular, right, composed] = [0, 0, 0];
  const shared: Record<string, number> = {};
  for (const [i, [key, meter]] of asked.entries()) {
    const share = Math.ceil((count - composed) / (asked.length - i));
    const tunes = await model.compose({ key, meter, bars: 16, count: share, temperature: 0.9, seed: i + 1 });
    for (const { text } of tunes) {
      // The tune as others read it: written in ABC.
      const { tunes: [tune], problems } = readABC(writeABC([textToTune(text).tune]));
      const { bars, wrong } = checkBars(tune);
      if (problems.length === 0 && wrong.length === 0) regular++;
      if (bars === 16 && tune.key.name === key && tune.meter === meter) right++;
      const length = longestShared(text, train);
      shared[length] = (shared[length] ?? 0) + 1;
    }
    composed += tunes.length;
  }
  const sharesEight = Object.entries(shared).reduce((sum, [bars, own]) => Number(bars) >= 8 ? sum + own : sum, 0);
  return { composed, regular, asked: right, sharesEight, shared };
}

/** Describes the results as tables. */
function describe({ jsb, nottingham, generated, tunes }: Results): string {
  const figure = (own: RollResults | undefined, name: keyof RollResults): string =>
    own === undefined ? "-" : format(own[name] as number, 3);
  const row = (
    label: string,
    name: keyof RollResults,
  ): string[] => [label, figure(jsb, name), figure(nottingham, name)];
  const lines = [
    "# Music",
    "",
    "`deno task bench:music --data FOLDER`: nats per time step on the test pieces, in the splits of " +
    "Boulanger-Lewandowski et al. (2012). All tokens count: the pitches of a step and its end.",
    "",
    ...[jsb && ["JSB", jsb], nottingham && ["Nottingham", nottingham]].flatMap((own) => {
      if (own === undefined) return [];
      const [name, { minutes, epochs, gemm, transpose }] = own as [string, RollResults];
      return [
        `- ${name}: ${count(minutes, "minute")} of training, ${count(epochs, "epoch")}, ${gemm}; validation chose to ` +
        `average over transpositions by up to ${count(transpose, "semitone")}.`,
      ];
    }),
    "",
    table(["nats per time step", "JSB", "Nottingham"], [
      row("Elman, test", "test"),
      row("Elman, test without the first step of each piece", "testLater"),
      row("Elman, test, averaged over transpositions", "testTransposed"),
      row("the same without the first step", "testTransposedLater"),
      row("Elman, validation", "valid"),
      row("Elman, validation, averaged over transpositions", "validTransposed"),
      row("Elman, test, nats per note", "perNote"),
      ...OTHERS.map((own) => [...own]),
    ]),
    "",
    ...generated || tunes ? ["## Composed tunes", ""] : [],
    ...generated ? describeTunes("generated tunes", ASKED.generated, generated) : [],
    ...tunes ? describeTunes("tunes of Nottingham in ABC", ASKED.tunes, tunes) : [],
  ];
  return `${lines.join("\n")}\n`;
}

function describeTunes(
  name: string,
  askedFor: readonly (readonly [key: string, meter: string])[],
  { minutes, epochs, trained, perBar, composed, regular, asked, sharesEight, shared }: TuneResults,
): string[] {
  const percent = (count: number): string => `${format(100 * count / composed, 1)} %`;
  const lengths = Object.keys(shared).map(Number).sort((a, b) => a - b);
  return [
    `A model of ${trained} ${name}, ${count(minutes, "minute")} of training (${count(epochs, "epoch")}, ${
      format(perBar, 2)
    } nats per ` +
    `bar on validation tunes), composed ${composed} tunes of 16 bars at temperature 0.9, equal parts in ` +
    `${askedFor.map((own) => own.join(" ")).join(", ")}. Written in ABC and read again, ${
      percent(regular)
    } parse with ` +
    `all bars adding up, and ${percent(asked)} have the key, the meter and the number of bars that were asked for; ` +
    `${percent(sharesEight)} share eight or more consecutive bars with a training tune.`,
    "",
    table(["most consecutive bars shared with a training tune", "tunes"], lengths.map((n) => [`${n}`, `${shared[n]}`])),
    "",
  ];
}

if (import.meta.main) {
  const introduction = {
    name: "bench:music",
    summary: "Train models of music, and measure what they know and compose.",
  };
  Deno.exit(await runCommand(introduction, command, Deno.args));
}
