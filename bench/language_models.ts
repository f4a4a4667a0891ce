/**
 * Compares language models at equal times of training, on Penn Treebank words and tiny Shakespeare characters: Elman's
 * cells, and small Transformers in PyTorch. `deno task bench:language-models --data FOLDER [--python PATH]` trains one
 * after the other for ten minutes on an otherwise idle machine, then the best two of Elman's and the best Transformer
 * for an hour, which takes many hours in all. After each training, bench/results/language_models.{md,json,svg} are
 * written; what they have is not trained again, so a run can be stopped and continued.
 *
 * FOLDER has ptb/ptb.{train,valid,test}.txt (Mikolov's preprocessing) and tinyshakespeare/input.txt
 * (https://github.com/karpathy/char-rnn). PATH is a Python that has PyTorch; `bench:environment` makes one.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { goToCallersDirectory } from "../cli/callers_directory.ts";
import { InputRangeError } from "../errors.ts";
import { type Contender, contenders, LIGHT_CELLS, longRecurrent, recurrent } from "./language_models/contenders.ts";
import { DATA_SETS, type DataSet, findDataSet, readTokens } from "./language_models/data_sets.ts";
import { trainElman } from "./language_models/elman.ts";
import { ngramLosses } from "./language_models/ngram.ts";
import { drawCurves } from "./language_models/picture.ts";
import { type NgramRow, report, type Row, type Section, type Tried, USUAL } from "./language_models/report.ts";
import { type Outcome, Results } from "./language_models/results.ts";
import { trainTransformer } from "./language_models/transformer.ts";
import { type Processor, readProcessor } from "./peers/processor.ts";
import { inTempFolder, machine } from "./support.ts";

const OPTIONS = {
  data: { kind: "path", value: "FOLDER", help: "folder with the texts" },
  python: { kind: "path", value: "PATH", help: "Python with PyTorch", default: "leave the Transformers out" },
  only: { kind: "string", value: "TEXT", repeatable: true, help: "part of the names to measure", default: "all" },
  set: { kind: "choice", choices: DATA_SETS, repeatable: true, help: "data set to measure", default: "all" },
  minutes: { kind: "number", above: 0, help: "minutes of training", default: `${USUAL.minutes}` },
  long: { kind: "number", min: 0, help: "minutes of the long training; 0 leaves it out", default: `${USUAL.long}` },
  share: {
    kind: "number",
    above: 0,
    max: 1,
    help: "share of the time that each candidate gets",
    default: `${USUAL.share}`,
  },
  threads: { kind: "integer", min: 1, help: "threads of each training", default: `${USUAL.threads}` },
  trial: { kind: "boolean", help: "write no results, and keep none" },
} as const satisfies OptionSpecs;

/** Everything that measurements need. */
interface Bench {
  readonly results: Results;
  readonly folder: string;
  readonly python: string | undefined;
  readonly threads: number;
  readonly share: number;
  /** Whether a contender is to be trained, rather than only reported if it is known. */
  readonly isAsked: (contender: Contender) => boolean;
  /** Called after each training. */
  readonly save: () => Promise<void>;
}

/** A contender's candidates, the best first, and what was tried. None are chosen before all have been tried. */
interface Choice {
  readonly chosen: readonly string[];
  readonly tried: readonly Tried[];
}

/** Nats by which a validation loss that explodes exceeds the one before; overfitting raises it little by little. */
const EXPLODED = 0.5;

/** Trains with some settings, unless the outcome is known. Returns undefined if it is neither known nor asked for. */
async function train(
  contender: Contender,
  { set, settings, minutes }: { readonly set: DataSet; readonly settings: string; readonly minutes: number },
  bench: Bench,
): Promise<Outcome | undefined> {
  const { system, name } = contender;
  const place = { set: set.name, system, minutes, settings };
  const known = bench.results.find(place);
  if (known || !bench.isAsked(contender)) return known;
  const { threads, python, folder } = bench;
  if (system === "pytorch" && python === undefined) return undefined;
  const outcome = system === "pytorch"
    ? await trainTransformer({ set, minutes, settings, threads, python: python! })
    : await trainElman({ set, system, minutes, settings, threads, out: `${folder}/model` });
  bench.results.add(place, outcome);
  const figure = set.figure(outcome.valid).toFixed(3);
  console.log(`${set.title}; ${name}, ${system}, ${minutes} min, ${settings}: ${figure} ${set.figureName}`);
  await bench.save();
  return outcome;
}

/** Tries a contender's candidates. A single one needs no trial. */
async function choose(contender: Contender, set: DataSet, bench: Bench): Promise<Choice> {
  const { name, system, candidates } = contender;
  const all = candidates[set.name];
  if (all.length === 1) return { chosen: all, tried: [] };
  const minutes = contender.minutes * bench.share;
  const tried: Tried[] = [];
  for (const settings of all) {
    const outcome = await train(contender, { set, settings, minutes }, bench);
    if (outcome) tried.push({ name, system, minutes, settings, valid: outcome.valid });
  }
  const best = tried.toSorted((a, b) => a.valid - b.valid).map(({ settings }) => settings);
  return { chosen: tried.length === all.length ? best : [], tried };
}

