import type { AnyModelClass } from "../../task_model/mod.ts";
import { cardOf, type ModelCardOptions } from "../../task_model/model_card.ts";
import type { ExportableModel } from "../pytorch/mod.ts";

/**
 * Writes the card of a model, as the `README.md` that `save` writes beside its files: the task, the sizes, the data,
 * figures, the command that trained it, and a front matter with the license and the tags that Hugging Face's hub reads.
 *
 * @param model The model.
 * @param options The facts that the model itself does not have, or others than it has.
 * @returns The page in Markdown.
 * @throws {RangeError} If a text has several lines or a figure is not finite.
 *
 * @example
 * ```ts
 * import { CharTokenizer, LanguageModel } from "@elman/elman";
 * import { modelCard } from "@elman/elman/exchange";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), hidden: 8 });
 * const card = modelCard(model, { name: "hamlet", license: "mit", figures: { "validation loss": 1.25 } });
 * assertStringIncludes(card, 'license: "mit"\nlibrary_name: elman\npipeline_tag: text-generation');
 * assertStringIncludes(card, "| validation loss | 1.25 |");
 * ```
 */
export function modelCard(model: ExportableModel, options: ModelCardOptions = {}): string {
  const { task } = model.constructor as unknown as AnyModelClass;
  const { card } = model as { readonly card?: ModelCardOptions };
  return cardOf({ task, config: model.config, network: model.network }, { ...card, ...options });
}
