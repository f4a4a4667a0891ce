import { colorOf, dashesOf, escapeMarkup } from "../charts/mod.ts";
import type { PictureRecord } from "../../tasks/task_model/picture_record.ts";
import type { ModelFacts } from "../inspection/mod.ts";

/** A run of the report. */
export interface ReportRun {
  /** Its name in the report. */
  readonly name: string;
  /** Index of its color. */
  readonly index: number;
  /** The files that it was trained on; empty for the command's own data. */
  readonly sources?: readonly string[];
  /** The facts about its model. */
  readonly facts: ModelFacts;
  /** The pictures of its model on validation data; undefined if none were recorded. */
  readonly record?: PictureRecord;
  /** The SVG files in its directory. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[];
}

/** Shows the color and the dashes of a run before its name. */
export function named({ name, index }: ReportRun): string {
  return keyed(name, colorOf(index), dashesOf(index));
}

/** Shows a line of a color before a name. */
export function keyed(name: string, color: string, dashes = "none"): string {
  const pattern = dashes === "none" ? "" : ` stroke-dasharray="${dashes}"`;
  return `<svg class="key" viewBox="0 0 16 6" aria-hidden="true"><path d="M0 3H16" stroke="${color}" ` +
    `stroke-width="3"${pattern}/></svg>${escapeMarkup(name)}`;
}
