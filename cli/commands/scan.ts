import { replaceFile } from "../../src/formats/write_file.ts";
import { count } from "../../src/schema/mod.ts";
import { Classifier } from "../../tasks/classification/mod.ts";
import { soughtLabel } from "../../tasks/labels/ranking.ts";
import { formatBED, type Scan, scanFasta, type ScanOptions } from "../../tasks/classification/scanning.ts";
import { describeOthers } from "../../tasks/classification/sequence_data.ts";
import { kmerLength, tokenLimit } from "../../tasks/classification/texts.ts";
import { linesOf, openText } from "../../tasks/data/mod.ts";
import { nameOf } from "../../tasks/data/file_system.ts";
import { namedError } from "../../tasks/data/named_error.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import {
  clearCount,
  countReporter,
  isPiped,
  jsonLine,
  promptForInput,
  writeErrorLine,
  writeOut,
} from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { ENCODING_OPTION, expectEncoding } from "./encoding_option.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { QUIET_OPTION } from "./open_model.ts";
import { checkPlace, outputFile } from "./output_file.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  label: {
    kind: "string",
    group: "search",
    value: "NAME",
    help: "Label to look for.",
    default: "the only one of two that is not called other, negative or similar",
  },
  threshold: {
    kind: "number",
    group: "search",
    above: 0,
    max: 1,
    help: "Least probability of the label in a window.",
    default: "0.5, or the label's own threshold in a multi-label classifier",
  },
  window: {
    kind: "integer",
    group: "search",
    min: 1,
    help: "Letters of a window.",
    default: "the most frequent length of the training sequences",
  },
  step: {
    kind: "integer",
    group: "search",
    min: 1,
    help: "Letters from the start of a window to the start of the next.",
    default: "a tenth of the window",
  },
  "both-strands": {
    kind: "boolean",
    group: "search",
    help: "Read each strand of DNA or RNA on its own; a model with the reverse complement reads both together.",
  },
  out: {
    kind: "path",
    group: "run",
    value: "FILE",
    help: "BED file to write; an existing one is moved aside.",
    default: "standard output",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object and nothing else; needs --out." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

/** The least probability of a label that has no threshold of its own. */
const USUAL_THRESHOLD = 0.5;

type ScanValues = Values<typeof OPTIONS>;

/** Makes the command that looks for a label in long sequences. */
export function makeScanCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "[FILE]",
    options: OPTIONS,
    run: async (given, operands) => {
      const values = { ...given, out: outputFile(given.out) };
      const { out, json, quiet } = values;
      expectEncoding(values.encoding);
      if (json && out === undefined) {
        const found = given.out === undefined ? "none" : "standard output";
        throw new UsageError(`--json: expected --out FILE with it, found ${found}`);
      }
      const isQuiet = json || quiet;
      const file = await fileOf(operands, isQuiet);
      if (out !== undefined) await checkPlace(out);
      startEngine(values);
      const asked = { tasks, texts: [], isQuiet, ...verifying(values) };
      const model = await Classifier.load(
        await modelDirectory(values.model, "classification", asked),
        verifying(values),
      );
      const options = scanOptions(model, values);
      if (file === "-") promptForInput("sequences", quiet);
      const found = await scan(model, file, values, options);
      await write(found, options, values);
      return 0;
    },
  };
}

/** Returns the file to scan, or standard input. */
async function fileOf(operands: readonly string[], isQuiet: boolean | undefined): Promise<string> {
  if (operands.length > 1) throw new UsageError(`expected one file of sequences, found ${operands.length}`);
  if (operands.length === 1) return operands[0];
  if (await isPiped(isQuiet)) return "-";
  throw new UsageError("expected a FASTA file, found none");
}

/** Completes the options of a scan. Throws `UsageError` if one does not fit the model. */
function scanOptions({ config, tokenizer }: Classifier, values: ScanValues): ScanOptions {
  const { labels, alphabet, reverseComplement } = config;
  if (alphabet === null) throw new UsageError("--model: expected a classifier of sequences, found one of other texts");
  const { window = config.window } = values;
  if (window === null) throw new UsageError("--window: expected a length, found none, nor one in the model");
  const longest = tokenLimit(config);
  if (window > longest) throw new UsageError(`--window: expected at most ${longest} letters, found ${window}`);
  const shortest = kmerLength(tokenizer) ?? 1;
  if (window < shortest) {
    throw new UsageError(`--window: expected at least ${shortest} letters, a k-mer of the model, found ${window}`);
  }
  const { step = Math.max(1, Math.round(window / 10)) } = values;
  if (step > window) throw new UsageError(`--step: expected at most the window, ${window}, found ${step}`);
  const label = labelOf(labels, values.label);
  const { threshold = config.thresholds?.[labels.indexOf(label)] ?? USUAL_THRESHOLD } = values;
  if (!values["both-strands"]) return { label, window, step, threshold, strands: [reverseComplement ? "." : "+"] };
  if (reverseComplement || alphabet === "protein") {
    const found = reverseComplement ? "one that reads both together" : "one of protein";
    throw new UsageError(`--both-strands: expected a model of one strand of DNA or RNA, found ${found}`);
  }
  return { label, window, step, threshold, strands: ["+", "-"] };
}

/** Returns the label to look for: the given one, or the only one of two that is not a usual name of the rest. */
function labelOf(labels: readonly string[], given: string | undefined): string {
  if (given !== undefined && labels.includes(given)) return given;
  const sought = soughtLabel(labels);
  if (given === undefined && sought !== undefined) return sought;
  const found = given === undefined ? "none" : JSON.stringify(given);
  throw new UsageError(`--label: expected one of ${labels.join(", ")}, found ${found}`);
}

async function scan(model: Classifier, file: string, values: ScanValues, options: ScanOptions): Promise<Scan> {
  const { encoding, json, quiet } = values;
  const text = await openText(file, { encoding });
  const report = json || quiet ? undefined : countReporter();
  try {
    const total = text.length;
    const found = await scanFasta(model, linesOf(text), options, (done) => report?.({ stage: "scan", done, total }));
    if (report) clearCount();
    return found;
  } catch (error) {
    throw namedError(nameOf(file), error);
  }
}

async function write(
  { sites, sequences, short, windows, outside }: Scan,
  options: ScanOptions,
  values: ScanValues,
): Promise<void> {
  const { out, json, quiet } = values;
  if (short > 0) {
    writeErrorLine(`warning: ${count(short, "sequence")} shorter than the window of ${options.window} not read`);
  }
  if (outside.size > 0) writeErrorLine(`warning: ${describeOthers({ ambiguous: new Map(), outside })}`);
  const content = formatBED(sites, options.label);
  const kept = out === undefined ? undefined : await replaceFile(out, content, { keepOld: true });
  if (out === undefined) writeOut(content);
  if (kept !== undefined && !json && !quiet) writeErrorLine(`Moved the existing file ${out} to ${kept}.`);
  if (json) jsonLine({ event: "done", label: options.label, sites: sites.length, sequences, windows, out });
  else if (!quiet) {
    const saved = out === undefined ? "" : `, saved to ${out}`;
    writeErrorLine(
      `${count(sites.length, "site")} of ${options.label} in ${count(sequences, "sequence")}, ${
        count(windows, "window")
      } of ${options.window} letters${saved}.`,
    );
  }
}
