import { InputRangeError } from "../../errors.ts";
import type { Communicator } from "../../src/distributed/mod.ts";
import type { Trained } from "../../tasks/tuning/mod.ts";
import { Interrupt } from "../terminal/mod.ts";
import type { TrialJob } from "./trial.ts";
import type { TrialPool } from "./trial_pool.ts";

/**
 * Milliseconds from one meeting of the ranks to the next. A communicator only has calls that all ranks make together,
 * so they meet now and then while they train.
 */
const MEET_MS = 100;

/** A training that rank 0 gives to another rank. */
interface Order {
  readonly id: number;
  readonly rank: number;
  readonly job: TrialJob;
}

/** The result of a training for another rank, or its error. */
interface Answer {
  readonly id: number;
  readonly trained?: Trained;
  readonly error?: string;
}

/** The message of a rank at a meeting: rank 0 brings orders and takes them back, the others answer. */
interface Message {
  readonly orders?: readonly Order[];
  readonly cancelled?: readonly number[];
  readonly answers?: readonly Answer[];
  /** Rank 0 says that the search is over; another rank that it was asked to stop. */
  readonly isOver: boolean;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, MEET_MS));
}

/**
 * The workers of all ranks, as rank 0 uses them; the other ranks call `serveRank0` meanwhile. Each candidate is trained
 * on one rank. Calls `stop` when another rank has been asked to stop.
 */
export async function openRankPool(own: TrialPool, communicator: Communicator, stop: () => void): Promise<TrialPool> {
  const sizes = await communicator.gather(own.size);
  return new RankPool(own, communicator, sizes, stop);
}

class RankPool implements TrialPool {
  readonly size: number;
  #own: TrialPool;
  #communicator: Communicator;
  #stop: () => void;
  /** The ranks of the workers that are free, the next one last. */
  #free: number[];
  #orders: Order[] = [];
  #cancelled: number[] = [];
  #open = new Map<number, PromiseWithResolvers<Trained>>();
  #last = 0;
  #isOver = false;
  /** Ends without an error: trainings that wait for an answer fail with it. */
  #meetings: Promise<void>;
  /** The error that has ended the meetings. */
  #error: unknown;

  constructor(own: TrialPool, communicator: Communicator, sizes: readonly number[], stop: () => void) {
    this.#own = own;
    this.#communicator = communicator;
    this.#stop = stop;
    this.size = sizes.reduce((sum, size) => sum + size, 0);
    this.#free = sizes.flatMap((size, rank) => Array.from({ length: size }, () => rank)).reverse();
    this.#meetings = this.#meet();
  }

  async time(job: TrialJob, signal: AbortSignal): Promise<number> {
    return await this.#own.time(job, signal);
  }

  async train(job: TrialJob, signal: AbortSignal): Promise<Trained> {
    signal.throwIfAborted();
    // No more candidates are trained at the same time than there are workers.
    const rank = this.#free.pop()!;
    try {
      return rank === 0 ? await this.#own.train(job, signal) : await this.#order(rank, job, signal);
    } finally {
      this.#free.push(rank);
    }
  }

  async #order(rank: number, job: TrialJob, signal: AbortSignal): Promise<Trained> {
    if (this.#error !== undefined) throw this.#error;
    const id = ++this.#last;
    const open = Promise.withResolvers<Trained>();
    this.#open.set(id, open);
    this.#orders.push({ id, rank, job });
    const stop = (): void => {
      this.#cancelled.push(id);
      open.reject(signal.reason);
    };
    signal.addEventListener("abort", stop);
    try {
      return await open.promise;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#open.delete(id);
    }
  }

  async #meet(): Promise<void> {
    try {
      for (;;) {
        const isOver = this.#isOver;
        const [orders, cancelled] = [this.#orders.splice(0), this.#cancelled.splice(0)];
        const [, ...others] = await this.#communicator.gather<Message>({ orders, cancelled, isOver });
        for (const { id, trained, error } of others.flatMap(({ answers = [] }) => answers)) {
          if (trained) this.#open.get(id)?.resolve(trained);
          else this.#open.get(id)?.reject(new InputRangeError(error!));
        }
        if (isOver) return;
        if (others.some((other) => other.isOver)) this.#stop();
        await pause();
      }
    } catch (error) {
      this.#error = error;
      for (const { reject } of this.#open.values()) reject(error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#meetings;
    await this.#own[Symbol.asyncDispose]();
  }
}

/** Trains what rank 0 asks for, on another rank, until the search is over. Disposes of the pool. */
export async function serveRank0(own: TrialPool, communicator: Communicator): Promise<void> {
  const { rank } = communicator;
  const controllers = new Map<number, AbortController>();
  const interrupt = new Interrupt();
  const answers: Answer[] = [];
  const running = new Set<Promise<void>>();
  const train = async ({ id, job }: Order): Promise<void> => {
    const controller = new AbortController();
    controllers.set(id, controller);
    try {
      answers.push({ id, trained: await own.train(job, controller.signal) });
    } catch (error) {
      // An aborted training is not waited for by anyone.
      answers.push({ id, error: (error as Error).message ?? String(error) });
    } finally {
      controllers.delete(id);
    }
  };
  try {
    await communicator.gather(own.size);
    for (;;) {
      const isOver = interrupt.signal.aborted;
      const [{ orders = [], cancelled = [], isOver: isEnded }] = await communicator.gather<Message>({
        answers: answers.splice(0),
        isOver,
      });
      if (isEnded) return;
      for (const id of cancelled) controllers.get(id)?.abort();
      for (const order of orders.filter((order) => order.rank === rank)) {
        const trained = train(order);
        running.add(trained);
        trained.finally(() => running.delete(trained));
      }
      await pause();
    }
  } finally {
    interrupt[Symbol.dispose]();
    for (const controller of controllers.values()) controller.abort();
    await Promise.allSettled(running);
    await own[Symbol.asyncDispose]();
  }
}
