import type { Client } from "./client.ts";
import { Curve } from "./curve.ts";
import { byId, numberOf, runByButton, valueOf } from "./dom.ts";
import type { ModelFacts, TrainEvent, TrainRequest } from "./messages.ts";

/** The parts of the page that the section reads and changes. */
export interface TrainSurroundings {
  /** The text to train on. */
  readonly text: () => string;
  /** Called with the model that was trained. */
  readonly trained: (facts: ModelFacts) => void;
}

/** Number of samples that are shown, the latest first. */
const MOST_SAMPLES = 50;

/** Trains a language model and shows how it learns. */
export class TrainSection {
  #client: Client;
  #page: TrainSurroundings;
  #curve = new Curve(byId("curve") as HTMLElement & SVGSVGElement);
  #status = byId("train-status");
  #samples = byId("samples");

  constructor(client: Client, page: TrainSurroundings) {
    this.#client = client;
    this.#page = page;
    runByButton({
      form: byId("train-form"),
      button: byId<HTMLButtonElement>("train"),
      status: this.#status,
      work: (signal) => this.#train(signal),
    });
  }

  async #train(signal: AbortSignal): Promise<void> {
    this.#curve.clear();
    this.#samples.replaceChildren();
    this.#status.textContent = "Starting.";
    const facts = await this.#client.call("train", this.#request(), {
      signal,
      onEvent: (event) => this.#show(event),
    });
    this.#status.textContent = `${signal.aborted ? "Stopped" : "Done"}: ${facts.summary}. ${this.#figures}`;
    this.#page.trained(facts);
  }

  #request(): TrainRequest {
    const amount = numberOf("length");
    return {
      text: this.#page.text(),
      cell: valueOf("cell") as TrainRequest["cell"],
      hidden: numberOf("hidden"),
      layers: numberOf("layers"),
      learningRate: numberOf("learning-rate"),
      length: valueOf("unit-of-length") === "steps" ? { maxSteps: amount } : { minutes: amount },
    };
  }

  #figures = "";

  #show(event: TrainEvent): void {
    if (event.kind === "valid") return this.#curve.addValid(event.step, event.loss);
    if (event.kind === "sample") {
      const sample = document.createElement("p");
      const step = document.createElement("b");
      step.textContent = `Step ${event.step}`;
      sample.append(step, ` ${event.text.trim()}`);
      this.#samples.prepend(sample);
      if (this.#samples.children.length > MOST_SAMPLES) this.#samples.lastElementChild!.remove();
      return;
    }
    const { step, steps, loss, charactersPerSecond } = event;
    this.#curve.addStep(step, loss);
    const speed = Math.round(charactersPerSecond).toLocaleString("en");
    this.#figures = `Loss ${loss.toFixed(3)} nats per character.`;
    this.#status.textContent = `Step ${step} of about ${Math.max(step, steps)}, ${speed} characters per second. ` +
      this.#figures;
  }
}
