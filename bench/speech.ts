/**
 * Trains a speech recognizer on AN4 for a given time and measures it once on the test utterances, by greedy search and
 * with a language model that is trained on the training texts: `deno task bench:speech --data FOLDER [--minutes N]`, on
 * an otherwise idle machine. FOLDER holds `speech/an4` with `train.tsv`, `test.tsv` and `etc/an4.dic`. The epoch, the
 * weight of the language model and the bonus of words are chosen on a tenth of the training speakers. It writes
 * results/speech.json and results/speech.md. With `--choose`, it stops before it reads the test utterances, so that
 * settings given by `--model` and `--fit` can be compared.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { Engine, LanguageModel, SpeechRecognizer } from "../mod.ts";
import { readManifest } from "../tasks/speech/manifest.ts";
import { readLexicon, type SearchOptions, type Utterance } from "../tasks/speech/mod.ts";
import { makeTokenizer, readSpeechData, SPEECH_PLAN } from "../tasks/speech/speech_plan.ts";
import { UtteranceReader } from "../tasks/speech/utterance_reader.ts";
import { secondsOf } from "../tasks/data/audio/mod.ts";
import { complete, count } from "../src/schema/mod.ts";
import { CharTokenizer } from "../tokenizers/mod.ts";
import { SoundProcessor } from "../tasks/speech/sound_processor.ts";
import { format, machine, table, writeResults } from "./support.ts";

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with speech/an4" },
  minutes: { kind: "number", above: 0, help: "training time of the recognizer", default: "15" },
  threads: { kind: "integer", min: 1, help: "threads", default: "2" },
  blas: { kind: "string", value: "NAME", help: "native library for matrix products", default: "auto" },
  epochs: { kind: "integer", min: 1, help: "epochs of the recognizer, in place of minutes" },
  model: { kind: "string", value: "JSON", help: 'options of the recognizer, such as {"dropout":0.3}', default: "none" },
  fit: {
    kind: "string",
    value: "JSON",
    help: 'settings of the training, such as {"averaging":0.998}',
    default: "none",
  },
  choose: { kind: "boolean", help: "print the errors of the validation utterances, and stop" },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

const SEED = 1;
const WEIGHTS = [0.3, 0.5, 0.7, 0.9, 1.1];
/** Prefixes of the beam. */
const BEAM = 16;
const BONUSES = [0, 0.5, 1, 2];

/** The error rates of a search, and its seconds for a second of sound. */
interface Row {
  readonly search: string;
  readonly cer: number;
  readonly wer: number;
  readonly realTime: number;
}

/** Published figures, and a plain script of the same network in PyTorch. */
const OTHERS: readonly (readonly [name: string, cer: number | null, wer: number | null])[] = [
  ["PyTorch, 2 x 256 bidirectional LSTM, 14 minutes, greedy", 7.9, 17.6],
  ["ESPnet, BLSTM with CTC", 12.6, null],
  ["ESPnet, Transformer", 3.6, 7.5],
];

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, minutes = 15, threads = 2, blas = "auto", trial, ...given }) => {
    if (data === undefined) throw new RangeError("bench speech: expected --data, found none");
    const engine = new Engine({ threads, blas });
    const folder = `${data}/speech/an4`;
    const plan = complete(SPEECH_PLAN, { data: `${folder}/train.tsv`, group: "2", seed: SEED }, "bench speech");
    const { data: { corpus } } = await readSpeechData(plan);
    const processor = await SoundProcessor.fit(corpus.train.map(({ sound }) => sound));
    const tokenizer = await makeTokenizer(plan, corpus);
    const [options, settings] = [JSON.parse(given.model ?? "{}"), JSON.parse(given.fit ?? "{}")];
    const model = SpeechRecognizer.create({ processor, tokenizer, seed: SEED, engine, ...options });
    const budget = given.epochs === undefined ? { minutes } : { epochs: given.epochs };
    const report = await model.fit(corpus, { ...budget, seed: SEED, batch: 16, ...settings });
    console.log(`trained ${report.steps} steps in ${report.seconds.toFixed(0)} s, epoch ${report.best?.epoch}`);
    const lm = await languageModel(corpus.train.map(({ text }) => text), corpus.valid!.map(({ text }) => text), engine);
    const searches = await chooseSearches(model, corpus.valid!, {
      lm,
      lexicon: await readLexicon(`${folder}/etc/an4.dic`),
    });
    if (given.choose) return 0;
    const fields = { pathColumn: null, textColumn: null };
    const test = await new UtteranceReader(plan).read(await readManifest(`${folder}/test.tsv`, fields));
    // Transcription is timed on one thread.
    const single = await SpeechRecognizer.load(model.toFiles(), { engine: new Engine({ threads: 1, blas }) });
    const rows: Row[] = [];
    for (const [search, options] of searches) rows.push(await measure(search, single, test, options));
    const text = describe(rows, {
      training: given.epochs === undefined ? `--minutes ${minutes}` : `--epochs ${given.epochs}`,
      options: [given.model, given.fit].filter((json) => json !== undefined),
      threads,
      gemm: engine.gemm,
      steps: report.steps,
      epoch: report.best?.epoch,
    });
    console.log(text);
    if (!trial) await writeResults("speech", { md: text, json: JSON.stringify({ machine: machine(), rows }, null, 2) });
    return 0;
  },
};

