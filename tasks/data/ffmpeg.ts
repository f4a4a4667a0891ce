import { InputRangeError } from "../../errors.ts";
import { describeValue } from "../../src/schema/mod.ts";
import { exists, nameOf, STANDARD_INPUT } from "./file_system.ts";

/** A program that is running. */
export interface RunningProgram {
  /** The bytes of its standard output. */
  readonly output: AsyncIterable<Uint8Array>;
  /** Resolves after it has ended: the exit code, and what it has written to standard error. */
  readonly ended: Promise<{ readonly code: number; readonly messages: string }>;
  /** Ends it early. */
  stop(): void;
}

/**
 * Starts a program; returns undefined if there is none of the name. `input` is what it reads from standard input:
 * nothing by default, or what the caller's standard input holds.
 */
export type StartProgram = (
  name: string,
  args: readonly string[],
  input?: AsyncIterable<Uint8Array> | "inherit",
) => RunningProgram | undefined;

/** A source that ffmpeg decodes, and how it does. */
export interface Decoding {
  /** A file, or `-` for standard input; or the contents of files with a name for messages. */
  readonly source: string | Contents;
  /** The expected kind of source, such as "a video". */
  readonly kind: string;
  /** Arguments before the input, and those after it. */
  readonly before?: readonly string[];
  readonly after: readonly string[];
  /** Starts ffmpeg. Without it, the source is refused. */
  readonly startProgram: StartProgram | undefined;
}

/** The contents of files, one after the other. */
export interface Contents {
  /** Names them in messages. */
  readonly name: string;
  /** The files' contents, in order. */
  readonly contents: AsyncIterable<Uint8Array>;
}

const COMMON = ["-hide_banner", "-nostats", "-loglevel", "error", "-threads", "1"];

/**
 * Yields what ffmpeg writes as it decodes a source.
 *
 * Throws `RangeError` that names the source if ffmpeg is missing or cannot read it.
 */
export async function* decodeMedia(
  { source, kind, before = [], after, startProgram }: Decoding,
): AsyncGenerator<Uint8Array, void, void> {
  const name = typeof source === "string" ? nameOf(source) : source.name;
  if (startProgram === undefined) {
    throw new InputRangeError(`read ${name}: expected startProgram, which runs ffmpeg, to decode ${kind}, found none`);
  }
  const isPiped = source === STANDARD_INPUT;
  if (typeof source === "string" && !isPiped && !await exists(source)) {
    throw new InputRangeError(`read ${name}: expected a file, found none`);
  }
  // Without the protocol, a name such as "concat:a|b" would mean something else.
  const place = typeof source === "string" && !isPiped ? `file:${source}` : "pipe:0";
  const input = typeof source === "string" ? isPiped ? "inherit" : undefined : source.contents;
  const running = startProgram("ffmpeg", [...COMMON, ...before, "-i", place, ...after, "pipe:1"], input);
  if (running === undefined) {
    throw new InputRangeError(
      `read ${name}: expected ffmpeg to decode it, found none; install ffmpeg: apt install ffmpeg`,
    );
  }
  try {
    yield* running.output;
    const { code, messages } = await running.ended;
    if (code !== 0) {
      throw new InputRangeError(`read ${name}: expected ${kind} that ffmpeg can decode, found ${reasonIn(messages)}`);
    }
  } finally {
    running.stop();
  }
}

/** Returns the reason that ffmpeg gives, without the address of the part of it that speaks. */
function reasonIn(messages: string): string {
  const [line = ""] = messages.split("\n").map((line) => line.replace(/^\[[^\]]*\]\s*/, "").trim()).filter((line) =>
    line !== ""
  );
  const reason = line.replace(/^(?:file|pipe):.*: /, "");
  return reason === "" ? "an error" : describeValue(reason);
}
