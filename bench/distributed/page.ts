import { LOSS_RANKS, LOSS_SEEDS, LOSS_STEPS, type Losses } from "./loss.ts";
import { costOf, errorOf, fitLink, type Fitted, type Link, type Timing } from "./model.ts";
import { describePredictions, writePredictions } from "./predictions.ts";
import { number, table } from "./tables.ts";

const PAGE = new URL("../results/distributed.md", import.meta.url);

/** All-reduces between ranks, in milliseconds. */
export interface Exchanges {
  /** The MPI library. */
  readonly name: string;
  /** The network that connects the ranks. */
  readonly network: string;
  /** Number of ranks. */
  readonly size: number;
  readonly rows: readonly { readonly bytes: number; readonly float32: number; readonly bf16: number }[];
}

/** Times of training steps between ranks. */
export interface Steps extends Omit<Exchanges, "rows"> {
  readonly rows: readonly { readonly mode: string; readonly parameters: number; readonly milliseconds: number }[];
}

/** All that has been measured. */
export interface Results {
  readonly machine?: readonly Exchanges[];
  readonly overhead?: readonly Steps[];
  readonly network?: readonly Exchanges[];
  readonly training?: readonly Steps[];
  readonly loss?: readonly Losses[];
  /** The machine during each part: its processors, and how busy they were before it. */
  readonly states?: Readonly<Record<string, string>>;
}

/** Steps between averages of weights in the mode `local`, and how often the bytes of the gradients an average sends. */
const [SYNC_EVERY, SENT_PER_AVERAGE] = [16, 3];

