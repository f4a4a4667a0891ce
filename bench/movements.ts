/**
 * Measures classifiers of movements: `deno task bench:movements --data FILE [--only PART]`. FILE is UTKinect-Action3D
 * as JSON Lines of `subject`, `trial`, `action` and `frames` of 20 joints. The parts are the skeletons with each
 * subject left out once, or with each sequence; the same skeletons drawn as videos of 64 x 64 pixels, which ffmpeg
 * encodes and decodes, with each subject left out once. Each is trained by the public command. It writes
 * results/movements.json and results/movements.md; `--only` measures one part anew and keeps the others.
 * @module
 */
import { type Command, type OptionSpecs, runCommand } from "../cli/arguments/mod.ts";
import { goToCallersDirectory } from "../cli/callers_directory.ts";
import { parseJSON } from "../src/schema/mod.ts";
import { jsonEvents } from "./json_events.ts";
import { type Movement, VIEWS, writeVideos } from "./movements/draw.ts";
import { denoCommand, format, machine, table, writeResults } from "./support.ts";

/** The parts of the benchmark. */
const PARTS = ["subjects", "sequences", "room", "close"] as const;

type Part = typeof PARTS[number];

const OPTIONS = {
  data: { kind: "path", value: "FILE", help: "UTKinect-Action3D as JSON Lines" },
  only: { kind: "choice", choices: PARTS, help: "the part to measure" },
  threads: { kind: "integer", min: 1, help: "threads of each training", default: "1" },
  with: {
    kind: "string",
    value: "OPTION",
    repeatable: true,
    help: "further option of train-classifier, such as --with=--epochs=5",
  },
  trial: { kind: "boolean", help: "print the results without writing them" },
} as const satisfies OptionSpecs;

/** The title of each part, and the options of `train-classifier` beside the data. */
const DETAILS: Readonly<Record<Part, { readonly title: string; readonly options: readonly string[] }>> = {
  subjects: {
    title: "skeletons, one subject out",
    options: ["--group", "subject", "--folds", "leave-one-out"],
  },
  sequences: { title: "skeletons, one sequence out", options: ["--folds", "leave-one-out"] },
  room: {
    title: "videos of a camera that stands still, one subject out",
    options: ["--fps", "10", "--mirror", "--group", "subject", "--folds", "leave-one-out"],
  },
  close: {
    title: "videos cut to the movement, one subject out",
    options: ["--fps", "10", "--mirror", "--group", "subject", "--folds", "leave-one-out"],
  },
};

/** Longest time of a part, in minutes. */
const MINUTES = 240;

/** The result of a part; accuracies are shares of the sequences that a model has not seen. */
interface Result {
  readonly options: string;
  readonly sequences: number;
  readonly accuracy: number;
  readonly nearest: number;
  readonly seconds: number;
}

type Results = Partial<Record<Part, Result>> & { readonly machine?: Record<string, string | number> };

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ data, only, threads = 1, with: more = [], trial }) => {
    if (data === undefined) throw new RangeError("bench movements: expected --data, found none");
    goToCallersDirectory();
    let results: Results = only === undefined || trial ? {} : await earlier();
    for (const part of only === undefined ? PARTS : [only]) {
      results = { ...results, [part]: await measure(part, data, [...more, "--threads", String(threads)]) };
      console.log(part, results[part]);
      results = { ...results, machine: machine() };
      const text = describe(results);
      if (!trial) await writeResults("movements", { md: text, json: JSON.stringify(results, null, 2) });
    }
    console.log(describe(results));
    return 0;
  },
};

/** Reads the results of earlier runs; none if there are none. */
async function earlier(): Promise<Results> {
  const name = "results/movements.json";
  return await Deno.readTextFile(new URL(name, import.meta.url)).then(
    (text) => parseJSON(text, `read ${name}`) as Results,
    () => ({}),
  );
}

/** Trains and measures the classifiers of a part in a process of its own. */
async function measure(part: Part, file: string, more: readonly string[]): Promise<Result> {
  const folder = await Deno.makeTempDir({ prefix: "elman_movements_" });
  try {
    const view = VIEWS.find((view) => view === part);
    if (view) {
      const lines = (await Deno.readTextFile(file)).trim().split("\n");
      await writeVideos(`${folder}/videos`, lines.map((line) => JSON.parse(line) as Movement), view);
    }
    const options = [...DETAILS[part].options, ...more];
    const files = ["--data", view ? `${folder}/videos` : file, "--out", `${folder}/model`];
    const permissions = ["--no-prompt", "--allow-read", "--allow-write", "--allow-env=INIT_CWD", "--allow-run=ffmpeg"];
    const start = performance.now();
    const training = denoCommand("../cli/main.ts", permissions, "train-classifier", ...files, ...options, "--json");
    const folds: Fold[] = [];
    for await (const { event } of jsonEvents<Fold>(training, MINUTES)) {
      if (event.event !== "fold") continue;
      folds.push(event);
      console.error(part, folds.length, totals(folds));
    }
    const seconds = (performance.now() - start) / 1e3;
    return { options: options.join(" "), ...totals(folds), seconds };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** An event of a fold: how many sequences it left out, and the shares of them that are classified correctly. */
interface Fold {
  readonly event: string;
  readonly sequences: number;
  readonly accuracy: number;
  readonly nearest: number;
}

/** Adds up folds. */
function totals(folds: readonly Fold[]): Pick<Result, "sequences" | "accuracy" | "nearest"> {
  const sequences = folds.reduce((sum, fold) => sum + fold.sequences, 0);
  const share = (name: "accuracy" | "nearest"): number =>
    folds.reduce((sum, fold) => sum + fold[name] * fold.sequences, 0) / sequences;
  return { sequences, accuracy: share("accuracy"), nearest: share("nearest") };
}

function describe(results: Results): string {
  const rows = PARTS.flatMap((part) => {
    const found = results[part];
    if (!found) return [];
    const percent = (share: number): string => `${format(100 * share, 2)} %`;
    return [[
      DETAILS[part].title,
      format(found.sequences),
      percent(found.accuracy),
      percent(found.nearest),
      format(found.seconds),
    ]];
  });
  return [
    "# Movements",
    "",
    "`deno task bench:movements --data FILE`: ten actions by ten people (UTKinect-Action3D), trained by",
    "`train-classifier` on one thread, with its default options except `--fps 10 --mirror` for the videos. These show the",
    "skeletons from the front in 64 x 64 pixels: white bones of one breadth and a round head on black, without perspective",
    "or any sign of depth.",
    "",
    table(["sequences", "number", "Elman", "nearest sequence", "seconds"], rows),
  ].join("\n");
}

if (import.meta.main) {
  const introduction = { name: "bench:movements", summary: "Measure classifiers of movements and drawn videos." };
  Deno.exit(await runCommand(introduction, command, Deno.args));
}
