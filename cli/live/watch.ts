import { type RunOptions, type StepEvent, StoppedByRank } from "../../src/train/mod.ts";
import { UsageError } from "../arguments/mod.ts";
import { listen, type Listener, portFault } from "../http/mod.ts";
import { liveHandler } from "./handler.ts";
import { LivePage } from "./live_page.ts";
import type { LiveRun } from "./live_run.ts";

/** The address: others cannot reach it. */
const HOST = "127.0.0.1";

/** The first port that is tried if none is given, and the number of those tried after it. */
const [FIRST_PORT, MORE_PORTS] = [8001, 20];

/** Milliseconds for which a run waits for what draws the curves. */
const LOADING_MS = 5000;

/** Milliseconds that open pages have to receive the end of the run. */
const LAST_MS = 500;

/** A run whose events are followed. */
interface FollowedRun {
  /** Completed steps. */
  readonly step: number;
  /** Says where the run has been stopped. */
  stopMessage(): string;
}

/** Starts a run; returns its events. */
type Fit<E> = (options: RunOptions) => AsyncIterable<E>;

/** The live page of a run at an open port. */
export class Watch {
  #page: LivePage;
  #listener: Listener;

  /** Use `open` instead. */
  constructor(page: LivePage, listener: Listener) {
    this.#page = page;
    this.#listener = listener;
  }

  /** Opens a port, or the first free one if `port` is true. Throws `UsageError` if it cannot be opened. */
  static async open(port: number | true, run: LiveRun): Promise<Watch> {
    const page = new LivePage(run);
    const listener = await openPort(port, page);
    await atMost(LOADING_MS, page.load());
    return new Watch(page, listener);
  }

  /** The page's address. */
  get url(): string {
    return `http://${HOST}:${this.#listener.port}/`;
  }

  /** Lets pages follow a run between its steps, until it ends. */
  over<E extends { readonly event: string }>(fit: Fit<StepEvent | E>, run: FollowedRun): Fit<StepEvent | E> {
    const page = this.#page;
    return async function* (options) {
      try {
        for await (const event of fit({ ...options, saveWhen: page.saveWhen })) {
          yield event;
          await page.afterStep(run.step);
        }
      } catch (error) {
        const isOwn = options.signal?.aborted === true && error === options.signal.reason;
        const isStopped = isOwn || error instanceof StoppedByRank;
        const message = isStopped ? run.stopMessage() : `The training has failed: ${(error as Error).message}`;
        await page.end(message, { isSaved: isStopped });
        throw error;
      }
      await page.end(`The training has ended after step ${run.step}.`, { isSaved: true });
    };
  }

  /** Closes the port once the open pages know how the run has ended, or soon after. */
  async close(): Promise<void> {
    await this.#listener.finish(LAST_MS);
  }
}

/** Waits for some work, but not longer than so many milliseconds. */
async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const timer = setTimeout(over.resolve, milliseconds);
  await Promise.race([work, over.promise]).finally(() => clearTimeout(timer));
}

async function openPort(port: number | true, page: LivePage): Promise<Listener> {
  const handler = liveHandler(page);
  const [first, last] = port === true ? [FIRST_PORT, FIRST_PORT + MORE_PORTS] : [port, port];
  for (let next = first;; next++) {
    try {
      return await listen(handler, { host: HOST, port: next });
    } catch (error) {
      const fault = portFault(error);
      if (fault === undefined) throw error;
      if (next === last) throw new UsageError(`--watch ${next}: ${fault}`);
    }
  }
}
