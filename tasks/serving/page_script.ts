/** The script of the page to try the models. */
export const SCRIPT = String.raw`
const find = (id) => document.getElementById(id);
const form = find("form"), fields = form.elements, answer = find("answer"), run = find("run"), stop = find("stop");

/** The words, the options and the answers of each task. */
const TASKS = {
  "language-modeling": { verb: "Generate", text: "Prompt", options: "sampling", answer: generate },
  classification: { verb: "Classify", text: "Text", answer: classify },
  "vector-classification": { verb: "Classify", text: "Frames, as JSON", answer: classify },
  forecasting: { verb: "Forecast", text: "Values of the series, or records as JSON", answer: forecast },
  translation: { verb: "Translate", text: "Sentence", options: "search", answer: translate },
  music: { verb: "Compose", text: "Beginning, in ABC or JSON, or nothing", options: "sampling", answer: compose },
  "speech-recognition": { verb: "Transcribe", answer: transcribe },
};
const CHOICES = 5; // the likeliest tokens in the place of each

let tasks = {}, running;
/** The addresses of files of an answer, which take memory until the next one. */
const urls = [];

async function ask(path, body, signal) {
  const key = fields.api_key.value;
  const isFile = body instanceof Blob;
  const type = isFile ? "audio/wav" : "application/json";
  const headers = { "content-type": type, ...key && { authorization: "Bearer " + key } };
  const sent = isFile ? body : JSON.stringify(body);
  let response;
  try {
    response = await fetch(path, { headers, signal, ...body && { method: "POST", body: sent } });
  } catch (error) {
    throw signal?.aborted ? error : { message: "The server does not answer." };
  }
  if (response.ok) return response;
  const { error } = await response.json();
  throw { ...error, param: response.status === 401 ? "api_key" : error.param };
}

async function* eventsOf(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part; !(part = await reader.read()).done;) {
    const events = (rest + part.value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const data = JSON.parse(event.slice("data: ".length));
      if (data.error) throw data.error;
      yield data;
    }
  }
}

async function generate(signal) {
  const body = { model: fields.model.value, prompt: fields.prompt.value, stream: true, logprobs: CHOICES };
  for (const name of ["max_tokens", "temperature", "top_p", "seed"]) {
    if (fields[name].value !== "") body[name] = Number(fields[name].value);
  }
  const start = performance.now();
  const response = await ask("v1/completions", body, signal);
  const share = sharing();
  showGiven(body.prompt);
  let reason = "";
  try {
    for await (const { choices: [choice] } of eventsOf(response)) {
      if (await share() && signal.aborted) break;
      showPiece(choice);
      find("rate").textContent = describeRate(start);
      if (choice.finish_reason === "stop") reason = ", ended by the model";
    }
    signal.throwIfAborted();
  } finally {
    if (signal === running.signal && count > 0) choose(count - 1);
  }
  return describeRate(start) + reason;
}

function describeTokens() {
  return count + (count === 1 ? " token" : " tokens");
}

function describeRate(start) {
  return describeTokens() + ", " + Math.round(count / (performance.now() - start) * 1000) + " tokens/s";
}

async function classify(signal) {
  const { probabilities, label, labels = [label], truncated } = await askOne("v1/classify", {}, signal);
  const sorted = Object.entries(probabilities).sort(([, a], [, b]) => b - a);
  answer.append(element("ol", "shares", ...sorted.map(([name, share]) => {
    const item = shareOf("li", name, share);
    if (labels.includes(name)) item.setAttribute("aria-current", "true");
    return item;
  })));
  return (labels.join(", ") || "no label") + (truncated ? ", from the beginning of the text" : "");
}

async function translate(signal) {
  const beam = Number(fields.beam.value), n = Math.min(3, beam);
  const { text, alternatives = [], unknown, truncated } = await askOne("v1/translate", { beam, n }, signal);
  answer.append(element("p", "", text));
  const others = alternatives.slice(1).map((other) => element("li", "", other.text));
  if (others.length > 0) answer.append(element("p", "quiet", "Others that were found:"), element("ul", "", ...others));
  const notes = [...unknown.length > 0 ? ["unknown: " + unknown.join(" ")] : [], ...truncated ? ["truncated"] : []];
  return ["Translated", ...notes].join(", ");
}

async function forecast(signal) {
  const start = fields.start.value.trim();
  const found = await askOne("v1/forecast", { ...start && { start } }, signal);
  answer.append(element("pre", "", JSON.stringify(found, null, 2)));
  return "Forecast";
}

async function askOne(path, body, signal) {
  const response = await ask(path, { model: fields.model.value, ...given(), ...body }, signal);
  return (await response.json()).data[0];
}

/** Reads the question. The values of a series may stand without brackets. */
function given() {
  const input = fields.prompt.value, task = tasks[fields.model.value];
  try {
    if (task === "vector-classification") return { frames: JSON.parse(input) };
    if (task === "forecasting") return { input: JSON.parse(/^\s*\[/.test(input) ? input : "[" + input + "]") };
  } catch (error) {
    throw { message: error.message, param: "input" };
  }
  return { input };
}

function element(name, kind, ...children) {
  const made = document.createElement(name);
  made.className = kind;
  made.append(...children);
  return made;
}

/** Makes a link that saves a file. */
function linkTo(url, name, text) {
  return Object.assign(element("a", "", text), { href: url, download: name });
}

/** Returns the address of a file, which is kept until the next answer. */
function urlOf(content, type) {
  urls.push(URL.createObjectURL(new Blob([content], { type })));
  return urls.at(-1);
}

function showValue({ id, value }, text = value) {
  const output = document.querySelector("output[for=" + id + "]");
  if (output) output.value = text;
}

/** Shows an error at the field that it is about. */
function showError({ message, param }) {
  const field = fields[{ input: "prompt", key: "music_key" }[param] ?? param] ?? (param ? fields.prompt : run);
  if (param === "api_key") find("key-field").hidden = false;
  const note = Object.assign(element("p", "error", message), { id: "error", role: "alert" });
  field.parentElement.append(note);
  if (field === run) return;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", "error");
  field.focus();
}

function clearError() {
  find("error")?.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

function clearAnswer() {
  clearError();
  clearText();
  answer.replaceChildren();
  for (const url of urls.splice(0)) URL.revokeObjectURL(url);
  find("choices").hidden = true;
  find("rate").textContent = "";
}

async function submit() {
  running?.abort();
  const { signal } = running = new AbortController();
  clearAnswer();
  stop.disabled = false;
  find("status").textContent = "Running.";
  let outcome = "";
  try {
    outcome = await TASKS[tasks[fields.model.value]].answer(signal);
  } catch (error) {
    if (signal !== running.signal) return;
    if (signal.aborted) outcome = "Stopped" + (count > 0 ? " after " + describeTokens() : "");
    else showError(error);
  }
  if (signal !== running.signal) return;
  find("rate").textContent = "";
  find("status").textContent = outcome && outcome + ".";
  if (document.activeElement === stop) run.focus();
  stop.disabled = true;
}

async function listModels() {
  clearError();
  try {
    const { data } = await (await ask("v1/models")).json();
    tasks = Object.fromEntries(data.map(({ id, task }) => [id, task]));
    fields.model.replaceChildren(...data.map(({ id }) => new Option(id)));
    showTask();
  } catch (error) {
    showError(error.param ? error : { ...error, param: "model" });
  }
}

function showTask() {
  const { verb, text, options } = TASKS[tasks[fields.model.value]];
  run.textContent = verb;
  find("prompt-label").textContent = text ?? "";
  find("file-field").hidden = text !== undefined;
  find("prompt-field").hidden = find("keys").hidden = text === undefined;
  for (const id of ["sampling", "search"]) find(id).hidden = find(id).disabled = id !== options;
  for (const field of form.querySelectorAll("[data-task]")) {
    field.hidden = field.querySelector("input").disabled = field.dataset.task !== tasks[fields.model.value];
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
form.addEventListener("input", ({ target }) => showValue(target));
fields.prompt.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
stop.addEventListener("click", () => running.abort());
find("at").addEventListener("input", ({ target }) => choose(target.value - 1));
fields.model.addEventListener("change", showTask);
fields.api_key.addEventListener("change", listModels);
for (const slider of form.querySelectorAll("[type=range]")) showValue(slider);
listModels();
`;