function sizeText(bytes: number): string {
  return bytes < 2 ** 20 ? `${bytes / 1024} KiB` : `${bytes / 2 ** 20} MiB`;
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

function timingsOf({ size, rows }: Exchanges): Timing[] {
  return rows.map(({ bytes, float32 }) => ({ bytes, nodes: size, seconds: float32 / 1e3 }));
}

/** The link of each network. */
function linksOf(exchanges: readonly Exchanges[]): Map<string, Link> {
  const groups = Map.groupBy(exchanges, ({ network }) => network);
  return new Map([...groups].map(([network, own]) => [network, fitLink(own.flatMap(timingsOf))]));
}

function describeExchanges(exchanges: readonly Exchanges[]): string {
  const links = linksOf(exchanges);
  return [...Map.groupBy(exchanges, ({ network }) => network)].map(([network, own]) => {
    const link = links.get(network)!;
    const fitted = `latency ${(link.latency * 1e6).toFixed(0)} us, bandwidth ${number(link.bandwidth / 1e6)} MB/s`;
    const errors = own.map((one) => {
      const timings = timingsOf(one);
      const large = timings.filter(({ bytes }) => bytes >= 2 ** 20);
      return `${percent(errorOf(large, link))} with ${one.size} ranks (${
        percent(errorOf(timings, link))
      } of all sizes)`;
    }).join(", ");
    const heads = own.flatMap(({ size }) => [`${size} ranks`, "model", "bf16"]);
    const rows = own[0].rows.map(({ bytes }, i) => [
      sizeText(bytes),
      ...own.flatMap(({ size, rows }) => [
        number(rows[i].float32),
        number(costOf({ bytes, nodes: size }, link) * 1e3),
        number(rows[i].bf16),
      ]),
    ]);
    return `### ${network}\n\nFitted: ${fitted}. Mean error of the model from 1 MiB: ${errors}.\n\n${
      table(["milliseconds", ...heads], rows)
    }`;
  }).join("\n\n");
}

/** The predicted milliseconds of a step in a mode, from those of a step without exchange. */
function predictStep(mode: string, alone: number, parameters: number, nodes: number, link: Link): number {
  const cost = (bytes: number): number => costOf({ bytes, nodes }, link) * 1e3;
  if (mode === "overlap") return Math.max(alone, cost(parameters * 4));
  if (mode === "bf16") return alone + cost(parameters * 2);
  if (mode === "local") return alone + SENT_PER_AVERAGE * cost(parameters * 4) / SYNC_EVERY;
  return alone + cost(parameters * 4);
}

const MODE_NAMES: Readonly<Record<string, string>> = {
  float32: "--no-overlap",
  overlap: "with overlap",
  bf16: "bf16, --no-overlap",
  local: `--sync-every ${SYNC_EVERY}`,
};

function describeTraining(training: readonly Steps[], links: ReadonlyMap<string, Link>): string {
  const errors: { readonly mode: string; readonly error: number }[] = [];
  const lines = training.flatMap(({ network, size, rows }) =>
    rows.filter(({ mode }) => mode !== "alone").map(({ mode, parameters, milliseconds }) => {
      const alone = rows.find((row) => row.mode === "alone" && row.parameters === parameters)!.milliseconds;
      const predicted = predictStep(mode, alone, parameters, size, links.get(network)!);
      errors.push({ mode: MODE_NAMES[mode], error: Math.abs(predicted / milliseconds - 1) });
      return [
        `${network}, ${size} nodes, ${(parameters / 1e6).toFixed(1)} M`,
        MODE_NAMES[mode],
        ...[alone, milliseconds, predicted].map(number),
        percent(predicted / milliseconds - 1),
      ];
    })
  );
  const perMode = [...Map.groupBy(errors, ({ mode }) => mode)].map(([mode, own]) =>
    `${percent(own.reduce((sum, { error }) => sum + error, 0) / own.length)} (${mode})`
  );
  const most = percent(Math.max(...errors.map(({ error }) => error)));
  return `Language models with 2 LSTM layers, each node with 4 streams of 8 steps and one thread. A step without ` +
    `exchange is measured on as many ranks at a time, since they share this machine. The prediction adds the time of ` +
    `the model for the fitted link; with overlap it is the longer of both, the best that is possible. Mean errors: ` +
    `${perMode.join(", ")}; at most ${most}.\n\n${
      table(["network, nodes, parameters", "mode", "alone, ms", "step, ms", "model, ms", "error"], lines)
    }`;
}

function describeOverhead(overhead: readonly Steps[]): string {
  // A single process precedes the ranks that it is compared with.
  const rows = overhead.flatMap(({ name, size, rows }, at) =>
    size === 1 ? [] : rows.map(({ parameters, milliseconds }, i) => {
      const single = overhead[at - 1].rows[i].milliseconds;
      return [
        `${name}, ${(parameters / 1e6).toFixed(1)} M parameters`,
        number(single),
        number(milliseconds),
        percent(milliseconds / single - 1),
      ];
    })
  );
  return `A batch of 32 streams of 8 steps, in milliseconds per step.\n\n${
    table(["library, model", "1 process, 2 threads", "2 ranks, 1 thread each", "difference"], rows)
  }`;
}

function describeLosses(losses: readonly Losses[]): string {
  const mean = (values: readonly number[]): number => values.reduce((sum, own) => sum + own, 0) / values.length;
  const first = mean(losses[0].losses);
  const rows = losses.map(({ mode, losses }) => [
    mode,
    ...losses.map((loss) => loss.toFixed(4)),
    mean(losses).toFixed(4),
    (Math.round((mean(losses) - first) * 1e4) / 1e4 + 0).toFixed(4),
  ]);
  return `A character language model with 64 LSTM cells, ${LOSS_RANKS} ranks with 8 of 32 streams each, on a text of ` +
    `300,000 characters: nats per character of the last 10,000 after ${LOSS_STEPS} steps.\n\n${
      table(["mode", ...LOSS_SEEDS.map((seed) => `seed ${seed}`), "mean", "difference"], rows)
    }`;
}

/** The fitted links; nominal ones where nothing has been measured. */
function fittedOf({ machine = [], network = [] }: Results): Fitted {
  const gigabit = linksOf(network).get("1 Gbit/s") ?? { latency: 50e-6, bandwidth: 1e9 / 8 };
  return {
    gigabit,
    most: Math.max(...[...linksOf(machine).values()].map(({ bandwidth }) => bandwidth), 0) || Infinity,
  };
}

/** Writes the page of the results. */
export async function writePage(results: Results): Promise<void> {
  const { machine, overhead, network, training, loss, states = {} } = results;
  const predictions = describePredictions(fittedOf(results));
  const made = Object.entries(states).map(([part, state]) => `${part}: ${state}`).join("; ");
  const parts = [
    "# Exchanging gradients\n\nMade by `deno task bench:distributed machine overhead network training loss`, whose parts " +
    `may have been measured at different times. Times are medians. The state of the machine, whose processors all ` +
    `share: ${made}.`,
    machine && `## All-reduces between processes of one machine\n\n${describeExchanges(machine)}`,
    overhead && `## Two ranks beside one process\n\n${describeOverhead(overhead)}`,
    network &&
    "## All-reduces between nodes of a network\n\nOpen MPI over TCP; each rank is in a network namespace of " +
      `its own, whose link to a bridge a token bucket limits in both directions. What fits into the bucket of 256 KB passes at once, so that small sizes are faster than the model says.\n\n${
        describeExchanges(network)
      }`,
    network && training && `## Training steps between those nodes\n\n${describeTraining(training, linksOf(network))}`,
    loss && `## Losses after equal steps\n\n${describeLosses(loss)}`,
    `## Predicted speedup\n\n${predictions}`,
  ];
  await writePredictions(predictions);
  await Deno.writeTextFile(PAGE, `${parts.filter((part) => part).join("\n\n")}\n`);
  console.log(`wrote ${decodeURIComponent(PAGE.pathname)}`);
}
