import type { RequestRecord } from "./call.ts";

/** The upper bounds of the buckets for durations, in seconds. */
const BUCKETS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

/** Numbers of a moment that the metrics show beside the counts. */
export type Gauges = Readonly<Record<string, { readonly help: string; readonly value: number }>>;

/** Counts requests, tokens and durations, and writes them in Prometheus' text format. */
export class Metrics {
  #requests = new Map<string, number>();
  #tokens = new Map<string, number>();
  #buckets = BUCKETS.map(() => 0);
  #seconds = 0;
  #count = 0;

  /** Counts a request that has been answered, with its tokens. `path` must be one of a fixed set. */
  addRequest(path: string, { status, ms, model, promptTokens, completionTokens }: RequestRecord): void {
    const seconds = ms / 1000;
    add(this.#requests, `path="${path}",status="${status}"`, 1);
    this.#addTokens(model, "prompt", promptTokens);
    this.#addTokens(model, "completion", completionTokens);
    for (const [i, bound] of BUCKETS.entries()) if (seconds <= bound) this.#buckets[i]++;
    this.#seconds += seconds;
    this.#count++;
  }

  /** Writes everything. */
  toText(gauges: Gauges): string {
    const buckets = [...BUCKETS.map((bound, i) => [String(bound), this.#buckets[i]] as const), ["+Inf", this.#count]];
    return [
      ...family("elman_requests_total", "counter", "Requests by path and status.", entriesOf(this.#requests)),
      ...family("elman_tokens_total", "counter", "Tokens read and generated.", entriesOf(this.#tokens)),
      ...family("elman_request_seconds", "histogram", "Time from a request to the end of its answer.", [
        ...buckets.map(([bound, count]) => `_bucket{le="${bound}"} ${count}`),
        `_sum ${this.#seconds}`,
        `_count ${this.#count}`,
      ]),
      ...Object.entries(gauges).flatMap(([name, { help, value }]) => family(name, "gauge", help, [` ${value}`])),
      "",
    ].join("\n");
  }

  #addTokens(model: string | undefined, kind: "prompt" | "completion", count: number | undefined): void {
    if (model === undefined || count === undefined) return;
    const name = model.replaceAll(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
    add(this.#tokens, `model="${name}",kind="${kind}"`, count);
  }
}

function add(counts: Map<string, number>, labels: string, count: number): void {
  counts.set(labels, (counts.get(labels) ?? 0) + count);
}

function entriesOf(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].map(([labels, count]) => `{${labels}} ${count}`);
}

function family(name: string, type: string, help: string, lines: readonly string[]): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines.map((line) => name + line)];
}
