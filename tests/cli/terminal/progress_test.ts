import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { formatDuration, formatProgress, Progress, type ProgressState } from "../../../cli/terminal/mod.ts";

const STATE: ProgressState = {
  step: 250,
  steps: 1000,
  loss: 1.23456,
  speed: { perSecond: 12345.6, unit: "tokens" },
  secondsLeft: 61,
};
const FIGURES = "step 250/1000  loss 1.235  12,346 tokens/s  1:01 left";

Deno.test("formatDuration shows minutes and seconds, and hours if there are any", () => {
  const cases: [number, string][] = [
    [0, "0:00"],
    [0.4, "0:00"],
    [9.6, "0:10"],
    [59.6, "1:00"],
    [61, "1:01"],
    [3599.4, "59:59"],
    [3600, "1:00:00"],
    [90061, "25:01:01"],
    [-5, "0:00"],
    [Infinity, "?"],
    [NaN, "?"],
  ];
  for (const [seconds, text] of cases) assertEquals(formatDuration(seconds), text);
});

Deno.test("a progress line has a bar if it fits, and never exceeds the width", () => {
  assertEquals(formatProgress(STATE, 76), `[${"#".repeat(5)}${"-".repeat(15)}] ${FIGURES}`);
  assertEquals(formatProgress(STATE, 300), `[${"#".repeat(10)}${"-".repeat(30)}] ${FIGURES}`);
  assertEquals(formatProgress(STATE, FIGURES.length), FIGURES);
  for (let width = 0; width < 120; width++) assert(formatProgress(STATE, width).length <= width);
});

Deno.test("a bar is empty at the start, full at the end, and never longer", () => {
  const bar = (step: number, steps: number): string => formatProgress({ ...STATE, step, steps }, 100).slice(0, 42);
  assertEquals(bar(0, 1000), `[${"-".repeat(40)}]`);
  assertEquals(bar(1000, 1000), `[${"#".repeat(40)}]`);
  assertEquals(bar(1001, 1000), `[${"#".repeat(40)}]`);
  assertEquals(bar(0, 0), `[${"-".repeat(40)}]`);
});

/** A progress display with a manual clock. */
class Recorder {
  time = 0;
  columns = 80;
  texts: string[] = [];
  progress: Progress;

  constructor(isTerminal: boolean) {
    this.progress = new Progress({
      isTerminal,
      columns: () => this.columns,
      write: (text) => void this.texts.push(text),
      now: () => this.time,
    });
  }

  /** Updates every 10 ms for `milliseconds`. */
  run(milliseconds: number): void {
    for (const end = this.time + milliseconds; this.time < end; this.time += 10) this.progress.update(STATE);
  }
}

Deno.test("on a terminal, one line is redrawn at most 10 times per second and finally erased", () => {
  const recorder = new Recorder(true);
  recorder.run(1000);
  assertEquals(recorder.texts.length, 10);
  for (const text of recorder.texts) {
    assert(text.startsWith("\r\x1b[K") && !text.includes("\n"));
    assert(text.length <= 3 + 1 + 79);
  }
  recorder.progress.clear();
  recorder.progress.clear();
  assertEquals(recorder.texts.slice(10), ["\r\x1b[K"]);
});

Deno.test("the progress line adapts to the terminal's width", () => {
  const recorder = new Recorder(true);
  recorder.progress.update(STATE);
  recorder.columns = 40;
  recorder.time = 100;
  recorder.progress.update(STATE);
  assertEquals(recorder.texts[1], `\r\x1b[K${FIGURES.slice(0, 39)}`);
  assertStringIncludes(recorder.texts[0], "[#");
});

Deno.test("without a terminal, progress is a plain line every few seconds", () => {
  const recorder = new Recorder(false);
  recorder.run(12_000);
  assertEquals(recorder.texts, Array(3).fill(`${FIGURES}\n`));
  recorder.progress.clear();
  assertEquals(recorder.texts.length, 3);
});
