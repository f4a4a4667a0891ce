/**
 * Several labels of a text: each label is a decision of its own. This folder knows logits, targets and thresholds; it
 * must not know networks, tokenizers or files.
 * @module
 */
export { decisionBaselines } from "./baselines.ts";
export {
  MULTI_LABEL_DATA,
  MULTI_LABEL_FORMAT,
  type MultiLabelConfig,
  type MultiLabelFormat,
  type MultiLabelPlan,
} from "./fields.ts";
export { evaluateDecisions, measureDecisions, type MeasuredTexts, scoreDecisions } from "./measuring.ts";
export { labelSetLoss } from "./loss.ts";
export { decisionWeights, pairsOf, sigmoids } from "./pairs.ts";
export { describeThresholds } from "./report.ts";
export { encodeLabelled, targetRows, targetsAt } from "./targets.ts";
export { fitThresholds, labelsReached, reached, refuseOtherThresholds, rescaleThresholds } from "./thresholds.ts";
