/**
 * Facts about saved models, for the commands that show them: layers, memory, tokenizers, the training run, files. This
 * folder only reads; it must not train or write.
 * @module
 */
export { type LayerFacts, layersOf, type ParameterFacts, totalsOf, type WeightTotals } from "./layers.ts";
export { type FileFacts, filesOf } from "./files.ts";
export { flowLines, type FlowSummary, summarizeFlow } from "./gradient_flow.ts";
export type { ModelFacts } from "./model_facts.ts";
export { type ProcessorFacts, processorsOf } from "./processors.ts";
export { loadModel, modelFactsOf, type ReadModel, readModel } from "./read_model.ts";
export { readRun, type RunFacts, runFactsOf, type RunState } from "./run_facts.ts";
export { describeBest, formatBytes, formatValue, listValues } from "./wording.ts";
