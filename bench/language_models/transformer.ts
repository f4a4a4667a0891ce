/** Trains small Transformers in PyTorch. */
import { path } from "../support.ts";
import type { DataSet } from "./data_sets.ts";
import { jsonEvents } from "../json_events.ts";
import type { Outcome } from "./results.ts";

/** A training run of a Transformer. */
export interface TransformerRun {
  readonly set: DataSet;
  readonly minutes: number;
  readonly settings: string;
  readonly threads: number;
  /** The Python that has PyTorch. */
  readonly python: string;
}

/** An event of `transformer.py`. */
interface TransformerEvent {
  readonly event: "valid" | "done";
  readonly valid_loss: number;
  readonly test_loss: number;
  readonly seconds: number;
  readonly steps: number;
  readonly tokens_per_second: number;
  readonly parameters: number;
  readonly torch: string;
}

/** Trains a Transformer for some minutes and evaluates it. Throws `RangeError` if the script fails. */
export async function trainTransformer(run: TransformerRun): Promise<Outcome> {
  const { set, minutes, settings, threads, python } = run;
  const command = [
    ...[python, path("language_models/transformer.py"), "--train", set.train, "--valid", set.valid, "--test", set.test],
    ...["--unit", set.unit, "--seconds", String(minutes * 60), "--threads", String(threads), ...settings.split(" ")],
  ];
  const curve: [number, number][] = [];
  let last: TransformerEvent | undefined;
  for await (const { event } of jsonEvents<TransformerEvent>(command, minutes * 2 + 20)) {
    if (event.event === "valid") curve.push([event.seconds, event.valid_loss]);
    else last = event;
  }
  if (!last) throw new RangeError(`bench ${settings}: expected a final event, found none`);
  const { valid_loss: valid, test_loss: test, seconds, steps, tokens_per_second, parameters, torch } = last;
  return { valid, test, seconds, steps, tokensPerSecond: tokens_per_second, parameters, curve, torch };
}
