import type { Given } from "../../src/schema/mod.ts";
import type { FileFacts } from "./files.ts";
import type { LayerFacts, WeightTotals } from "./layers.ts";
import type { ProcessorFacts } from "./processors.ts";
import type { RunFacts } from "./run_facts.ts";

/** The facts about a saved model. */
export interface ModelFacts {
  /** Its directory. */
  readonly directory: string;
  /** The name of its task. */
  readonly task: string;
  /** The noun for a model of the task. */
  readonly noun: string;
  /** The contents of `config.json`; of a model that was read from files, only the fields that it uses. */
  readonly config: Given;
  /** The layers. */
  readonly layers: readonly LayerFacts[];
  /** The sums over the layers. */
  readonly totals: WeightTotals;
  /** The converters of data. */
  readonly processors: readonly ProcessorFacts[];
  /** The training run; undefined if it left nothing. */
  readonly run: RunFacts | undefined;
  /** The files of the directory. */
  readonly files: readonly FileFacts[];
}
