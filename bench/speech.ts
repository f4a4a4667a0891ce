/**
 * Trains a speech recognizer on AN4 for a given time and measures it once on the test utterances, by greedy search and
 * with a language model that is trained on the training texts: `deno task bench:speech --data FOLDER [--minutes N]`, on
 * an otherwise idle machine. FOLDER holds `speech/an4` with `train.tsv`, `test.tsv` and `etc/an4.dic`. The epoch, the
 * language model, its weight and the bonus of words are chosen on a tenth of the training speakers. It writes
 * results/speech.json and results/speech.md. With `--choose`, it stops before it reads the test utterances, so that
 * settings given by `--model` and `--fit` can be compared. With `--search`, which takes what such a run has printed, it
 * chooses nothing: recognizer and language model learn from all training speakers, and the last epoch counts.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { Engine, LanguageModel, SpeechRecognizer } from "../mod.ts";
import { readManifest } from "../tasks/speech/manifest.ts";
import { readLexicon, type SearchOptions, type SpeechCorpus, type Utterance } from "../tasks/speech/mod.ts";
import { makeTokenizer, readSpeechData, SPEECH_PLAN } from "../tasks/speech/speech_plan.ts";
import { UtteranceReader } from "../tasks/speech/utterance_reader.ts";
import { secondsOf } from "../tasks/data/audio/mod.ts";
import { complete, count } from "../src/schema/mod.ts";
import { CharTokenizer, WordTokenizer } from "../tokenizers/mod.ts";
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
  search: { kind: "string", value: "JSON", help: "search that --choose has printed: train on all training speakers" },
  choose: { kind: "boolean", help: "print the errors of the validation utterances, and stop" },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

const SEED = 1;
/** Prefixes of the beam. */
const BEAM = 16;
const WEIGHTS = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
/** A negative bonus suits a recognizer that inserts more words than it deletes. */
const BONUSES = [-2, -1, 0, 1];
/** The tokens of the language models; several models are averaged. */
const TOKENS = [["characters"], ["words"], ["characters", "words"]] as const;

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
    const { train, valid = [] } = corpus;
    const isChosen = given.search !== undefined;
    const heard: SpeechCorpus = isChosen ? { train: [...train, ...valid] } : corpus;
    const processor = await SoundProcessor.fit(heard.train.map(({ sound }) => sound));
    const tokenizer = await makeTokenizer(plan, heard);
    const [options, settings] = [JSON.parse(given.model ?? "{}"), JSON.parse(given.fit ?? "{}")];
    const model = SpeechRecognizer.create({ processor, tokenizer, seed: SEED, engine, ...options });
    const budget = given.epochs === undefined ? { minutes } : { epochs: given.epochs };
    const report = await model.fit(heard, { ...budget, seed: SEED, batch: 16, ...settings });
    console.log(
      `trained ${report.steps} steps in ${report.seconds.toFixed(0)} s, epoch ${report.best?.epoch ?? "last"}`,
    );
    const lexicon = await readLexicon(`${folder}/etc/an4.dic`);
    const chosen: Choice = isChosen
      ? JSON.parse(given.search!)
      : await chooseSearch(model, valid, { train, lexicon, engine });
    console.log(`search: ${JSON.stringify(chosen)}`);
    if (given.choose) return 0;
    const fields = { pathColumn: null, textColumn: null };
    const { files } = await readManifest(`${folder}/test.tsv`, fields);
    const test = await new UtteranceReader(plan).read(files);
    // Transcription is timed on one thread, that of the language models too.
    const single = { engine: new Engine({ threads: 1, blas }) };
    const trained = await languageModels(chosen, heard, engine);
    const lm = await Promise.all(trained.map((own) => LanguageModel.load(own.toFiles(), single)));
    const recognizer = await SpeechRecognizer.load(model.toFiles(), single);
    const rows: Row[] = [];
    for (const [search, options] of searchesOf(chosen, { lm, lexicon })) {
      rows.push(await measure(search, recognizer, test, options));
    }
    const text = describe(rows, {
      training: given.epochs === undefined ? `--minutes ${minutes}` : `--epochs ${given.epochs}`,
      options: [given.model, given.fit, given.search].filter((json) => json !== undefined),
      threads,
      gemm: engine.gemm,
      steps: report.steps,
      epoch: isChosen
        ? "the last epoch, all training speakers; the search was chosen on a tenth of them"
        : `epoch ${report.best?.epoch} by the character error rate on a tenth of the training speakers`,
    });
    console.log(text);
    if (!trial) await writeResults("speech", { md: text, json: JSON.stringify({ machine: machine(), rows }, null, 2) });
    return 0;
  },
};

/** The choice on validation utterances. */
interface Choice extends Required<Pick<SearchOptions, "lmWeight" | "wordBonus">> {
  /** The tokens of the language models. */
  readonly tokens: typeof TOKENS[number];
}

