/** The script of the live page. The server draws; the script puts what arrives in its place, and sends wishes. */
export const SCRIPT = `
const find = (id) => document.getElementById(id);
const state = find("state"), stop = find("stop"), save = find("save"), trial = find("trial"), answer = find("answer");
let hasEnded = false;

function tell(text) {
  if (state.textContent !== text) state.textContent = text;
}

/** Puts a fragment in its place, unless it is there. */
const shown = {};
function show(id, html) {
  if (shown[id] === html) return;
  shown[id] = html;
  find(id).innerHTML = html;
}

/** Replaces the table alone, so that the region around it keeps its focus and where it is scrolled to. */
function showSummary(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const table = fresh.content.querySelector("table");
  if (table) find("summary").querySelector("table").replaceWith(table);
}

function showProgress({ text, step, steps }) {
  if (text === undefined) return;
  find("figures").textContent = text;
  find("bar").max = steps;
  find("bar").value = step;
}

function end({ message }) {
  hasEnded = true;
  events.close();
  tell(message);
  const controls = [stop, save, ...trial ? trial.elements : []];
  for (const control of controls) control.disabled = true;
}

const events = new EventSource("events");
const on = (name, take) => events.addEventListener(name, ({ data }) => take(JSON.parse(data)));
on("progress", showProgress);
on("sections", ({ summary, curves, samples }) => {
  showSummary(summary);
  show("curves", curves);
  show("samples", samples);
});
on("end", end);
let isLost = false;
events.onerror = () => {
  isLost = true;
  tell("The run does not answer. It may have ended; this page goes on trying.");
};
events.onopen = () => {
  if (isLost) tell("Training.");
  isLost = false;
};

async function send(path, body = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const found = await response.json();
  if (!response.ok) throw found.error;
  return found;
}

async function wish(path, before, after) {
  try {
    tell(before);
    const found = await send(path);
    if (!hasEnded) tell(after(found));
  } catch (error) {
    if (!hasEnded) tell(error.message);
  }
}

save.addEventListener("click", () => wish("save", "Saving after this step.", ({ step }) => "Saved after step " + step + "."));
stop.addEventListener("click", () => wish("stop", "Stopping after this step.", () => "Stopping after this step."));

trial?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { prompt, temperature, length } = trial.elements;
  const numbers = temperature && { temperature: Number(temperature.value), length: Number(length.value) };
  answer.hidden = false;
  answer.textContent = "Waiting for the end of the step.";
  try {
    const { text, error } = await send("sample", { prompt: prompt.value, ...numbers });
    answer.textContent = error ?? text;
  } catch (error) {
    answer.textContent = error.message;
  }
});
`;
