import type { HistoryLine } from "../../src/train/mod.ts";
import { escapeMarkup } from "../charts/mod.ts";
import { named, type ReportRun } from "./report_run.ts";

/** Most samples of a run that are shown: the first, the last, and some between at equal distances. */
const MOST_SHOWN = 8;

/** Shows what a run's model wrote at some of its steps; an empty text if nothing was kept. */
export function samplesHTML(run: ReportRun, isNamed: boolean): string {
  const samples = (run.facts.run?.history ?? []).filter(({ event }) => event === "sample");
  if (samples.length === 0) return "";
  const shown = spread(samples).map(({ step, epoch, text }) =>
    `<div><p class="quiet">after step ${step}, in epoch ${epoch}</p><pre>${escapeMarkup(String(text))}</pre></div>`
  );
  return `${isNamed ? `<h3>${named(run)}</h3>` : ""}<div class="samples">${shown.join("\n")}</div>`;
}

function spread(samples: readonly HistoryLine[]): HistoryLine[] {
  const last = samples.length - 1;
  const wanted = Math.min(samples.length, MOST_SHOWN);
  return Array.from({ length: wanted }, (_, i) => samples[Math.round(i * last / Math.max(1, wanted - 1))]);
}
