import { isInputError } from "../../errors.ts";
import { ApiError, busy } from "../../tasks/serving/api_error.ts";
import { drawChart, escapeMarkup } from "../charts/mod.ts";
import { curvesSection, type ReportRun, samplesSection, summaryTable } from "../report/mod.ts";
import { formatFigures } from "../terminal/mod.ts";
import { EventStreams } from "./event_streams.ts";
import { livePageHTML } from "./html.ts";
import type { LiveRun, Question } from "./live_run.ts";
import { StepQueue } from "./step_queue.ts";

/** Maximum number of pages that follow a run at a time. */
const MOST_PAGES = 16;

/** Least milliseconds between two reports of the progress. */
const PROGRESS_MS = 1000;

/** Least milliseconds between two drawings of the sections, and the share of the time that they may take. */
const [SECTIONS_MS, SHARE] = [2000, 1 / 200];

/**
 * Turns of the event loop that a run leaves for a request: a step may take seconds, and an answer needs several turns.
 */
const TURNS = 10;

/** The sections that change while a run goes on, as HTML. */
interface Sections {
  readonly summary: string;
  readonly curves: string;
  readonly samples: string;
}

/**
 * The page that shows a run while it goes on. The run calls `afterStep` between its steps: there, everything happens
 * that costs time, so that this time is known and can be kept small.
 */
export class LivePage {
  #run: LiveRun;
  #now: () => number;
  #streams = new EventStreams();
  #queue = new StepQueue();
  #sections: Sections | undefined;
  /** When the progress and the sections are due again. */
  #progressDue = 0;
  #sectionsDue = 0;
  /** Milliseconds that the last drawing of the sections took. */
  #cost = 0;
  /** Turns of the event loop that requests still need. */
  #turns = 0;
  /** Why no curves can be drawn: the package that draws is not to be had, as without a network. */
  #fault: string | undefined;
  /** How the run has ended. */
  #end: string | undefined;

  /** `now` returns a monotonic time in milliseconds. Default: `performance.now`. */
  constructor(run: LiveRun, { now = () => performance.now() }: { readonly now?: () => number } = {}) {
    this.#run = run;
    this.#now = now;
  }

  /** Loads what draws the curves, which takes longer than to draw them. */
  async load(): Promise<void> {
    try {
      await drawChart({ title: "", x: "", y: "", lines: [] });
    } catch (error) {
      if (!isInputError(error)) throw error;
      this.#fault = error.message;
    }
  }

  /** Reports that a request has arrived, which will need turns of the event loop. */
  noteRequest(): void {
    this.#turns = TURNS;
  }

  /** Returns the page, which then opens a stream. */
  async html(): Promise<string> {
    return livePageHTML(await this.#reportRun(), this.#run);
  }

  /** Opens a stream of events to a page. Throws `ApiError` if there are too many. */
  async connect(): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    if (this.#streams.count >= MOST_PAGES) {
      throw busy(`watch: expected at most ${MOST_PAGES} open pages`, 503, "too_many_pages");
    }
    const stream = this.#streams.open();
    stream.send("progress", this.#progress());
    const isFresh = this.#sections !== undefined && this.#now() < this.#sectionsDue;
    stream.send("sections", isFresh ? this.#sections : await this.#draw());
    if (this.#end !== undefined) {
      stream.send("end", { message: this.#end });
      stream.end();
    }
    return stream.body;
  }

  /** Asks the model, after the step, what it makes of a text. Throws `ApiError` if it cannot be asked. */
  async ask(question: Question, signal: AbortSignal): Promise<string> {
    const { trial } = this.#run;
    if (trial === undefined) {
      throw new ApiError("watch: expected a model that reads texts, found another", { status: 404 });
    }
    return await this.#queue.ask(() => trial.ask(question), signal);
  }

  /** Saves a checkpoint after the step, and returns its number. */
  async save(): Promise<number> {
    return await this.#queue.save();
  }

  /** Asks the run to stop after the step and to save. */
  stop(): void {
    this.#run.stop();
  }

  /** Whether a checkpoint should be saved now, for the options of `fit`. */
  saveWhen = (): boolean => this.#queue.saveWhen();

  /** Answers the questions that wait, and shows the pages what is new. */
  async afterStep(step: number): Promise<void> {
    await this.#queue.afterStep(step);
    const turns = this.#turns;
    this.#turns = 0;
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    if (this.#streams.count === 0) return;
    const now = this.#now();
    if (now >= this.#progressDue) {
      this.#progressDue = now + PROGRESS_MS;
      this.#streams.send("progress", this.#progress());
    }
    if (now < this.#sectionsDue) return;
    this.#streams.send("sections", await this.#draw());
  }

  /** Shows the pages how the run has ended, and refuses further wishes. `isSaved` says whether its end is saved. */
  async end(message: string, { isSaved }: { readonly isSaved: boolean }): Promise<void> {
    this.#queue.end(isSaved);
    this.#end = message;
    this.#sectionsDue = 0;
    if (this.#streams.count === 0) return;
    this.#streams.send("progress", this.#progress());
    this.#streams.send("sections", await this.#draw());
    this.#streams.send("end", { message });
    this.#streams.end();
  }

  #progress(): object {
    const state = this.#run.progress();
    if (!state) return {};
    const text = formatFigures(this.#end === undefined ? state : { ...state, secondsLeft: undefined });
    return { text, step: state.step, steps: state.steps };
  }

  /** Draws the sections; what goes wrong is shown instead, since a page must not end a run. */
  async #draw(): Promise<Sections> {
    const start = this.#now();
    try {
      const run = await this.#reportRun();
      const curves = this.#fault === undefined ? (await curvesSection([run])).join("\n") : noteHTML(this.#fault);
      this.#sections = { summary: summaryTable([run]), curves, samples: samplesSection([run]).join("\n") };
    } catch (error) {
      this.#sections = { summary: "", curves: noteHTML((error as Error).message), samples: "" };
    }
    const end = this.#now();
    // What costs more only once, as while memory is collected, delays nothing.
    this.#sectionsDue = end + Math.max(SECTIONS_MS, Math.min(end - start, this.#cost) / SHARE);
    this.#cost = end - start;
    return this.#sections;
  }

  async #reportRun(): Promise<ReportRun> {
    return { name: this.#run.name, index: 0, facts: await this.#run.facts(), pictures: [] };
  }
}

function noteHTML(text: string): string {
  return `<p class="quiet">${escapeMarkup(text)}</p>`;
}
