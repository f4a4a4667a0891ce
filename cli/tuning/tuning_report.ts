import type { Field } from "../../src/schema/mod.ts";
import { count } from "../../src/schema/mod.ts";
import {
  describeFields,
  type RunFields,
  type Rung,
  tableOfTrials,
  type Trial,
  type TuningRecord,
} from "../../tasks/tuning/mod.ts";
import type { AnyProgram, DataSet, TuningFigure } from "../../tasks/task_model/mod.ts";
import { formatDuration, jsonLine, writeErrorLine, writeMessage } from "../terminal/mod.ts";

/** Options of `TuningReport`. */
export interface TuningReportOptions {
  /** The program of the models. */
  readonly program: AnyProgram;
  /** The fields in effect. */
  readonly given: Required<RunFields>;
  /** The data. */
  readonly data: Pick<DataSet<unknown>, "data">;
  /** Which messages to print. */
  readonly values: { readonly json?: boolean; readonly quiet?: boolean };
}

/** Reports a search as text or as lines of JSON. */
export class TuningReport {
  #values: TuningReportOptions["values"];
  #schema: Readonly<Record<string, Field>>;
  #figure: TuningFigure;

  constructor({ program, given, data, values }: TuningReportOptions) {
    const { task } = program.model;
    this.#values = values;
    this.#schema = { ...task.model, ...task.settings, ...program.plan };
    this.#figure = program.tuning!.figure(given.fit, data.data);
  }

  /** Prints a message unless `--json` or `--quiet` is given. */
  say(text: string | undefined): void {
    const { json, quiet } = this.#values;
    if (text !== undefined && !json && !quiet) writeMessage(text);
  }

  /** Says what is known about the data and what was chosen for them, which the training need not repeat. */
  introduce({ warnings, notes }: Pick<DataSet<unknown>, "warnings" | "notes">, suited: string | undefined): void {
    if (!this.#values.quiet) { for (const warning of warnings) writeErrorLine(`warning: ${warning}`); }
    for (const line of [...notes, suited]) this.say(line);
  }

  /** Describes the beginning of a search. */
  begin({ rungs, candidates, secondsPerEpoch, minutes }: TuningRecord, workers: number): void {
    if (rungs.length === 0) {
      return this.say(`${count(minutes, "minute")}: too short for a search; training with the options as they are.`);
    }
    this.say(
      `Searching among ${count(candidates.length, "configuration")}, ${workers} at a time; an epoch takes about ${
        secondsPerEpoch.toPrecision(2)
      } s.`,
    );
  }

  /** Describes the beginning of a round. */
  rung({ epochs, share, seed }: Rung, candidates: number): void {
    const part = share === 1 ? "" : ` on ${Math.round(100 * share)} % of the training data`;
    const again = seed === 0 ? "" : ", with another seed";
    this.say(`Training ${count(candidates, "configuration")} for ${count(epochs, "epoch")}${part}${again}.`);
  }

  /** Describes a finished training. */
  trial({ candidate, epochs, share, seed, figures, seconds }: Trial, change: RunFields): void {
    const { json } = this.#values;
    const { name, show } = this.#figure;
    const options = { ...change.plan, ...change.model, ...change.fit };
    if (json) {
      const { objective = null, loss = null } = figures ?? {};
      jsonLine({ event: "trial", candidate, epochs, share, seed, objective, network_loss: loss, seconds, options });
    }
    const result = figures ? `${name} ${show(figures.objective)}, network loss ${figures.loss.toFixed(4)}` : "failed";
    this.say(`  ${result}, ${seconds.toFixed(1)} s: ${describeFields(change, this.#schema)}`);
  }

  /** Describes the end of a search: what was tried, and the options of the last training. */
  end({ candidates, trials, chosen, figures, seconds }: TuningRecord, change: RunFields): void {
    const { json } = this.#values;
    const { name: heading, show } = this.#figure;
    const options = { ...change.plan, ...change.model, ...change.fit };
    if (json) {
      jsonLine({ event: "tuned", trials: trials.length, options, objective: figures?.objective ?? null, seconds });
    }
    if (trials.length === 0) return;
    const schema = this.#schema;
    this.say(`\n${tableOfTrials({ candidates, trials, chosen: chosen!, heading, show, schema })}\n`);
    const why = chosen === 0 ? ", since no configuration beats the default by more than its standard error" : "";
    this.say(`Chosen after ${formatDuration(seconds)}: ${describeFields(change, schema)}${why}.`);
  }
}