/** Trains the language models of a choice, one after the other. */
async function languageModels(
  { tokens }: Pick<Choice, "tokens">,
  corpus: SpeechCorpus,
  engine: Engine,
): Promise<LanguageModel[]> {
  const models: LanguageModel[] = [];
  for (const own of tokens) models.push(await languageModel(own, corpus, engine));
  return models;
}

/**
 * Trains a language model on texts, with validation texts if there are any: of characters, on the texts as they follow
 * each other, or of words, on each text as a document of its own.
 */
async function languageModel(
  tokens: "characters" | "words",
  corpus: SpeechCorpus,
  engine: Engine,
): Promise<LanguageModel> {
  const textsOf = (utterances: Utterances): string[] => utterances.map(({ text }) => text);
  const joined = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");
  const [train, valid] = [textsOf(corpus.train), textsOf(corpus.valid ?? [])];
  const withValid = <T>(part: (texts: readonly string[]) => T): { train: T; valid?: T } => {
    return { train: part(train), ...valid.length > 0 && { valid: part(valid) } };
  };
  if (tokens === "characters") {
    const tokenizer = CharTokenizer.train(joined([...train, ...valid]));
    const lm = LanguageModel.create({ tokenizer, hidden: 128, dropout: 0.3, seed: SEED, engine });
    await lm.fit(withValid(joined), { epochs: 20, batch: 8, bptt: 64, seed: SEED });
    return lm;
  }
  const endOfText = "<eod>";
  const tokenizer = WordTokenizer.train(joined(train), { specials: [endOfText] });
  const lm = LanguageModel.create({ tokenizer, endOfText, hidden: 128, dropout: 0.5, seed: SEED, engine });
  await lm.fit(withValid((texts) => texts), { epochs: 40, batch: 16, learningRate: 0.004, seed: SEED });
  return lm;
}

type Utterances = readonly Utterance[];

/** A search and its name. */
type NamedSearch = readonly [name: string, options: SearchOptions];

/** The training utterances, the words that may be found, and what computes. */
interface Materials {
  readonly train: Utterances;
  readonly lexicon: readonly string[];
  readonly engine: Engine;
}

/** Returns the search with the fewest word errors in the validation utterances, and among those of characters. */
async function chooseSearch(
  model: SpeechRecognizer,
  valid: Utterances,
  { train, lexicon, engine }: Materials,
): Promise<Choice> {
  let [best, least]: [Choice | undefined, readonly number[]] = [undefined, [Infinity, Infinity]];
  const errorsOf = async (name: string, options: SearchOptions): Promise<readonly number[]> => {
    const { wer, cer } = await model.evaluate(valid, options);
    console.log(`validation, ${name}: CER ${format(100 * cer, 2)} %, WER ${format(100 * wer, 2)} %`);
    return [wer, cer];
  };
  await errorsOf("greedy", {});
  for (const tokens of TOKENS) {
    const lm = await languageModels({ tokens }, { train, valid }, engine);
    for (const lmWeight of WEIGHTS) {
      for (const wordBonus of BONUSES) {
        const name = `${tokens.join(" and ")}, weight ${lmWeight}, bonus ${wordBonus}`;
        const errors = await errorsOf(name, { beam: BEAM, lm, lexicon, lmWeight, wordBonus });
        const isBetter = errors[0] < least[0] || errors[0] === least[0] && errors[1] < least[1];
        if (isBetter) [best, least] = [{ tokens, lmWeight, wordBonus }, errors];
      }
    }
  }
  return best!;
}

/** Lists the searches that are measured. */
function searchesOf(
  { tokens, lmWeight, wordBonus }: Choice,
  { lm, lexicon }: Required<Pick<SearchOptions, "lm" | "lexicon">>,
): readonly NamedSearch[] {
  const name = `beam ${BEAM}, language model of ${tokens.join(" and ")} ${lmWeight}, bonus ${wordBonus}`;
  const own = { beam: BEAM, lm, lmWeight, wordBonus };
  return [
    ["greedy", {}],
    [`beam ${BEAM}`, { beam: BEAM }],
    [name, own],
    [`${name}, lexicon`, { ...own, lexicon }],
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
  /** Which epoch counts and why. */
  readonly epoch: string;
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
    `${gemm}; ${format(steps)} steps, ${epoch}. ` +
    "Errors in percent; the real-time factor is the seconds of transcription on one thread for a second of sound.",
    table(["system", "CER", "WER", "real-time factor"], [...own, ...others]),
  ].join("\n\n");
}

if (import.meta.main) {
  const introduction = { name: "bench:speech", summary: "Train a speech recognizer on AN4 and measure its errors." };
  Deno.exit(await runCommand(introduction, command, Deno.args));
}
