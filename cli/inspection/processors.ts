import type { Processor } from "../../tasks/task_model/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";

/** A tokenizer, or another converter of data. */
export interface ProcessorFacts {
  /** Its name in the model. */
  readonly name: string;
  /** The kind of tokenizer, or the name of the class. */
  readonly kind: string;
  /** Number of tokens; undefined for other converters. */
  readonly size?: number;
  /** The token for what is not in the vocabulary; null if there is none, undefined for other converters. */
  readonly unknown?: string | null;
  /** The special tokens; undefined for other converters. */
  readonly specials?: readonly string[];
}

/** Describes the processors of a model. */
export function processorsOf(processors: Readonly<Record<string, Processor | undefined>>): ProcessorFacts[] {
  return Object.entries(processors).flatMap(([name, processor]) => {
    if (processor === undefined) return [];
    if (!isTokenizer(processor)) return [{ name, kind: processor.constructor.name }];
    const { kind, size } = processor;
    const { added, unknown } = tokensOf(processor);
    return [{ name, kind, size, unknown, specials: added }];
  });
}

function isTokenizer(processor: Processor): processor is Tokenizer {
  return "encode" in processor && "size" in processor;
}

/** The part of a `tokenizer.json` with the names of tokens. */
interface TokenizerFile {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
  readonly model?: { readonly unk_token?: string | null; readonly vocab?: unknown };
}

/** Returns the special tokens of a tokenizer, and the one for what it does not know. */
function tokensOf(tokenizer: Tokenizer): { added: string[]; unknown: string | null } {
  const { added_tokens = [], model } = tokenizer.toJSON() as TokenizerFile;
  const { unknownId } = tokenizer;
  const named = added_tokens.find(({ id }) => id === unknownId)?.content ?? model?.unk_token ?? undefined;
  return {
    added: added_tokens.filter(({ special }) => special).map(({ content }) => content),
    unknown: unknownId === undefined ? null : named ?? tokenizer.decode([unknownId]),
  };
}
