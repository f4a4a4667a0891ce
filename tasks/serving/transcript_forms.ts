import type { Transcript } from "../speech/mod.ts";
import { formatSRT, formatVTT, type Segment, segmentsOf } from "../speech/subtitles.ts";

/** The forms of a transcript. */
export const FORMATS = ["json", "text", "verbose_json", "srt", "vtt"] as const;

/** The units of the times in `verbose_json`. */
export const GRANULARITIES = ["word", "segment"] as const;

/** One of these. */
export type Granularity = typeof GRANULARITIES[number];

/** How a transcript is written. */
export interface TranscriptForm {
  /** The form. */
  readonly response_format: typeof FORMATS[number];
  /** The units of the times in `verbose_json`; null for all. */
  readonly timestamp_granularities: readonly Granularity[] | null;
  /** The language that was named; null if none was. */
  readonly language: string | null;
  /** Seconds of the sound. */
  readonly seconds: number;
}

/** Answers with a transcript in one of OpenAI's forms. */
export function formatTranscript({ text, words }: Transcript, form: TranscriptForm): Response {
  const { response_format: format, timestamp_granularities: times, language, seconds } = form;
  const isShown = (kind: Granularity): boolean => times === null || times.includes(kind);
  const plain = (content: string, type: string): Response =>
    new Response(content, { headers: { "content-type": `${type}; charset=utf-8` } });
  switch (format) {
    case "json":
      return Response.json({ text });
    case "text":
      return plain(`${text}\n`, "text/plain");
    case "srt":
      return plain(formatSRT(segmentsOf(words)), "application/x-subrip");
    case "vtt":
      return plain(formatVTT(segmentsOf(words)), "text/vtt");
    case "verbose_json":
      return Response.json({
        task: "transcribe",
        ...language !== null && { language },
        duration: seconds,
        text,
        ...isShown("word") && { words },
        ...isShown("segment") && { segments: segmentsOf(words).map(describeSegment) },
      });
  }
}

/** A segment with the mean logarithm of its words' confidences. */
function describeSegment({ start, end, text, words }: Segment, id: number): object {
  // The schema has no infinity.
  const logs = words.map(({ confidence }) => Math.log(Math.max(confidence, Number.MIN_VALUE)));
  return { id, start, end, text, avg_logprob: logs.reduce((sum, log) => sum + log, 0) / logs.length };
}
