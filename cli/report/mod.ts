/**
 * The report on training runs: a page that compares settings, curves, samples and pictures, without scripts and without
 * a network, and its sections. This folder knows the facts about models; it must not know where the page goes.
 * @module
 */
export { type Page, pageHTML } from "./html.ts";
export { curvesSection, reportPage, samplesSection, settingsSection, titleOf } from "./page.ts";
export type { ReportRun } from "./report_run.ts";
export { summaryTable } from "./summary.ts";