/** Chooses a contender's settings and trains with them, or with the next best if the loss explodes. */
async function measure(
  contender: Contender,
  set: DataSet,
  bench: Bench,
): Promise<{ row?: Row; tried: readonly Tried[] }> {
  const { chosen, tried } = await choose(contender, set, bench);
  const { name, system, minutes } = contender;
  const trained: Row[] = [];
  for (const settings of chosen) {
    const outcome = await train(contender, { set, settings, minutes }, bench);
    if (!outcome) break;
    trained.push({ name, system, minutes, settings, outcome });
    if (!hasExploded(outcome)) break;
  }
  // If all losses explode, the best of them counts.
  const row = trained.find(({ outcome }) => !hasExploded(outcome)) ??
    trained.toSorted((a, b) => a.outcome.valid - b.outcome.valid)[0];
  const others = trained.filter((own) => own !== row);
  return { row, tried: [...tried, ...others.map((own) => ({ ...own, valid: own.outcome.valid }))] };
}

function hasExploded({ curve }: Outcome): boolean {
  return curve.some(([, loss], i) => i > 0 && loss > curve[i - 1][1] + EXPLODED);
}

/** The rows whose contenders depend on others: the same in WebAssembly, and the best ones for longer. */
function further(rows: readonly Row[], minutes: number, long: number): Contender[] {
  const cellOf = ({ name }: Row): string => name.replace("Elman, ", "");
  const native = rows.filter(({ system }) => system === "native").toSorted((a, b) => a.outcome.valid - b.outcome.valid);
  const light = native.map(cellOf).find((cell) => LIGHT_CELLS.includes(cell));
  const webassembly = ["lstm", "gru", ...light === undefined ? [] : [light]];
  const best =
    rows.filter(({ system }) => system === "pytorch").toSorted((a, b) => a.outcome.valid - b.outcome.valid)[0];
  const transformer = best && contenders(long).find(({ name }) => name === best.name);
  return [
    ...webassembly.map((cell) => recurrent(cell, "webassembly", minutes)),
    ...long === 0 ? [] : [
      ...native.slice(0, 2).map((row) => longRecurrent(cellOf(row), long)),
      ...transformer ? [transformer] : [],
    ],
  ];
}

/** The best n-gram model of a data set by its validation loss. */
async function measureNgrams({ train, valid, test, unit }: DataSet): Promise<NgramRow> {
  const start = performance.now();
  const [train_, ...texts] = await Promise.all([train, valid, test].map((path) => readTokens(path, unit)));
  const found = ngramLosses(train_, texts, unit === "char" ? [4, 5, 6, 7] : [2, 3, 4, 5]);
  const { order, losses: [validLoss, testLoss] } = found.toSorted((a, b) => a.losses[0] - b.losses[0])[0];
  return { order, valid: validLoss, test: testLoss, seconds: (performance.now() - start) / 1e3 };
}

/** Measures everything on a data set. `onChange` is called with the section so far. */
async function measureSet(
  set: DataSet,
  { minutes, long, bench, onChange }: {
    readonly minutes: number;
    readonly long: number;
    readonly bench: Bench;
    readonly onChange: (section: Section) => void;
  },
): Promise<void> {
  const rows: Row[] = [];
  const tried: Tried[] = [];
  const ngram = await measureNgrams(set);
  const add = async (contender: Contender): Promise<void> => {
    const found = await measure(contender, set, bench);
    if (found.row) rows.push(found.row);
    tried.push(...found.tried);
    onChange({ set, rows: [...rows], tried: [...tried], ngram });
  };
  for (const contender of contenders(minutes)) await add(contender);
  for (const contender of further(rows, minutes, long)) await add(contender);
}

function describeMachine({ processor, extensions }: Processor): string {
  const { cores, deno } = machine();
  return `${processor} (${extensions.join(", ")}), ${cores} cores, Deno ${deno}`;
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, python, only, set, trial, ...asked }) => {
    const { minutes, long, share, threads } = { ...USUAL, ...asked };
    if (data === undefined) throw new InputRangeError("bench:language-models: expected --data FOLDER, found none");
    const processor = await readProcessor();
    const results = trial ? new Results() : await Results.read();
    const sections = new Map<string, Section>();
    const save = async (): Promise<void> => {
      const found = [...sections.values()].filter(({ rows }) => rows.length > 0);
      const text = report(found, { machine: describeMachine(processor), minutes, long, share, threads });
      if (trial) console.log(text);
      else await results.write(processor, { md: text, ...found.length > 0 && { svg: drawCurves(found) } });
    };
    const isAsked = ({ name, system }: Contender): boolean =>
      only === undefined || only.some((part) => `${name} ${system}`.includes(part));
    await inTempFolder(async (folder) => {
      const bench: Bench = { results, folder, python, threads, share, isAsked, save: trial ? async () => {} : save };
      for (const name of set ?? DATA_SETS) {
        const onChange = (section: Section): void => void sections.set(name, section);
        await measureSet(await findDataSet(name, data, folder), { minutes, long, bench, onChange });
      }
    });
    await save();
    return 0;
  },
};

if (import.meta.main) {
  goToCallersDirectory();
  Deno.exit(
    await runCommand(
      { name: "bench:language-models", summary: "Compare language models at equal times of training." },
      command,
      Deno.args,
    ),
  );
}
