/**
 * Measures pieces of work with several peers, round by round, each measurement in its own process. It knows nothing
 * about what is measured. A measurement that fails is recorded with its reason, and the run goes on.
 */
import { runJSON, type Spread, spread } from "../support.ts";

/** A program with the settings under which it is measured. */
export interface Peer<W> {
  readonly name: string;
  /** Name under which its version is reported; peers that share it are asked once. */
  readonly label: string;
  /** The program and its arguments; the work and the settings are appended as JSON. */
  readonly command: readonly string[];
  readonly cwd?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether it can do a piece of work. Default: all. */
  readonly runs?: (work: W) => boolean;
  /** Why it cannot run on this machine, if so. */
  readonly refusal?: string;
}

/** All that is known about one piece of work. */
export interface Result<W> {
  readonly work: W;
  /** The spread of each figure of each peer. */
  readonly peers: Readonly<Record<string, Figures>>;
  /** The reasons of failed measurements of each peer. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
}

/** The spread of each figure over the rounds; null if the system does not report it. */
export type Figures = Readonly<Record<string, (Spread & { readonly count: number }) | null>>;

/** The report of a process; only its numbers are summarized. */
type Measurement = Readonly<Record<string, unknown>>;

/** Settings of a comparison. */
export interface Comparison<W> {
  readonly rounds: number;
  /** Names a piece of work in the progress lines. */
  readonly nameOf: (work: W) => string;
  /** Receives all results each time that a piece of work was measured in a round. */
  readonly save: (results: readonly Result<W>[]) => Promise<void>;
}

/** Limit of one measurement, for a process that never ends. */
const LIMIT_MINUTES = 5;

/** Asks a peer a question. */
export async function ask<T>({ command, cwd, settings }: Peer<never>, question: object): Promise<T> {
  return await runJSON<T>([...command, JSON.stringify({ ...question, ...settings })], {
    cwd,
    minutes: LIMIT_MINUTES,
  });
}

/** The peers that can start, and the versions of all. */
export interface Present<P> extends Versions {
  readonly peers: readonly P[];
}

/** The versions of the peers by their labels, and the reasons of those that are refused or cannot start. */
export interface Versions {
  readonly versions: Readonly<Record<string, string>>;
  readonly skipped: Readonly<Record<string, string>>;
}

/** Asks the peers of each label once for their version, without those that are refused. */
export async function findPeers<P extends Peer<never>>(candidates: readonly P[]): Promise<Present<P>> {
  const versions: Record<string, string> = {};
  const skipped: Record<string, string> = {};
  const skip = (name: string, reason: string): void => {
    skipped[name] = reason;
    console.error(`${name} is not measured: ${reason}`);
  };
  for (const { name, refusal } of candidates) if (refusal !== undefined) skip(name, refusal);
  const able = candidates.filter(({ refusal }) => refusal === undefined);
  for (const peer of able) {
    const { label } = peer;
    if (label in versions || label in skipped) continue;
    try {
      versions[label] = (await ask<{ version: string }>(peer, { kind: "version" })).version;
    } catch (error) {
      skip(label, (error as Error).message);
    }
  }
  const peers = able.filter(({ label }) => label in versions);
  if (peers.length === 0) throw new RangeError("compare: expected at least one peer, found none");
  return { peers, versions, skipped };
}

/** Lists versions as Markdown. */
export function formatVersions({ versions, skipped }: Versions): string {
  return [
    ...Object.entries(versions).map(([label, version]) => `- ${label}: ${version}`),
    ...Object.entries(skipped).map(([label, reason]) => `- ${label} is not measured: ${reason}`),
  ].join("\n");
}

/** One measurement of the plan. */
interface Turn<W> {
  readonly round: number;
  /** Index of the work. */
  readonly index: number;
  readonly work: W;
  readonly peer: Peer<W>;
  /** Whether the work is measured completely in this round. */
  readonly isLast: boolean;
}

/**
 * Returns the order of all measurements: the peers of one piece of work follow each other, in reverse order in every
 * second round.
 */
export function plan<W>(works: readonly W[], peers: readonly Peer<W>[], rounds: number): Turn<W>[] {
  return Array.from({ length: rounds }, (_, i) => i + 1).flatMap((round) =>
    works.flatMap((work, index) => {
      const able = peers.filter(({ runs }) => runs?.(work) ?? true);
      const ordered = round % 2 === 1 ? able : able.toReversed();
      return ordered.map((peer, j) => ({ round, index, work, peer, isLast: j === able.length - 1 }));
    })
  );
}

/** Measures all work with all peers in the order of `plan`. */
export async function compare<W extends object>(
  works: readonly W[],
  peers: readonly Peer<W>[],
  { rounds, nameOf, save }: Comparison<W>,
): Promise<void> {
  const found = works.map((work) => ({
    work,
    peers: new Map<string, Measurement[]>(),
    missing: new Map<string, string[]>(),
  }));
  const turns = plan(works, peers, rounds);
  const seconds = new Map<string, number>();
  for (const [i, { round, index, work, peer, isLast }] of turns.entries()) {
    console.error(`round ${round} of ${rounds}, ${nameOf(work)}: ${peer.name}${formatEnd(turns.slice(i), seconds)}`);
    const start = performance.now();
    try {
      append(found[index].peers, peer.name, await ask<Measurement>(peer, work));
    } catch (error) {
      console.error(`${peer.name} failed: ${(error as Error).message}`);
      append(found[index].missing, peer.name, (error as Error).message);
    }
    seconds.set(keyOf(turns[i]), (performance.now() - start) / 1e3);
    if (isLast) await save(found.map(summarize));
  }
}

function append<T>(lists: Map<string, T[]>, name: string, value: T): void {
  lists.set(name, [...lists.get(name) ?? [], value]);
}

function keyOf<W>({ index, peer }: Turn<W>): string {
  return `${index} ${peer.name}`;
}

/** Estimates when the remaining turns end, from the last duration of each; unknown ones count as the mean. */
function formatEnd<W>(turns: readonly Turn<W>[], seconds: ReadonlyMap<string, number>): string {
  if (seconds.size === 0) return "";
  const mean = [...seconds.values()].reduce((sum, one) => sum + one) / seconds.size;
  const left = turns.reduce((sum, turn) => sum + (seconds.get(keyOf(turn)) ?? mean), 0);
  const end = new Date(Date.now() + left * 1e3).toTimeString().slice(0, 5);
  return ` (${Math.ceil(left / 60)} min left, until about ${end})`;
}

function summarize<W>({ work, peers, missing }: {
  readonly work: W;
  readonly peers: ReadonlyMap<string, readonly Measurement[]>;
  readonly missing: ReadonlyMap<string, readonly string[]>;
}): Result<W> {
  const figures = [...peers].map(([name, measurements]) => [name, figuresOf(measurements)]);
  return { work, peers: Object.fromEntries(figures), missing: Object.fromEntries(missing) };
}

/** Returns the spread of each figure; texts are omitted. */
function figuresOf(measurements: readonly Measurement[]): Figures {
  const keys = Object.keys(measurements[0]).filter((key) => typeof measurements[0][key] !== "string");
  return Object.fromEntries(keys.map((key) => {
    const values = measurements.map((measurement) => measurement[key]).filter((value) => typeof value === "number");
    return [key, values.length === 0 ? null : { ...spread(values), count: values.length }];
  }));
}

/** Lists the failed measurements as Markdown; empty if there are none. */
export function formatMissing<W>(results: readonly Result<W>[], nameOf: (work: W) => string): string {
  const lines = results.flatMap(({ work, missing }) =>
    Object.entries(missing).map(([peer, reasons]) =>
      `- ${nameOf(work)}, ${peer}: ${reasons.length} failed: ${reasons.at(-1)}`
    )
  );
  return lines.length === 0 ? "" : ["Missing measurements:", lines.join("\n")].join("\n\n");
}

/** A figure whose slowest round takes this many times the fastest was disturbed. */
const UNSTEADY = 1.5;

/** Lists the times that vary much between rounds as Markdown; empty if there are none. */
export function formatUnsteady<W>(
  results: readonly Result<W>[],
  key: string,
  nameOf: (work: W) => string,
): string {
  const lines = results.flatMap(({ work, peers }) =>
    Object.entries(peers).flatMap(([peer, { [key]: time }]) => {
      if (!time || time.max <= UNSTEADY * time.min) return [];
      const [min, median, max] = [time.min, time.median, time.max].map((value) => value.toPrecision(4));
      return [`- ${nameOf(work)}, ${peer}: ${key} ${min} to ${max}, median ${median}`];
    })
  );
  const title = `Unsteady measurements: the slowest round took more than ${UNSTEADY} times the fastest.`;
  return lines.length === 0 ? "" : [title, lines.join("\n")].join("\n\n");
}
