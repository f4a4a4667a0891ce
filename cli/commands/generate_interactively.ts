import { InputRangeError } from "../../errors.ts";
import type { Completion, GenerateOptions, GenerationState, LanguageModel } from "../../tasks/language_modeling/mod.ts";
import { endOfTextId } from "../../tasks/language_modeling/end_of_text.ts";
import { withLastToken } from "../../tasks/language_modeling/generation_options.ts";
import { ownIds } from "../../tasks/language_modeling/own_ids.ts";
import { withoutEscapes } from "../../tasks/language_modeling/text_parts.ts";
import { UsageError } from "../arguments/mod.ts";
import { interruptible, typedLines, writeError, writeErrorLine, writeLine } from "../terminal/mod.ts";
import { knownPrompt } from "./known_prompt.ts";

/** Number of next tokens to choose from unless `--logprobs` gives another. */
const SHOWN = 8;
/** Number of characters of the text that are shown. */
const TAIL = 400;
/** Most versions of a text that are kept: a neural cache takes megabytes in each. */
const MOST_VERSIONS = 50;
/** Maximum number of tokens of one command. */
const MOST_TOKENS = 10_000;

const HELP = `Enter goes on by a token, +20 by 20. A number takes that token. Other text is
added, with = before it also a number or what begins with +, / or =; \\n is a
line break. /back takes the last step back; /quit ends; /help shows this.`;

/**
 * Options without effect in an interactive session, each of whose steps begins a generation: for it, only the last
 * token of the text before counts for penalties.
 */
const IDLE: readonly string[] = [
  ...["json", "quiet", "count", "max-tokens", "stop", "best-of", "encoding"],
  ...["repetition-penalty", "presence-penalty", "frequency-penalty", "repetition-window"],
];

/** Throws `UsageError` if an option is given that has no effect beside `--interactive`. */
export function refuseIdleOptions(values: Readonly<Record<string, unknown>>, prompt: string | undefined): void {
  const idle = IDLE.find((name) => values[name] !== undefined);
  if (idle !== undefined) throw new UsageError(`--interactive: expected this option or --${idle}, found both`);
  if (prompt !== "-") return;
  throw new UsageError("--interactive: expected a prompt on the command line, found - for standard input");
}

/**
 * Writes a text step by step with the user, who sees the likeliest next tokens and chooses one, lets the model go on,
 * types some text, or takes a step back. All that is shown goes to standard error; at the end, or when Ctrl-C is
 * pressed once the prompt has been read, the text goes to standard output. Returns the exit code.
 */
export async function generateInteractively(
  model: LanguageModel,
  prompt: string,
  options: GenerateOptions,
): Promise<number> {
  return await interruptible(async (signal) => {
    const draft = await Draft.begin(model, prompt, { ...options, signal });
    try {
      await converse(draft, signal);
    } finally {
      writeError("\n");
      writeLine(draft.text);
    }
  });
}

/** Lets the user and the model write in turn until the user ends it. Throws the reason of a signal that is aborted. */
async function converse(draft: Draft, signal: AbortSignal): Promise<void> {
  writeErrorLine(HELP);
  draft.show();
  for await (const line of typedLines(signal)) {
    signal.throwIfAborted();
    if (/^\/q(?:uit)?$/.test(line)) return;
    try {
      await obey(draft, line);
    } catch (error) {
      if (!(error instanceof InputRangeError)) throw error;
      writeErrorLine(error.message.replace(/^generate: | in the prompt(?=;|$)/g, ""));
    }
    draft.show();
  }
  signal.throwIfAborted();
}

/** Does what a line says. Throws `RangeError` if that is not possible. */
async function obey(draft: Draft, line: string): Promise<void> {
  const count = /^\+(\d+)$/.exec(line)?.[1];
  if (line === "" || count !== undefined) await draft.goOn(Number(count ?? 1));
  else if (/^\d+$/.test(line)) await draft.choose(Number(line));
  else if (/^\/b(?:ack)?$/.test(line)) draft.goBack();
  else if (/^\/h(?:elp)?$/.test(line)) writeErrorLine(HELP);
  else if (line.startsWith("/")) throw new InputRangeError(`expected /back, /quit or /help, found ${line}`);
  else await draft.type(withoutEscapes(line.startsWith("=") ? line.slice(1) : line));
}

/** A version of the text, and what may follow it. */
interface Version {
  /** The ids of the text. */
  readonly ids: readonly number[];
  /** The state from which the text continues. */
  readonly state: GenerationState;
  /** The next token that the model draws, with the likeliest ones; undefined if the text has ended. */
  readonly next: Completion | undefined;
}

