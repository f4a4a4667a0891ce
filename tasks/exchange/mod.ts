/**
 * Exchange with other programs: models of Elman in the files of PyTorch, ONNX and others, and theirs here. Each format
 * has a folder of its own. What is exchanged is known from traced runs and from names of parameters; nothing here may
 * train a model or depend on one task.
 *
 * @module
 */
export { exportGraph, type GraphExportOptions, OPSET } from "./onnx/export/mod.ts";
export type { GraphInput, GraphOutput, GraphPlan, GraphRun } from "../task_model/graph_plan.ts";
export * from "./card/mod.ts";
export * from "./import/mod.ts";
export * from "./pytorch/mod.ts";
export * from "./layers/mod.ts";
