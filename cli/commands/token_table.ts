import type { LikelyToken, TokenLogProbability } from "../../tasks/language_modeling/mod.ts";

/** The head of a table of generated tokens, each with `top` of the likeliest tokens in its place. */
export function tokenTableHead(top: number): string {
  const others = Array.from({ length: top }, (_, i) => [`token_${i + 1}`, `logprob_${i + 1}`]).flat();
  return line(["token", "id", "logprob", ...others]);
}

/** The rows of a table of generated tokens: values separated by tabs, tokens in quotation marks as in JSON. */
export function tokenTableRows(tokens: readonly TokenLogProbability[]): string {
  return tokens.map((entry) => {
    const [token, logprob] = cells(entry);
    return line([token, String(entry.id), logprob, ...entry.top.flatMap(cells)]);
  }).join("");
}

function cells({ token, logprob }: LikelyToken): string[] {
  return [JSON.stringify(token), logprob.toFixed(4)];
}

function line(values: readonly string[]): string {
  return values.join("\t") + "\n";
}
