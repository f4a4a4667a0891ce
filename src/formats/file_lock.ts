import type * as Process from "node:process";
import type { Stats } from "node:fs";
import { InputRangeError } from "../../errors.ts";
import { stagingName } from "./directory_names.ts";
import { builtinModule, fileSystem, type NodeFiles } from "./file_system.ts";
import { lstatPlain, openPlain, readPart } from "./plain_file.ts";
import { codeOf, unlessMissing } from "./system_errors.ts";

/** The process that holds a lock, as its file names it. */
export interface Owner {
  /** Its reason for the lock. */
  readonly purpose: "train" | "save";
  readonly pid: number;
  /** The name of its computer, if the runtime may tell it. */
  readonly host?: string;
  /** When the process started, as in `Date.prototype.toISOString`. */
  readonly started: string;
  readonly runtime: "deno" | "other";
}

/** A lock that this process holds. */
export interface FileLock {
  /** The dead process that held it before. */
  readonly previous?: Owner;
  /** Removes the file, at its path or at the one to which its directory has been moved. */
  release(path?: string): Promise<void>;
}

/** The owner of a lock that another process holds; undefined if the file does not name it. */
export interface Held {
  readonly owner: Owner | undefined;
}

/** A file as Deno opens it. */
interface DenoFile {
  tryLock(exclusive: boolean): Promise<boolean>;
  truncate(length: number): Promise<void>;
  write(bytes: Uint8Array): Promise<number>;
  stat(): Promise<{ readonly ino: number | null }>;
  close(): void;
}

/** The part of Deno's API that locks need. */
interface DenoFunctions {
  open(path: string, options: object): Promise<DenoFile>;
  hostname(): string;
  readonly permissions: { querySync(descriptor: { name: string; kind?: string }): { readonly state: string } };
}

const deno = (globalThis as { readonly Deno?: DenoFunctions }).Deno;

/** Patterns of the texts of an owner, which become part of messages. */
const [HOST_NAME, ISO_TIME] = [/^[\w.-]{1,64}$/, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/];

/** Two computations of when this process started differ by less than this many milliseconds. */
const ROUNDING_MS = 2000;

/** Bytes at the beginning of a lock's file that may name its owner. */
const OWNER_BYTES = 4096;

/** A file without a readable owner counts as being written for this many milliseconds. */
const UNFINISHED_MS = 10_000;

/**
 * Takes a lock: writes the owner into a file that did not exist or whose process is dead. Returns the owner if another
 * process holds it.
 */
export async function takeLock(path: string, purpose: Owner["purpose"]): Promise<FileLock | Held> {
  return deno ? await takeSystemLock(deno, path, purpose) : await takeNamedLock(path, purpose);
}

/**
 * Deno locks the file itself, and the system unlocks it when the process dies. Deno may not look for another process
 * without `--allow-run`.
 */
async function takeSystemLock(
  { open }: DenoFunctions,
  path: string,
  purpose: Owner["purpose"],
): Promise<FileLock | Held> {
  const fs = fileSystem("lock a directory");
  for (;;) {
    await lstatPlain(fs, path);
    const file = await open(path, { read: true, write: true, create: true });
    let isOurs = false;
    try {
      // A file system without locks cannot protect the directory, but the files can still be written.
      const isFree = await file.tryLock(true).catch(() => true);
      const previous = await readOwner(fs, path);
      if (!isFree || (previous?.runtime === "other" && isAlive(previous))) return { owner: previous };
      // The process that held the lock removes the file, which may happen after it was opened here.
      const { ino } = await file.stat();
      const current = await lstatPlain(fs, path);
      if (!current || (ino ?? current.ino) !== current.ino) continue;
      refuseSecondName(current);
      await file.truncate(0);
      await orRemove(fs, path, file.write(new TextEncoder().encode(JSON.stringify(thisProcess(purpose)) + "\n")));
      isOurs = true;
      return { previous, release: (moved = path) => fs.rm(moved, { force: true }).finally(() => file.close()) };
    } finally {
      if (!isOurs) file.close();
    }
  }
}

/** Throws `RangeError` if a file has other names, under which it would be overwritten as well. */
function refuseSecondName({ nlink }: Stats): void {
  if (nlink > 1) throw new InputRangeError("expected a plain file, found a hard link to another; delete it");
}

