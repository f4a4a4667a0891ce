import { InputRangeError } from "../../errors.ts";
import type { PipelineTokenizer } from "../../tokenizers/mod.ts";
import { type Command, type OptionSpecs, UsageError } from "../arguments/mod.ts";
import { giveUpReading, inputLines, inputText, promptForInput, writeOut } from "../terminal/mod.ts";
import { VERIFY_OPTION, verifying } from "../verify_option.ts";
import { ENCODING_OPTION, expectEncoding } from "./encoding_option.ts";
import { parseIds } from "./ids.ts";
import { readPipeline } from "../../tasks/processors/tokenizer_file.ts";

const OPTIONS = {
  tokenizer: {
    kind: "path",
    group: "model",
    value: "FILE",
    help: "Tokenizer file (tokenizer.json, vocab.json, vocab.txt, .model or .tiktoken), or a directory with one.",
  },
  pattern: {
    kind: "string",
    group: "model",
    value: "NAME",
    help:
      "Pattern by which a .tiktoken file splits texts: cl100k_base, o200k_base, llama3, qwen2, gpt2, or a regular expression.",
    default: "that of the file's name, or of the published file with as many ranks",
  },
  ...VERIFY_OPTION,
  ...ENCODING_OPTION,
  decode: { kind: "boolean", group: "data", help: "Decode ids, or this command's own output, to text." },
  whole: {
    kind: "boolean",
    group: "data",
    help: "Treat standard input as one text rather than one text per line.",
  },
  "no-special": {
    kind: "boolean",
    group: "answers",
    help: "Add no special tokens; with --decode, keep those in the ids.",
  },
  json: { kind: "boolean", group: "run", help: "Print one JSON object per text: ids, tokens, offsets and masks." },
} as const satisfies OptionSpecs;

/** Encodes texts with a tokenizer, or decodes ids. */
export const tokenizeCommand: Command<typeof OPTIONS> = {
  operands: "[-]",
  options: OPTIONS,
  run: async (
    {
      tokenizer: path,
      pattern,
      decode = false,
      whole = false,
      "no-special": plain = false,
      json = false,
      encoding,
      ...rest
    },
    operands,
  ) => {
    if (operands.length > 0 && operands.join(" ") !== "-") {
      throw new UsageError(`expected - for standard input, or no operand, found ${JSON.stringify(operands.join(" "))}`);
    }
    if (path === undefined) throw new UsageError("--tokenizer: expected a tokenizer's file, found none");
    if (decode && json) throw new UsageError("--json: expected this option or --decode, found both");
    if (decode && encoding !== undefined) {
      throw new UsageError("--encoding: expected this option or --decode, found both");
    }
    expectEncoding(encoding);
    const tokenizer = await readPipeline(path, { pattern, ...verifying(rest) });
    giveUpReading();
    const show = json ? asJSON : asTable;
    promptForInput(decode ? "ids" : "a text");
    if (decode) {
      for await (const ids of parseIds(inputLines(), tokenizer.size)) {
        writeOut(tokenizer.decode(ids, { skipSpecialTokens: !plain }) + (whole ? "" : "\n"));
      }
    } else if (whole) writeOut(show(tokenizer, await inputText({ encoding }), !plain));
    else {
      let number = 0;
      for await (const text of inputLines({ encoding })) {
        number++;
        writeOut(inLine(number, () => show(tokenizer, text, !plain)));
      }
    }
    return 0;
  },
};

/** Calls a function and adds the number of a line to its errors. */
function inLine<T>(number: number, encode: () => T): T {
  try {
    return encode();
  } catch (error) {
    if (error instanceof InputRangeError) throw new InputRangeError(`line ${number}: ${error.message}`);
    throw error;
  }
}

/** Formats a text's encoding as JSON. Offsets are in UTF-16 code units, as in JavaScript strings. */
function asJSON(tokenizer: PipelineTokenizer, text: string, addSpecialTokens: boolean): string {
  const { ids, tokens, offsets, attentionMask, specialTokensMask, typeIds, wordIds } = tokenizer.encoding(text, {
    addSpecialTokens,
  });
  return JSON.stringify({
    ids,
    tokens,
    offsets,
    attention_mask: attentionMask,
    special_tokens_mask: specialTokensMask,
    type_ids: typeIds,
    word_ids: wordIds.map((word) => word ?? null),
  }) + "\n";
}

/** Formats one line per token, and an empty line after the text. */
function asTable(tokenizer: PipelineTokenizer, text: string, addSpecialTokens: boolean): string {
  const { ids, tokens, offsets } = tokenizer.encoding(text, { addSpecialTokens });
  const lines = ids.map((id, i) => `${id}\t${offsets[i].join("-")}\t${JSON.stringify(tokens[i])}\n`);
  return lines.join("") + "\n";
}
