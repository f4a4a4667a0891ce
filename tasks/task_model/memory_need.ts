import { Engine } from "../../src/nn/mod.ts";
import { refuseIfTooLarge, type TrainSettings } from "../../src/train/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import { emptyNetwork } from "./design.ts";
import type { ModelParts, Prepared, TaskTypes } from "./task.ts";

/**
 * Throws `RangeError` with the sizes if training a model does not fit into memory. To measure the need, its network
 * takes a step with its largest batch on an engine that tracks only shapes. Throws it also if the settings, or those of
 * them that are `asked` for, need validation data and there are none.
 */
export async function refuseUnfitTraining<T extends TaskTypes>(
  action: string,
  model: ModelParts<T>,
  { settings, asked, prepared }: {
    readonly settings: TrainSettings;
    readonly asked: Partial<TrainSettings>;
    readonly prepared: Prepared<T>;
  },
): Promise<void> {
  if (!prepared.learning) return;
  const [{ engine: { precision } }] = model.network.parameters();
  const engine = Engine.shapes({ precision });
  const module = emptyNetwork(model)(engine);
  const learning = prepared.learning(module);
  if (learning.validationBatches === 0) refuseWithoutValidation(action, settings, asked);
  const batch = await learning.batch(0, prepared.largestBatch?.(learning) ?? 0);
  const trainable = learning.trainable && (() => learning.trainable);
  refuseIfTooLarge(action, () => module, { settings, loss: batch.loss, step: prepared.step, trainable }, engine);
}

/** Throws `RangeError` if settings follow the validation loss. A patience that is a default waits for nothing. */
function refuseWithoutValidation(
  action: string,
  { averageAfter, schedule }: TrainSettings,
  { patience = null }: Partial<TrainSettings>,
): void {
  if (averageAfter !== null) refuse(action, "averageAfter", "null without validation data", averageAfter);
  if (schedule === "plateau") refuse(action, "schedule", "another without validation data", schedule);
  if (patience !== null) refuse(action, "patience", "null without validation data", patience);
}
