/**
 * Event files, which TensorBoard reads: records with checksums, each of which is a protocol buffer message. This folder
 * encodes what it is given; it must not know when something is recorded, or where the file is.
 *
 * @module
 */
export { type EventValue, fileVersion, sessionStart, summary } from "./events.ts";
export { type Histogram, histogramOf } from "./histogram.ts";
export { encodeRecord } from "./records.ts";
