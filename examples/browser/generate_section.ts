import type { Client } from "./client.ts";
import { byId, isText, numberOf, percent, reporting, runByButton, valueOf, visible } from "./dom.ts";
import type { NextToken, Sampling } from "./messages.ts";

/** Number of tokens of which the probabilities are shown. */
const SHOWN = 12;
/** Milliseconds without typing after which the probabilities are computed. */
const PAUSE_MS = 250;

/** Continues a prompt, and shows what may come next. */
export class GenerateSection {
  #client: Client;
  #prompt = byId<HTMLTextAreaElement>("prompt");
  #output = byId("generated");
  #status = byId("generate-status");
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client) {
    this.#client = client;
    runByButton({
      form: byId("generate-form"),
      button: byId<HTMLButtonElement>("generate"),
      status: this.#status,
      work: (signal) => this.#generate(signal),
    });
    byId("generate-form").addEventListener("input", () => {
      this.#showSliders();
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#showNext(), PAUSE_MS);
    });
    this.#showSliders();
  }

  /** The prompt and what was generated from it. */
  get text(): string {
    return this.#output.textContent || this.#prompt.value;
  }

  /** Begins with another model. */
  modelChanged(): void {
    this.#output.textContent = "";
    this.#showNext();
  }

  async #generate(signal: AbortSignal): Promise<void> {
    const prompt = this.#prompt.value;
    const marked = document.createElement("b");
    marked.textContent = prompt;
    const text = new Text();
    this.#output.replaceChildren(marked, text);
    this.#status.textContent = "Generating.";
    const request = { prompt, ...this.#sampling, maxTokens: numberOf("tokens"), seed: numberOf("seed") };
    const unknown = await this.#client.call("generate", request, {
      signal,
      onEvent: (piece) => text.appendData(piece),
    });
    const symbols = unknown.slice(0, 8).join(" ");
    const left = symbols === "" ? "" : ` Left out of the prompt: ${symbols}, which the model does not know.`;
    this.#status.textContent = `${text.length.toLocaleString("en")} characters generated.${left}`;
  }

  get #sampling(): Sampling {
    const topK = numberOf("top-k");
    return { temperature: numberOf("temperature"), topK: topK === 0 ? null : topK };
  }

  #showSliders(): void {
    const { temperature, topK } = this.#sampling;
    byId("temperature-shown").textContent = temperature.toFixed(2);
    byId("top-k-shown").textContent = topK === null ? "all" : `${topK}`;
  }

  async #showNext(): Promise<void> {
    await reporting(this.#status, async () => {
      const tokens = await this.#client.call("next", { prompt: valueOf("prompt"), ...this.#sampling });
      const bars = tokens.slice(0, SHOWN).map((token) => this.#bar(token));
      byId("next").replaceChildren(...bars);
    });
  }

  /** A button that appends a token to the prompt, as wide as it is probable; only its share if the token is no text. */
  #bar({ text, probability }: NextToken): HTMLElement {
    const kind = isText(text) ? "button" : "div";
    const [item, choice, name, bar, figure] = ["li", kind, "code", "span", "span"].map((tag) =>
      document.createElement(tag)
    );
    name.textContent = visible(text);
    bar.className = "bar";
    bar.style.setProperty("--share", `${100 * probability}%`);
    figure.textContent = percent(probability);
    choice.append(name, bar, figure);
    item.append(choice);
    if (!isText(text)) return item;
    (choice as HTMLButtonElement).type = "button";
    choice.addEventListener("click", async () => {
      this.#prompt.value += text;
      await this.#showNext();
      byId("next").querySelector("button")?.focus();
    });
    return item;
  }
}
