/**
 * Writes models as ONNX files. A network runs a few times in different sizes, and the operations of these runs become
 * the nodes of a graph; so nothing here knows a task or a network, and every network that consists of traced operations
 * can be exported.
 *
 * @module
 */
export { exportGraph, type GraphExportOptions, OPSET } from "./export_graph.ts";
