import { escapeMarkup } from "../charts/mod.ts";
import { pageHTML, type ReportRun, settingsSection, summaryTable, titleOf } from "../report/mod.ts";
import type { LiveRun, Trial } from "./live_run.ts";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/** Writes the live page of a run: the report's sections, those that change empty at first, and what it takes. */
export function livePageHTML(run: ReportRun, { introduction, trial }: LiveRun): string {
  // Only the script with this word runs, and only the page's own server is asked.
  const nonce = crypto.randomUUID();
  const policy = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; ` +
    `script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  const head = [`<style>${STYLE}</style>`];
  const body = [
    `<h1>${escapeMarkup(titleOf(run))}</h1>`,
    `<p class="quiet">${escapeMarkup(introduction)}</p>`,
    CONTROLS,
    ...trial ? [trialHTML(trial)] : [],
    "<h2>Run</h2>",
    `<div id="summary">${summaryTable([run])}</div>`,
    '<div id="curves"></div>',
    '<div id="samples"></div>',
    ...settingsSection([run]),
    `<script type="module" nonce="${nonce}">${SCRIPT}</script>`,
  ];
  return pageHTML({ title: titleOf(run), policy, head, body });
}

const CONTROLS = `<p id="state" role="status">Training.</p>
<p id="figures" class="figures"></p>
<progress id="bar" max="1" value="0" aria-label="Steps"></progress>
<p class="controls"><button type="button" id="save">Save now</button>
<button type="button" id="stop">Stop and save</button></p>`;

/** The box in which a text is given to the model. */
function trialHTML({ kind, text, verb }: Trial): string {
  const numbers = kind === "sample"
    ? `<label>Temperature <input name="temperature" type="number" min="0" max="10" step="0.1" value="0.8"></label>
<label>Characters <input name="length" type="number" min="1" max="2000" value="200"></label>`
    : "";
  return `<h2>The model as it is</h2>
<form id="trial">
<label class="wide">${escapeMarkup(text)} <textarea name="prompt" rows="2"></textarea></label>
${numbers}<button>${escapeMarkup(verb)}</button>
</form>
<pre id="answer" role="status" hidden></pre>`;
}
