import { PipelineTokenizer, tiktokenJSON } from "../../tokenizers/mod.ts";
import { type Agreement, compare, type Encoder } from "./compare.ts";
import { full, native } from "./encoders.ts";
import type { TextSet } from "./texts.ts";
// deno-lint-ignore no-import-prefix
import { encode as encodeCL100k } from "npm:gpt-tokenizer@4.0.0/encoding/cl100k_base";
// deno-lint-ignore no-import-prefix
import { encode as encodeO200k } from "npm:gpt-tokenizer@4.0.0/encoding/o200k_base";
// deno-lint-ignore no-import-prefix
import { Tiktoken } from "npm:tiktoken@1.0.22";
// deno-lint-ignore no-import-prefix
import cl100k from "npm:tiktoken@1.0.22/encoders/cl100k_base.json" with { type: "json" };
// deno-lint-ignore no-import-prefix
import o200k from "npm:tiktoken@1.0.22/encoders/o200k_base.json" with { type: "json" };

/** The texts for which `npm:gpt-tokenizer` gives other ids than tiktoken. */
const DEPARTURES = /\ufeff|<\|endoftext\|>/;

/** Compares the readers of `.tiktoken` files with tiktoken and others. The ranks are those of `npm:tiktoken`. */
export async function compareTiktoken(sets: readonly TextSet[]): Promise<Agreement[]> {
  // The package declares other types than these files have.
  const files = { cl100k, o200k } as unknown as Record<"cl100k" | "o200k", PackedRanks>;
  const cases = [["cl100k_base", files.cl100k, encodeCL100k], ["o200k_base", files.o200k, encodeO200k]] as const;
  const agreements: Agreement[] = [];
  for (const [name, file, encode] of cases) {
    const json = tiktokenJSON({ ranks: rankFile(file.bpe_ranks) });
    const tokenizer = PipelineTokenizer.fromJSON(json);
    const tiktoken = new Tiktoken(file.bpe_ranks, file.special_tokens, file.pat_str);
    const plain: Encoder = (texts) => texts.map((text) => ({ ids: tokenizer.encode(text) }));
    const original: Encoder = (texts) => texts.map((text) => ({ ids: tiktoken.encode(text.toWellFormed(), "all") }));
    const other: Encoder = (texts) =>
      texts.map((text) => ({ ids: encode(text.toWellFormed(), { allowedSpecial: "all" }) }));
    const whole = sets.map(({ name, texts }) => ({ name: `${name}, as one text`, texts: [texts.join("\n")] }));
    const saved = JSON.parse(JSON.stringify(tokenizer));
    // npm:gpt-tokenizer departs from tiktoken at byte order marks and at adjacent special tokens.
    const common = sets.map(({ name, texts }) => ({ name, texts: texts.filter((text) => !DEPARTURES.test(text)) }));
    agreements.push(
      ...await compare(`${name} with npm:tiktoken`, sets, plain, original),
      ...await compare(`${name} with npm:tiktoken`, whole, plain, original),
      ...await compare(`${name} with npm:gpt-tokenizer`, common, plain, other),
      ...await compare(`${name} written here, with npm:tokenizers`, sets, full(tokenizer), native(saved)),
    );
    tiktoken.free();
  }
  return agreements;
}

/** An encoding in a file of `npm:tiktoken`. */
interface PackedRanks {
  readonly bpe_ranks: string;
  readonly special_tokens: Record<string, number>;
  readonly pat_str: string;
}

/** The `.tiktoken` file of ranks in the form of `npm:tiktoken`: lines of `!`, the first rank, and tokens in base64. */
function rankFile(packed: string): string {
  const lines: string[] = [];
  for (const line of packed.split("\n")) {
    const [, first, ...tokens] = line.split(" ");
    tokens.forEach((token, i) => lines.push(`${token} ${Number(first) + i}\n`));
  }
  return lines.join("");
}
