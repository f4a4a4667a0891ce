import { bestShare, type Fitted, type Link, MODELS, mostUseful, networksOf, NODES, speedup } from "./model.ts";
import { number, table } from "./tables.ts";

const DOCUMENT = new URL("../../docs/distributed.md", import.meta.url);
/** The lines between which the document has the predictions. */
const [BEGIN, END] = ["<!-- predictions of bench:distributed -->", "<!-- end of predictions -->"];

function describeLink({ latency, bandwidth }: Link): string {
  return `${(latency * 1e6).toFixed(0)} microseconds and ${number(bandwidth / 1e6)} MB/s`;
}

/** Describes what the model predicts, with the fitted links, in tables. */
export function describePredictions(fitted: Fitted): string {
  const networks = networksOf(fitted);
  const heads = Object.keys(networks).flatMap((network) => [network, `${network}, bf16`]);
  const links = Object.entries(networks).map(([name, link]) => `${name}: ${describeLink(link)}`).join("; ");
  const columns = (model: { bytes: number; seconds: number }, show: (model: typeof own, link: Link) => string) =>
    Object.values(networks).flatMap((link) => [show(model, link), show({ ...model, bytes: model.bytes / 2 }, link)]);
  const [own] = Object.values(MODELS);
  const parts = Object.entries(MODELS).map(([name, model]) => {
    const rows = NODES.map((nodes) => [
      String(nodes),
      ...columns(model, (model, link) => speedup(model, nodes, link).toFixed(1)),
    ]);
    return `### ${name}\n\n${table(["nodes", ...heads], rows)}`;
  });
  const half = Object.entries(MODELS).map(([name, model]) => [
    name,
    ...columns(model, (model, link) => String(mostUseful(model, link))),
  ]);
  const shared = Object.entries(MODELS).map(([name, model]) => [
    name,
    ...columns(model, (model, link) => {
      const { nodes, speedup } = bestShare(model, link);
      return `${nodes} (${speedup.toFixed(1)})`;
    }),
  ]);
  return [
    `How many times as many steps per second as on one node, with the same batch on each node. Latencies and ` +
    `bandwidths are those that fit the measurements at 1 Gbit/s, the bandwidths in proportion, but no more than ` +
    `processes of the machine that was measured exchange through its memory: ${links}. These are predictions of the ` +
    `model, not measurements.`,
    ...parts,
    "### Where more nodes stop helping",
    "The largest number of nodes, of those above, at which each still takes half as many steps as it does alone:",
    table(["model", ...heads], half),
    "If all nodes share one batch, each step takes a node less time the more there are, and the exchange more: the " +
    "number of nodes with the most steps per second and, in parentheses, how many times as many as one node takes:",
    table(["model", ...heads], shared),
  ].join("\n\n");
}

/** Puts predictions in their place in the documentation, in its format. */
export async function writePredictions(text: string): Promise<void> {
  const page = await Deno.readTextFile(DOCUMENT);
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new RangeError(`expected ${BEGIN} and ${END} in docs/distributed.md`);
  await Deno.writeTextFile(DOCUMENT, `${page.slice(0, begin)}${BEGIN}\n\n${text}\n\n${page.slice(end)}`);
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", decodeURIComponent(DOCUMENT.pathname)] }).output();
}
