import { nameOf } from "../../tasks/data/file_system.ts";
import { readVectorSequences, type VectorSequence } from "../../tasks/data/mod.ts";
import { namedError } from "../../tasks/data/named_error.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type VectorClassification, VectorClassifier } from "../../tasks/vector_classification/mod.ts";
import { type Command, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { ENGINE_OPTIONS } from "../engine_options.ts";
import { jsonLine, startProgram, writeErrorLine, writeLine } from "../terminal/mod.ts";
import { VERIFY_OPTION } from "../verify_option.ts";
import { MODEL_OPTION } from "./model_option.ts";
import { isQuiet, openModel, QUIET_OPTION } from "./open_model.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per sequence and nothing else." },
  tsv: {
    kind: "boolean",
    group: "run",
    help: "Print a header, then tab-separated place, label, confidence, and probability of each label.",
  },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

/** Makes the command that classifies the sequences of numbers in files. */
export function makeClassifySequencesCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "FILE...",
    options: OPTIONS,
    run: async (values, files) => {
      const { json, tsv } = values;
      if (json && tsv) throw new UsageError("--tsv: expected this option or --json, found both");
      if (files.length === 0) throw new UsageError("expected a file of sequences of numbers, found none");
      const model = await openModel(values, {
        ...{ tasks, task: "vector-classification", operands: files },
        load: (directory, options) => VectorClassifier.load(directory, options),
      });
      const { labels, dataFormat } = model.config;
      if (tsv) writeLine(["place", "label", "confidence", ...labels].map(field).join("\t"));
      const reading = { ...model.processor.reading, likely: dataFormat ?? undefined, startProgram };
      for (const file of files) {
        const { sequences, notes = [], warnings = [] } = await readVectorSequences(file, reading);
        if (!isQuiet(values)) {
          for (const note of notes) writeErrorLine(note);
          for (const warning of warnings) writeErrorLine(`warning: ${warning}`);
        }
        const found = await model.classify(sequences).catch((error) => {
          throw namedError(nameOf(file), error);
        });
        found.forEach((answer, i) => write(placeOf(file, sequences[i]), answer, labels, { json, tsv }));
      }
      return 0;
    },
  };
}

/** Names a sequence: by its file and its place in it, or by its own file in a folder. */
function placeOf(file: string, { source }: VectorSequence): string {
  return source.startsWith(file) ? source : `${nameOf(file)} ${source}`;
}

function write(
  place: string,
  { label, confidence, probabilities }: VectorClassification,
  labels: readonly string[],
  { json, tsv }: { readonly json?: boolean; readonly tsv?: boolean },
): void {
  if (json) return jsonLine({ place, label, confidence, probabilities });
  const ranked = Object.entries(probabilities).sort(([, a], [, b]) => b - a).map(([label, p]) =>
    `${label} ${p.toFixed(4)}`
  );
  const columns = tsv ? [confidence.toFixed(6), ...labels.map((label) => probabilities[label].toFixed(6))] : ranked;
  writeLine([place, label, ...columns].map(field).join("\t"));
}

/** Makes a text fit a tab-separated field. */
function field(text: string): string {
  return text.replaceAll(/[\t\r\n]+/g, " ");
}
