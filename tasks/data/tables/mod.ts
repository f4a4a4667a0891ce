/**
 * Reads tables: fields with any delimiter, arrays of JSON records, and JSON Lines. This folder knows rows and columns;
 * it must not know what they mean.
 * @module
 */
export { expectColumns, findColumn, isAsked, pairOfRoles, type Role, usualColumn } from "./columns.ts";
export type { RowRecord } from "./csv.ts";
export { detectDelimiter, expectDelimiter, firstRecords, isRectangular, readDelimiter } from "./delimiter.ts";
export { completeLayout, detectLayout, firstLines, type Layout, type TableFormat } from "./format.ts";
export {
  describeTable,
  expectText,
  expectWidth,
  type FirstRow,
  type HeaderRule,
  readTable,
  type Table,
} from "./table.ts";
export { valueAt } from "./json.ts";
