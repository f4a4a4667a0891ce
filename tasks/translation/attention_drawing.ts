import { InputRangeError } from "../../errors.ts";
import { svgLength, svgPicture, svgText } from "../task_model/svg.ts";
import type { Translation } from "./answers.ts";

/** Side of a cell, width of a character and margin, in pixels. */
const CELL = 28;
const CHARACTER = 7.5;
const MARGIN = 12;

/**
 * Draws the attention of a translation as an SVG with a row for each target token and a column for each source token;
 * darker cells have larger weights. Throws `RangeError` if the translation has no attention.
 */
export function drawAttention(
  { sourceTokens, tokens, attention }: Pick<Translation, "sourceTokens" | "tokens" | "attention">,
): string {
  if (attention.length === 0) {
    throw new InputRangeError("draw attention: expected a sentence and a model with attention, found no attention");
  }
  const left = MARGIN + CHARACTER * longest(tokens);
  const top = MARGIN + CHARACTER * longest(sourceTokens);
  const [width, height] = [left + CELL * sourceTokens.length + MARGIN, top + CELL * tokens.length + MARGIN];
  return svgPicture(width, height, [
    ...sourceTokens.map((token, s) => {
      const [x, y] = [svgLength(left + CELL * (s + 0.62)), svgLength(top - 6)];
      return `<text x="${x}" y="${y}" transform="rotate(-90 ${x} ${y})">${svgText(token)}</text>`;
    }),
    ...tokens.map((token, t) =>
      `<text x="${svgLength(left - 6)}" y="${svgLength(top + CELL * (t + 0.64))}" text-anchor="end">${
        svgText(token)
      }</text>`
    ),
    ...attention.flatMap((weights, t) =>
      Array.from(
        weights,
        (weight, s) =>
          `<rect x="${svgLength(left + CELL * s)}" y="${svgLength(top + CELL * t)}" width="${CELL - 1}" height="${
            CELL - 1
          }" ` +
          `fill="#0b3d91" fill-opacity="${weight.toFixed(3)}" stroke="#dddddd"/>`,
      )
    ),
  ]);
}

function longest(tokens: readonly string[]): number {
  return Math.max(...tokens.map((token) => [...svgText(token)].length));
}
