/** Trains Elman's language models with the public command. */
import { denoCommand } from "../support.ts";
import type { DataSet } from "./data_sets.ts";
import type { Outcome } from "./results.ts";
import { jsonEvents } from "../json_events.ts";

/** A training run of Elman. */
export interface ElmanRun {
  readonly set: DataSet;
  readonly system: "native" | "webassembly";
  readonly minutes: number;
  readonly settings: string;
  readonly threads: number;
  /** Directory of the model. */
  readonly out: string;
}

/** An event of `train-lm --json`. */
interface TrainEvent {
  readonly event: string;
  readonly valid_loss?: number;
  readonly test_loss?: number;
  readonly steps?: number;
  readonly tokens_per_second?: number;
}

/** Permissions of each system besides files. */
const PERMISSIONS = {
  native: ["--allow-env=INIT_CWD,ELMAN_BLAS", "--allow-ffi"],
  webassembly: ["--allow-env=INIT_CWD"],
} as const;

/** Trains a model for some minutes and evaluates it. Throws `RangeError` with one line of its errors if it fails. */
export async function trainElman({ set, system, minutes, settings, threads, out }: ElmanRun): Promise<Outcome> {
  const command = denoCommand(
    "../cli/main.ts",
    ["--v8-flags=--max-semi-space-size=4", "--allow-read", "--allow-write", ...PERMISSIONS[system]],
    ...["train-lm", "--data", set.train, "--valid", set.valid, "--test", set.test, "--tokenizer", set.unit],
    ...["--minutes", String(minutes), "--schedule", "cosine", "--threads", String(threads)],
    ...[...settings.split(" "), "--json", "--log-every", "1", "--out", out],
  );
  let begin = NaN;
  const curve: [number, number][] = [];
  let last: TrainEvent | undefined;
  for await (const { event, at } of jsonEvents<TrainEvent>(command, minutes * 2 + 10)) {
    if (event.event === "step" && Number.isNaN(begin)) begin = at;
    if (event.event === "epoch" && event.valid_loss !== undefined) curve.push([(at - begin) / 1e3, event.valid_loss]);
    if (event.event === "done") last = event;
  }
  if (last?.valid_loss === undefined) throw new RangeError(`bench ${settings}: expected a validation loss, found none`);
  return {
    valid: last.valid_loss,
    test: last.test_loss ?? null,
    seconds: curve.at(-1)?.[0] ?? NaN,
    steps: last.steps ?? NaN,
    tokensPerSecond: last.tokens_per_second ?? NaN,
    parameters: await countParameters(`${out}/model.safetensors`),
    curve,
  };
}

/** Counts the numbers in a file of float32 tensors. */
async function countParameters(path: string): Promise<number> {
  const bytes = await Deno.readFile(path);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const tensors = Object.entries(header).filter(([name]) => name !== "__metadata__");
  return tensors.reduce((sum, [, tensor]) => sum + product((tensor as { shape: number[] }).shape), 0);
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((product, size) => product * size, 1);
}
