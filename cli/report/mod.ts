/**
 * The report on training runs: a page that compares settings, curves, samples and pictures, without scripts and without
 * a network. This folder knows the facts about models; it must not know where the page goes.
 * @module
 */
export { reportPage } from "./page.ts";
export type { ReportRun } from "./report_run.ts";
