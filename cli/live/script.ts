import { RETRY_MS } from "./event_streams.ts";

/** The script of the live page. The server draws; the script puts what arrives in its place, and sends wishes. */
export const SCRIPT = `
const find = (id) => document.getElementById(id);
const state = find("state"), stop = find("stop"), save = find("save"), trial = find("trial"), answer = find("answer");
let hasEnded = false;

function tell(text) {
  if (state.textContent !== text) state.textContent = text;
}

/** Gives an element the contents of another. What is the same stays, with its focus, choice and place of scrolling. */
function renew(element, fresh) {
  const children = [...fresh.childNodes];
  for (const surplus of [...element.childNodes].slice(children.length)) surplus.remove();
  children.forEach((child, i) => {
    const old = element.childNodes[i];
    if (!old) element.append(child);
    else if (old.isEqualNode(child)) return;
    else if (child.hasChildNodes() && old.cloneNode().isEqualNode(child.cloneNode())) renew(old, child);
    else old.replaceWith(child);
  });
}

function show(id, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  renew(find(id), fresh.content);
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

let events, isLost = false;

function lose(text) {
  isLost = true;
  tell(text + " This page goes on trying.");
}

/** Opens the stream of events. It comes back by itself if it breaks off, but not if it is refused. */
function listen() {
  events = new EventSource("events");
  const on = (name, take) => events.addEventListener(name, ({ data }) => take(JSON.parse(data)));
  on("progress", showProgress);
  on("sections", ({ summary, curves, samples }) => {
    if (summary !== "") show("summary", summary);
    show("curves", curves);
    show("samples", samples);
  });
  on("end", end);
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return lose("The run does not answer. It may have ended.");
    lose("The run refuses this page, perhaps since too many follow it.");
    setTimeout(listen, ${RETRY_MS});
  };
  events.onopen = () => {
    if (isLost) tell("Training.");
    isLost = false;
  };
}

listen();

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
  const { prompt, ...numbers } = Object.fromEntries(new FormData(trial));
  for (const name in numbers) numbers[name] = Number(numbers[name]);
  answer.hidden = false;
  answer.textContent = "Waiting for the end of the step.";
  try {
    const { text, error } = await send("sample", { prompt, ...numbers });
    answer.textContent = error ?? text;
  } catch (error) {
    answer.textContent = error.message;
  }
});
`;
