import type { Client } from "./client.ts";
import { byId, numberOf, reporting } from "./dom.ts";
import type { UnitsAnswer } from "./messages.ts";

/** Number of units that are offered because they vary most. */
const OFFERED = 10;
/** The colors of -1 and 1; 0 is white. Black letters can be read on all of them. */
const [COLD, WARM] = [[110, 170, 255], [255, 150, 60]];

/** Colors a text by the values of a hidden unit. */
export class UnitsSection {
  #client: Client;
  #text = byId<HTMLTextAreaElement>("units-text");
  #unit = byId<HTMLInputElement>("unit");
  #status = byId("units-status");
  #found: UnitsAnswer | undefined;

  constructor(client: Client) {
    this.#client = client;
    byId("units-form").addEventListener("submit", (event) => {
      event.preventDefault();
      reporting(this.#status, () => this.#read());
    });
    this.#unit.addEventListener("input", () => this.#color());
  }

  /** Reads a text with another model. */
  modelChanged(text: string): void {
    this.#text.value = text;
    reporting(this.#status, () => this.#read());
  }

  async #read(): Promise<void> {
    const found = this.#found = await this.#client.call("units", { text: this.#text.value });
    this.#unit.max = `${found.units - 1}`;
    this.#unit.value = `${found.ranked[0]}`;
    byId("ranked").replaceChildren(...found.ranked.slice(0, OFFERED).map((unit) => this.#offer(unit)));
    this.#color();
  }

  #offer(unit: number): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${unit}`;
    button.addEventListener("click", () => {
      this.#unit.value = `${unit}`;
      this.#color();
    });
    item.append(button);
    return item;
  }

  #color(): void {
    const unit = numberOf("unit");
    if (!this.#found || !(unit >= 0 && unit < this.#found.units)) return;
    const { pieces, units, values } = this.#found;
    const own = pieces.map((_, t) => values[t * units + unit]);
    byId("colored").replaceChildren(...pieces.map((piece, t) => {
      const span = document.createElement("span");
      span.textContent = piece;
      span.title = own[t].toFixed(2);
      span.style.background = colorOf(own[t]);
      return span;
    }));
    const [low, high] = [Math.min(...own), Math.max(...own)].map((value) => value.toFixed(2));
    this.#status.textContent = `Unit ${unit} of ${units}: from ${low} to ${high} over ${pieces.length} tokens.`;
    for (const button of byId("ranked").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", `${button.textContent === `${unit}`}`);
    }
  }
}

function colorOf(value: number): string {
  const share = Math.min(1, Math.abs(value));
  const channels = (value < 0 ? COLD : WARM).map((channel) => Math.round(255 + (channel - 255) * share));
  return `rgb(${channels.join(" ")})`;
}