/** Elsewhere the file is created exclusively, and the process that it names is looked for. */
async function takeNamedLock(path: string, purpose: Owner["purpose"]): Promise<FileLock | Held> {
  const fs = fileSystem("lock a directory");
  let previous: Owner | undefined;
  for (;;) {
    const file = await fs.open(path, "wx").catch((error) => {
      if (codeOf(error) !== "EEXIST") throw error;
      return undefined;
    });
    if (file) {
      const written = file.writeFile(JSON.stringify(thisProcess(purpose)) + "\n");
      await orRemove(fs, path, written.finally(() => file.close()));
      return { previous, release: (moved = path) => fs.rm(moved, { force: true }) };
    }
    const stats = await lstatPlain(fs, path);
    const owner = await readOwner(fs, path);
    if (stats && isHeld(owner, stats)) return { owner };
    previous = owner;
    await removeDead(fs, path, owner);
  }
}

/** Removes a lock that this process has taken if its owner cannot be written. */
async function orRemove(fs: NodeFiles, path: string, written: Promise<unknown>): Promise<void> {
  try {
    await written;
  } catch (error) {
    await fs.rm(path, { force: true }).catch(() => {});
    throw error;
  }
}

function isHeld(owner: Owner | undefined, { mtimeMs }: Stats): boolean {
  return owner ? isAlive(owner) : Date.now() - mtimeMs < UNFINISHED_MS;
}

/** Removes a dead process's lock. If another process has meanwhile taken its place, that lock is put back. */
async function removeDead(fs: NodeFiles, path: string, owner: Owner | undefined): Promise<void> {
  const aside = path.replace(/[^/\\]*$/, "") + stagingName();
  if (await unlessMissing(fs.rename(path, aside).then(() => true)) === undefined) return;
  if (JSON.stringify(await readOwner(fs, aside)) !== JSON.stringify(owner)) await fs.link(aside, path).catch(() => {});
  await fs.rm(aside, { force: true });
}

async function readOwner(fs: NodeFiles, path: string): Promise<Owner | undefined> {
  try {
    const { purpose, pid, host, started, runtime } = JSON.parse(await readBeginning(fs, path));
    const isNamed = Number.isSafeInteger(pid) && pid > 0 && ISO_TIME.test(started);
    if (!isNamed || !(host === undefined || HOST_NAME.test(host))) return undefined;
    const isTraining = purpose === "train";
    return {
      purpose: isTraining ? "train" : "save",
      pid,
      host,
      started,
      runtime: runtime === "deno" ? "deno" : "other",
    };
  } catch {
    return undefined;
  }
}

async function readBeginning(fs: NodeFiles, path: string): Promise<string> {
  const handle = await openPlain(fs, path);
  if (handle === undefined) return "";
  try {
    const { size } = await handle.stat();
    return new TextDecoder().decode(await readPart(handle, 0, Math.min(size, OWNER_BYTES)));
  } finally {
    await handle.close();
  }
}

function thisProcess(purpose: Owner["purpose"]): Owner {
  const { pid, uptime } = builtinModule<typeof Process>("node:process", "lock a directory");
  const started = new Date(Math.round((Date.now() - uptime() * 1000) / 1000) * 1000).toISOString();
  return { purpose, pid, host: hostName(), started, runtime: deno ? "deno" : "other" };
}

/** The computer's name, or undefined if asking for it needs a permission that was not given. */
function hostName(): string | undefined {
  if (!deno) return builtinModule<{ hostname(): string }>("node:os", "lock a directory").hostname();
  const isAllowed = deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted";
  return isAllowed ? deno.hostname() : undefined;
}

/** Whether a process may be alive: it is, or that cannot be told. */
function isAlive({ pid, host, started }: Owner): boolean {
  const self = thisProcess("save");
  if (host !== self.host) return true;
  if (pid === self.pid) return Math.abs(Date.parse(started) - Date.parse(self.started)) < ROUNDING_MS;
  if (deno && deno.permissions.querySync({ name: "run" }).state !== "granted") return true;
  try {
    builtinModule<typeof Process>("node:process", "lock a directory").kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}