/** A text in the making, and its earlier versions. */
class Draft {
  #model: LanguageModel;
  #options: GenerateOptions;
  #end: number | undefined;
  #draws = 0;
  #versions: Version[] = [];

  private constructor(model: LanguageModel, options: GenerateOptions) {
    const { tokenizer, config: { endOfText } } = model;
    this.#model = model;
    this.#options = { ...options, logprobs: options.logprobs ?? SHOWN };
    this.#end = endOfText === null ? undefined : endOfTextId("generate", tokenizer, endOfText);
  }

  /** Begins a text with a prompt. Throws `RangeError` if the model cannot read it or an option is invalid. */
  static async begin(model: LanguageModel, prompt: string, options: GenerateOptions): Promise<Draft> {
    const draft = new Draft(model, options);
    const { state } = await model.complete(prompt, { ...draft.#options, maxTokens: 0 });
    const ids = [...ownIds(model.tokenizer, prompt)];
    draft.#versions.push({ ids, state, next: await draft.#draw(state) });
    return draft;
  }

  /** The text. */
  get text(): string {
    return this.#model.tokenizer.decode(this.#last.ids);
  }

  get #last(): Version {
    return this.#versions.at(-1)!;
  }

  /** Shows the end of the text and the likeliest next tokens. */
  show(): void {
    const { text } = this;
    const tail = text.length > TAIL ? `…${text.slice(-TAIL)}` : text;
    const rows = this.#last.next?.logprobs?.[0].top.map(({ token, id, logprob }, i) => {
      const shown = id === this.#end ? "end of the text" : JSON.stringify(token);
      return `${String(i + 1).padStart(3)}  ${(100 * Math.exp(logprob)).toFixed(1).padStart(5)} %  ${shown}`;
    });
    writeError(`\n${tail}\n${rows?.join("\n") ?? "The text ends here."}\n> `);
  }

  /** Adds a text. */
  async type(text: string): Promise<void> {
    const { ids, state } = this.#unended();
    const { tokenizer } = this.#model;
    const { unknown } = this.#options;
    const known = knownPrompt(tokenizer, text, unknown);
    if (known.note !== undefined) writeErrorLine(known.note);
    const read = await this.#model.complete(known.text, { ...this.#options, maxTokens: 0, state });
    await this.#add([...ids, ...ownIds(tokenizer, known.text)], read.state);
  }

  /** Takes one of the tokens that are shown, counted from 1. */
  async choose(number: number): Promise<void> {
    const { ids, next } = this.#unended();
    const { top } = next.logprobs![0];
    if (number < 1 || number > top.length) {
      throw new InputRangeError(
        `expected a number from 1 to ${top.length}, found ${number}; =${number} adds it as text`,
      );
    }
    const { id } = top[number - 1];
    await this.#add([...ids, id], withLastToken(next.state, id));
  }

  /** Lets the model go on by a number of tokens. */
  async goOn(count: number): Promise<void> {
    const { next, ids } = this.#unended();
    if (count < 1 || count > MOST_TOKENS) {
      throw new InputRangeError(`expected a number of tokens from 1 to ${MOST_TOKENS}, found ${count}`);
    }
    const first = next.state.token;
    const rest = count > 1 && first !== this.#end ? await this.#draw(next.state, count - 1) : undefined;
    const drawn = rest?.logprobs?.map(({ id }) => id) ?? [];
    await this.#add([...ids, first, ...drawn], (rest ?? next).state);
  }

  /** Takes the last step back. */
  goBack(): void {
    if (this.#versions.length < 2) throw new InputRangeError("expected a step to take back, found none");
    this.#versions.pop();
  }

  #unended(): Required<Version> & { readonly next: Completion } {
    const { next, ...last } = this.#last;
    if (next === undefined) throw new InputRangeError("expected a text that has not ended; /back takes its end back");
    return { ...last, next };
  }

  async #add(ids: readonly number[], state: GenerationState): Promise<void> {
    const hasEnded = state.token === this.#end;
    const next = hasEnded ? undefined : await this.#draw(state);
    this.#versions.push({ ids: hasEnded ? ids.slice(0, -1) : ids, state, next });
    if (this.#versions.length > MOST_VERSIONS) this.#versions.shift();
  }

  /** Draws the next tokens, each time with other random numbers. */
  async #draw(state: GenerationState, maxTokens = 1): Promise<Completion> {
    const { seed = null } = this.#options;
    const draw = { maxTokens, state, seed: seed === null ? null : seed + this.#draws++ };
    return await this.#model.complete("", { ...this.#options, ...draw });
  }
}
