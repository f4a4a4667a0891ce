/**
 * The page: its sections, and what a new model changes in them. Everything that computes is in the worker.
 * @module
 */
import { Client } from "./client.ts";
import { byId } from "./dom.ts";
import { GenerateSection } from "./generate_section.ts";
import type { ModelFacts } from "./messages.ts";
import { ModelsSection } from "./models_section.ts";
import { TextSection } from "./text_section.ts";
import { TrainSection } from "./train_section.ts";
import { UnitsSection } from "./units_section.ts";

/** Number of characters of the text that are colored at first. */
const COLORED = 600;

const client = new Client(byId("worker").textContent);
const text = new TextSection(client);
const generate = new GenerateSection(client);
const units = new UnitsSection(client);
new TrainSection(client, { text: () => text.text, trained: useModel });
const models = new ModelsSection(client, { loaded: useModel, text: (file) => text.open(file) });

/** Shows what the language model can do. */
function useModel(facts: ModelFacts): void {
  for (const section of document.querySelectorAll<HTMLElement>(".needs-model")) section.hidden = false;
  byId("no-model").hidden = true;
  generate.modelChanged();
  units.modelChanged(text.text.slice(0, COLORED));
  models.offer(facts);
}

client.call("threads", undefined).then((threads) => {
  byId("threads").textContent = threads === 1
    ? "One thread computes: browsers allow more only in cross-origin isolated pages."
    : `${threads} threads compute.`;
});
