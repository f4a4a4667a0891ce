import type { StepGradient } from "../../tasks/task_model/mod.ts";

/** Maximum number of steps that are listed; of more, some at equal distances. */
const MOST_LISTED = 40;

/** Length of the longest bar in characters. */
const BAR = 40;

/** Powers of ten that a bar shows at least, and at most: smaller norms have no bar. */
const [LEAST_DECADES, MOST_DECADES] = [3, 12];

/** From these factors on, from the last step to the first, a gradient counts as vanishing or exploding. */
const [VANISHED, EXPLODED] = [1e-3, 1e3];

/** The gradient's way back in words: how much is left at the first step. */
export interface FlowSummary {
  /** Number of steps from the last to the first. */
  readonly steps: number;
  /** The norm at the first step, relative to that at the last. */
  readonly factor: number;
  /** The factor of one step, as the geometric mean. */
  readonly perStep: number;
  /** The course in words. */
  readonly verdict: "vanishes" | "explodes" | "neither vanishes nor explodes";
}

/** Summarizes the norms of the gradient at the steps of a text. */
export function summarizeFlow(gradients: readonly StepGradient[]): FlowSummary {
  const steps = gradients.length - 1;
  const factor = gradients[0].norm / gradients[steps].norm;
  const perStep = steps === 0 ? 1 : factor ** (1 / steps);
  const verdict = factor < VANISHED ? "vanishes" : factor > EXPLODED ? "explodes" : "neither vanishes nor explodes";
  return { steps, factor, perStep, verdict };
}

/** Draws the norms as a table with bars on a logarithmic scale, the last step first. */
export function flowLines(gradients: readonly StepGradient[]): string[] {
  const rows = listed(gradients.map(({ token, norm }, t) => ({ token, norm, back: gradients.length - 1 - t })));
  const logs = rows.map(({ norm }) => Math.log10(norm)).filter(Number.isFinite);
  const top = Math.ceil(Math.max(...logs));
  const decades = Math.min(Math.max(top - Math.floor(Math.min(...logs)), LEAST_DECADES), MOST_DECADES);
  const width = Math.max(...rows.map(({ token }) => shown(token).length));
  return [
    `steps back  ${"token".padEnd(width)}  norm     a factor of 10 is ${(BAR / decades).toFixed(0)} characters`,
    ...rows.map(({ token, norm, back }) => {
      const length = Math.round(BAR * (1 + (Math.log10(norm) - top) / decades));
      const bar = "#".repeat(Math.max(0, Math.min(BAR, length)));
      return `${String(back).padStart(10)}  ${shown(token).padEnd(width)}  ${norm.toExponential(1).padEnd(8)} ${bar}`
        .trimEnd();
    }),
  ];
}

/** Returns at most `MOST_LISTED` rows at equal distances, the last first. */
function listed<T>(rows: readonly T[]): T[] {
  const every = Math.ceil(rows.length / MOST_LISTED);
  return rows.toReversed().filter((_, i) => i % every === 0);
}

function shown(token: string): string {
  return JSON.stringify(token.length > 16 ? `${token.slice(0, 15)}…` : token);
}