/** Trains a language model of characters on texts. */
async function languageModel(
  train: readonly string[],
  valid: readonly string[],
  engine: Engine,
): Promise<LanguageModel> {
  const joined = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
  const tokenizer = CharTokenizer.train(joined([...train, ...valid]));
  const lm = LanguageModel.create({ tokenizer, hidden: 128, dropout: 0.3, seed: SEED, engine });
  await lm.fit({ train: joined(train), valid: joined(valid) }, { epochs: 20, batch: 8, bptt: 64, seed: SEED });
  return lm;
}

type Utterances = readonly Utterance[];

/** A search and its name. */
type NamedSearch = readonly [name: string, options: SearchOptions];

/** Returns the searches, with the weight and the bonus of the fewest word errors in the validation utterances. */
async function chooseSearches(
  model: SpeechRecognizer,
  valid: Utterances,
  { lm, lexicon }: Required<Pick<SearchOptions, "lm" | "lexicon">>,
): Promise<readonly NamedSearch[]> {
  const errorsOf = async (options: SearchOptions): Promise<number> => {
    const { wer, cer } = await model.evaluate(valid, options);
    const name = `weight ${options.lmWeight ?? 0}, bonus ${options.wordBonus ?? 0}`;
    console.log(`validation, ${name}: CER ${format(100 * cer, 2)} %, WER ${format(100 * wer, 2)} %`);
    return wer;
  };
  await errorsOf({});
  let [best, least]: [SearchOptions, number] = [{}, Infinity];
  const tryAll = async (all: readonly SearchOptions[]): Promise<void> => {
    for (const own of all) {
      const wer = await errorsOf({ beam: BEAM, lm, lexicon, ...own });
      if (wer < least) [best, least] = [own, wer];
    }
  };
  await tryAll(WEIGHTS.map((lmWeight) => ({ lmWeight })));
  const { lmWeight } = best;
  await tryAll(BONUSES.slice(1).map((wordBonus) => ({ lmWeight, wordBonus })));
  const name = `beam ${BEAM}, language model ${lmWeight}, bonus ${best.wordBonus ?? 0}`;
  return [
    ["greedy", {}],
    [`beam ${BEAM}`, { beam: BEAM }],
    [name, { beam: BEAM, lm, ...best }],
    [`${name}, lexicon`, { beam: BEAM, lm, lexicon, ...best }],
  ];
}

async function measure(
  search: string,
  model: SpeechRecognizer,
  test: Utterances,
  options: SearchOptions,
): Promise<Row> {
  const heard = test.reduce((sum, { sound }) => sum + secondsOf(sound), 0);
  const start = performance.now();
  const { cer, wer } = await model.evaluate(test, options);
  return { search, cer, wer, realTime: (performance.now() - start) / 1e3 / heard };
}

interface Conditions {
  /** The option that limits the training, and the JSON of others. */
  readonly training: string;
  readonly options: readonly string[];
  readonly threads: number;
  readonly gemm: string;
  readonly steps: number;
  readonly epoch: number | undefined;
}

function describe(rows: readonly Row[], { training, options, threads, gemm, steps, epoch }: Conditions): string {
  const own = rows.map(({ search, cer, wer, realTime }) => [
    `Elman, ${search}`,
    format(100 * cer, 2),
    format(100 * wer, 2),
    format(realTime, 4),
  ]);
  const others = OTHERS.map(([name, cer, wer]) => [name, format(cer, 1), format(wer, 1), "-"]);
  return [
    "# Speech recognition",
    `\`deno task bench:speech --data FOLDER ${training}\`: AN4, 130 test utterances, ${
      options.length === 0 ? "default options" : `options ${options.map((json) => `\`${json}\``).join(" and ")}`
    }, ${count(threads, "thread")}, ` +
    `${gemm}; ${
      format(steps)
    } steps, epoch ${epoch} by the character error rate on a tenth of the training speakers. ` +
    "Errors in percent; the real-time factor is the seconds of transcription on one thread for a second of sound.",
    table(["system", "CER", "WER", "real-time factor"], [...own, ...others]),
  ].join("\n\n");
}

if (import.meta.main) {
  const introduction = { name: "bench:speech", summary: "Train a speech recognizer on AN4 and measure its errors." };
  Deno.exit(await runCommand(introduction, command, Deno.args));
}
