import { colorOf, dashesOf, escapeMarkup } from "../charts/mod.ts";
import type { ModelFacts } from "../inspection/mod.ts";

/** A run of the report. */
export interface ReportRun {
  /** Its name in the report. */
  readonly name: string;
  /** Index of its color. */
  readonly index: number;
  /** The facts about its model. */
  readonly facts: ModelFacts;
  /** The pictures in its directory. */
  readonly pictures: readonly { readonly name: string; readonly svg: string }[];
}

/** Shows the color and the dashes of a run before its name. */
export function named({ name, index }: ReportRun): string {
  const dashes = dashesOf(index) === "none" ? "" : ` stroke-dasharray="${dashesOf(index)}"`;
  return `<svg class="key" viewBox="0 0 16 6" aria-hidden="true"><path d="M0 3H16" stroke="${
    colorOf(index)
  }" stroke-width="3"${dashes}/></svg>${escapeMarkup(name)}`;
}
