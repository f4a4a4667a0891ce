/**
 * Lets one process at a time write a directory. A run of training holds the lock from its beginning to its end, a save
 * for as long as it writes. Within a process, saves queue.
 *
 * @module
 */
import { InputRangeError } from "../../errors.ts";
import { LOCK } from "./directory_names.ts";
import { type FileLock, type Held, type Owner, takeLock } from "./file_lock.ts";
import { fileSystem } from "./file_system.ts";
import { attempt } from "./system_errors.ts";

/** Milliseconds that a save waits for another process's, and between two looks. */
const [WAIT_MS, LOOK_MS] = [30_000, 50];

/** A lock on a directory. */
export interface DirectoryLock {
  /** The dead process that trained into the directory before, in words. */
  readonly previous?: string;
  /** Ends the lock; `moved` is the directory's new path if it has been renamed. */
  release(moved?: string): Promise<void>;
}

/** Settles when all calls so far have found their queue, so that they queue in the order of the calls. */
let entering: Promise<void> = Promise.resolve();

/** The last action that waits for each directory, by its real path. */
const queues = new Map<string, Promise<void>>();

/** Real paths of the directories that this process trains into. */
const runs = new Set<string>();

/**
 * Calls `make`, which makes a directory, waits for earlier saves to it, and locks it for one. Throws `RangeError` if
 * another process trains into it or does not finish its save.
 */
export async function lockForWriting(dir: string, make: () => Promise<unknown>): Promise<DirectoryLock> {
  const action = `write directory ${dir}`;
  const [path, leave] = await enter(action, dir, make);
  try {
    if (runs.has(path)) return { release: () => Promise.resolve(leave()) };
    const lock = await waitFor(action, path);
    return { release: () => lock.release().finally(leave) };
  } catch (error) {
    leave();
    throw error;
  }
}

/**
 * Locks a directory, which is created if it does not exist, for a run of training. Throws `RangeError`, naming the
 * process, if another run trains into it.
 */
export async function lockForTraining(dir: string): Promise<DirectoryLock> {
  const action = `train into ${dir}`;
  const make = () => attempt(action, () => fileSystem(action).mkdir(dir, { recursive: true }));
  const [path, leave] = await enter(action, dir, make);
  try {
    if (runs.has(path)) {
      throw new InputRangeError(`${action}: expected no other training run in it, found one of this process`);
    }
    const lock = await attempt(`${action}: ${LOCK}`, () => takeLock(`${path}/${LOCK}`, "train"));
    if (!("release" in lock)) throw refusal(action, path, lock);
    runs.add(path);
    const release = (moved = path): Promise<void> => {
      runs.delete(path);
      return lock.release(`${moved}/${LOCK}`);
    };
    return { previous: lock.previous?.purpose === "train" ? describe(lock.previous) : undefined, release };
  } finally {
    leave();
  }
}

/**
 * Makes a directory and waits until this process has finished what it began earlier with it. Returns its real path, and
 * how to leave.
 */
async function enter(
  action: string,
  dir: string,
  make: () => Promise<unknown>,
): Promise<[path: string, leave: () => void]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const place = entering.then(async () => {
    await make();
    const path = await attempt(action, () => fileSystem(action).realpath(dir));
    const before = queues.get(path);
    queues.set(path, promise);
    return { path, before };
  });
  entering = place.then(() => {}, () => {});
  const { path, before } = await place;
  await before;
  const leave = (): void => {
    if (queues.get(path) === promise) queues.delete(path);
    resolve();
  };
  return [path, leave];
}

async function waitFor(action: string, path: string): Promise<FileLock> {
  for (let waited = 0;; waited += LOOK_MS) {
    const lock = await attempt(`${action}: ${LOCK}`, () => takeLock(`${path}/${LOCK}`, "save"));
    if ("release" in lock) return lock;
    if (lock.owner?.purpose === "train" || waited >= WAIT_MS) throw refusal(action, path, lock);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function refusal(action: string, path: string, { owner }: Held): RangeError {
  const doing = owner?.purpose === "train" ? "trains into it" : "writes it";
  const who = owner === undefined ? "another process" : describe(owner);
  return new InputRangeError(
    `${action}: expected no other process that writes it, found that ${who} ${doing}; wait for it or choose another ` +
      `directory; if it has ended, delete ${path}/${LOCK}`,
  );
}

/** Names a process: "process 4711 on a-host, started 2026-01-01 12:00:00 UTC". */
function describe({ pid, host, started }: Owner): string {
  const time = started.slice(0, 19).replace("T", " ");
  return `process ${pid}${host === undefined ? "" : ` on ${host}`}, started ${time} UTC`;
}
