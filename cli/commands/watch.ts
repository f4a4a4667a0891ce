import process from "node:process";
import { InputRangeError } from "../../errors.ts";
import { count, parseJSON } from "../../src/schema/mod.ts";
import { nameOf, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { namedError } from "../../tasks/data/named_error.ts";
import { chunksOf, grayValues, videoFrames } from "../../tasks/data/vector_sequences/video.ts";
import { linesOf, openText, vectorSequence } from "../../tasks/data/mod.ts";
import type { TaskEntry } from "../../tasks/registry.ts";
import { VectorClassifier, VectorWatch } from "../../tasks/vector_classification/mod.ts";
import { Timeline } from "../../tasks/vector_classification/timeline.ts";
import { type Command, type OptionSpecs, UsageError, type Values } from "../arguments/mod.ts";
import { ENGINE_OPTIONS, startEngine } from "../engine_options.ts";
import { inputLines, jsonLine, startProgram, writeErrorLine, writeLine } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { expectWritable, saveDrawing } from "./drawing_file.ts";
import { STANDARD_OUTPUT } from "./output_file.ts";
import { MODEL_OPTION, modelDirectory } from "./model_option.ts";
import { QUIET_OPTION } from "./open_model.ts";

const OPTIONS = {
  ...MODEL_OPTION,
  ...VERIFY_OPTION,
  timeline: {
    kind: "path",
    group: "answers",
    value: "FILE",
    help: "Draw the probabilities over time as SVG; - writes the drawing to standard output, alone.",
  },
  span: {
    kind: "integer",
    group: "answers",
    min: 1,
    value: "FRAMES",
    help: "Number of frames that count, older ones fading out, for models that average over time.",
    default: "all",
  },
  raw: {
    kind: "boolean",
    group: "answers",
    help: "Read frames without a format from standard input: a byte for each pixel, in the model's size.",
  },
  ...ENGINE_OPTIONS,
  json: { kind: "boolean", group: "run", help: "Print one JSON object per frame and nothing else." },
  ...QUIET_OPTION,
} as const satisfies OptionSpecs;

type WatchValues = Values<typeof OPTIONS>;

/** Makes the command that classifies a video, or other frames, while they arrive. */
export function makeWatchCommand(tasks: readonly TaskEntry[]): Command<typeof OPTIONS> {
  return {
    operands: "FILE",
    options: OPTIONS,
    run: async (values, operands) => {
      const { timeline: file, span, raw, json, quiet } = values;
      if (operands.length !== 1) throw new UsageError(`expected one video, or - for a pipe, found ${operands.length}`);
      const [source] = operands;
      if (raw && source !== STANDARD_INPUT) throw new UsageError(`--raw: expected - with it, found ${source}`);
      if (file !== undefined) await expectWritable({ option: "--timeline", file, json });
      startEngine(values);
      const verified = verifying(values);
      const directory = await modelDirectory(values.model, "vector-classification", {
        ...{ tasks, texts: operands, isQuiet: json || quiet },
        ...verified,
      });
      const model = await VectorClassifier.load(directory, verified);
      const watch = new VectorWatch(model, { span });
      const timeline = new Timeline(model.config.labels);
      if (raw && !model.processor.picture) {
        throw new UsageError("--raw: expected a model of pictures with it, found one of other frames");
      }
      const { picture, channels } = model.processor;
      const frames = picture ? pictures(model, source, values) : vectors(source, channels);
      const read = await follow(frames, watch, { timeline, rate: model.processor.frameRate, values });
      if (read === 0) throw new InputRangeError(`read ${nameOf(source)}: expected at least 1 whole frame, found none`);
      if (file !== undefined) await saveDrawing(file, timeline.draw(model.processor.frameRate), json || quiet);
      return 0;
    },
  };
}

/** Yields the frames of a video. */
async function* pictures(
  { processor }: VectorClassifier,
  source: string,
  { raw }: WatchValues,
): AsyncGenerator<Float32Array, void, void> {
  const frames = raw
    ? chunksOf(process.stdin, processor.channels)
    : videoFrames(source, { ...processor.video, startProgram });
  for await (const frame of frames) yield grayValues(frame);
}

/** Yields frames of which each is a line: a JSON array of numbers. */
async function* vectors(source: string, channels: number): AsyncGenerator<Float32Array, void, void> {
  const lines = source === STANDARD_INPUT ? inputLines() : linesOf(await openText(source));
  let number = 0;
  for await (const line of lines) {
    number++;
    const text = String(line).trim();
    if (text !== "") yield vectorOf(text, { name: nameOf(source), number, channels });
  }
}

/** Where a frame stands, and the number of its values. */
interface FramePlace {
  readonly name: string;
  readonly number: number;
  readonly channels: number;
}

function vectorOf(text: string, { name, number, channels }: FramePlace): Float32Array {
  try {
    const { frames } = vectorSequence([parse(text, number)], { source: `line ${number}` });
    if (frames.length === channels) return frames;
    throw new InputRangeError(`expected ${count(channels, "value")} on line ${number}, found ${frames.length}`);
  } catch (error) {
    throw namedError(name, error);
  }
}

function parse(line: string, number: number): unknown {
  try {
    const frame = parseJSON(line, "expected JSON", false);
    if (Array.isArray(frame)) return frame;
  } catch {
    // Reported below.
  }
  throw new InputRangeError(
    `expected the numbers of a frame, such as [0.1, 0.2], on line ${number}, found other text`,
  );
}

/** How frames are followed. */
interface FollowOptions {
  readonly timeline: Timeline;
  readonly rate: number | null;
  readonly values: WatchValues;
}

/**
 * Classifies frame after frame, and prints every one as JSON, or else each change of the label. Returns their number.
 */
async function follow(
  frames: AsyncIterable<Float32Array>,
  watch: VectorWatch,
  { timeline, rate, values: { timeline: file, json, quiet } }: FollowOptions,
): Promise<number> {
  let read = 0;
  let shown: string | undefined;
  let last = "";
  const start = performance.now();
  for await (const frame of frames) {
    const answer = watch.next(frame);
    const { label, confidence, probabilities } = answer;
    timeline.add(probabilities);
    const time = rate === null ? { frame: read } : { frame: read, seconds: Number((read / rate).toFixed(3)) };
    if (json) jsonLine({ ...time, label, confidence, probabilities });
    last = `${rate === null ? `frame ${read}` : `${(read / rate).toFixed(2)} s`}\t${label}\t${confidence.toFixed(4)}`;
    if (!json && label !== shown && file !== STANDARD_OUTPUT) writeLine(last);
    shown = label;
    read++;
  }
  watch[Symbol.dispose]();
  const speed = read / (performance.now() - start) * 1e3;
  if (!json && !quiet && read > 0) {
    writeErrorLine(`At the end: ${last.replaceAll("\t", " ")}; ${count(read, "frame")}, ${speed.toFixed(0)} a second.`);
  }
  return read;
}
