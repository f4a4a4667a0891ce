import { InputRangeError } from "../../errors.ts";
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
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height)}" width="${round(width)}" ` +
    `height="${round(height)}" font-family="sans-serif" font-size="13">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...sourceTokens.map((token, s) => {
      const [x, y] = [round(left + CELL * (s + 0.62)), round(top - 6)];
      return `<text x="${x}" y="${y}" transform="rotate(-90 ${x} ${y})">${label(token)}</text>`;
    }),
    ...tokens.map((token, t) =>
      `<text x="${round(left - 6)}" y="${round(top + CELL * (t + 0.64))}" text-anchor="end">${label(token)}</text>`
    ),
    ...attention.flatMap((weights, t) =>
      Array.from(
        weights,
        (weight, s) =>
          `<rect x="${round(left + CELL * s)}" y="${round(top + CELL * t)}" width="${CELL - 1}" height="${CELL - 1}" ` +
          `fill="#0b3d91" fill-opacity="${weight.toFixed(3)}" stroke="#dddddd"/>`,
      )
    ),
    "</svg>",
    "",
  ].join("\n");
}

function longest(tokens: readonly string[]): number {
  return Math.max(...tokens.map((token) => [...label(token)].length));
}

/** Formats a token for SVG: makes white space visible, replaces characters that XML forbids and escapes markup. */
function label(token: string): string {
  const visible = token.replaceAll(/\s/g, "·").replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "\uFFFD");
  return visible.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function round(x: number): string {
  return String(Math.round(x * 10) / 10);
}
