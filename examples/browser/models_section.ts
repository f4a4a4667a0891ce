import type { Client } from "./client.ts";
import { byId, percent, reporting, valueOf } from "./dom.ts";
import { droppedFiles } from "./dropped_files.ts";
import type { ModelFacts } from "./messages.ts";

/** The parts of the page that the section changes. */
export interface ModelsSurroundings {
  /** Called with a language model that was loaded. */
  readonly loaded: (facts: ModelFacts) => void;
  /** Called with a text that was dropped. */
  readonly text: (file: File) => void;
}

/** Saves and loads models, and uses those that classify and translate. */
export class ModelsSection {
  #client: Client;
  #page: ModelsSurroundings;
  #status = byId("models-status");
  #link = byId<HTMLAnchorElement>("save");

  constructor(client: Client, page: ModelsSurroundings) {
    this.#client = client;
    this.#page = page;
    this.#receiveFiles();
    byId("classify-form").addEventListener("submit", (event) => {
      event.preventDefault();
      reporting(byId("classify-status"), () => this.#classify());
    });
    byId("translate-form").addEventListener("submit", (event) => {
      event.preventDefault();
      reporting(byId("translate-status"), () => this.#translate());
    });
    // Chromium saves what is dragged from the page to a folder.
    this.#link.addEventListener("dragstart", ({ dataTransfer }) => {
      dataTransfer?.setData("DownloadURL", `application/zip:${this.#link.download}:${this.#link.href}`);
    });
  }

  /** Offers the files of the language model. */
  async offer({ name, summary }: ModelFacts): Promise<void> {
    const archive = new Blob([await this.#client.call("save", undefined)], { type: "application/zip" });
    URL.revokeObjectURL(this.#link.href);
    this.#link.href = URL.createObjectURL(archive);
    this.#link.download = `${name}.zip`;
    this.#link.textContent = `${name}.zip`;
    byId("save-facts").textContent = `${summary}; ${Math.ceil(archive.size / 1024).toLocaleString("en")} KiB.`;
    for (const place of document.querySelectorAll(".model-name")) place.textContent = name;
  }

  #receiveFiles(): void {
    for (const id of ["model-files", "model-folder"]) {
      const input = byId<HTMLInputElement>(id);
      input.addEventListener("change", () => {
        reporting(this.#status, () => this.#load([...input.files ?? []]));
        input.value = "";
      });
    }
    document.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    document.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      const files = droppedFiles(event.dataTransfer);
      reporting(this.#status, async () => {
        const found = await files;
        const isText = found.length === 1 && !/\.(?:zip|json|safetensors)$/.test(found[0].name);
        if (isText) this.#page.text(found[0]);
        else await this.#load(found);
      });
    });
  }

  async #load(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    this.#status.textContent = "Loading.";
    const facts = await this.#client.call("load", { files });
    this.#status.textContent = `Loaded a model for ${facts.task}: ${facts.summary}.`;
    if (facts.task === "language-modeling") return this.#page.loaded(facts);
    byId(facts.task).hidden = false;
    byId(`${facts.task}-facts`).textContent = `${facts.summary}.`;
  }

  async #classify(): Promise<void> {
    const labels = await this.#client.call("classify", { text: valueOf("classify-text") });
    const lines = labels.map(({ label, probability }) => `${percent(probability)} ${label}`);
    byId("classify-status").textContent = lines.join(", ");
  }

  async #translate(): Promise<void> {
    byId("translate-status").textContent = await this.#client.call("translate", { text: valueOf("translate-text") });
  }
}
