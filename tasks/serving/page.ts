/** The page to try the models: it needs nothing from elsewhere. */
export const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Elman</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 0 auto; padding: 1rem; }
label { display: block; margin-top: 0.75rem; }
textarea, select, input { width: 100%; box-sizing: border-box; font: inherit; padding: 0.4rem; }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 0 1rem; }
button { font: inherit; margin: 1rem 0.5rem 0 0; padding: 0.4rem 1.2rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; min-height: 4rem; padding: 0.75rem; border: 1px solid #888; }
</style>
<h1>Elman</h1>
<form>
<label>Model <select name="model" required></select></label>
<label>Text <textarea name="text" rows="4"></textarea></label>
<div class="row" id="sampling">
<label>Tokens <input name="max_tokens" type="number" min="1" value="200"></label>
<label>Temperature <input name="temperature" type="number" min="0" step="0.1" value="0.8"></label>
<label>Top p <input name="top_p" type="number" min="0.01" max="1" step="0.01" value="1"></label>
<label>Seed <input name="seed" type="number" min="0" placeholder="random"></label>
</div>
<label>API key, if the server has one <input name="key" type="password" autocomplete="off"></label>
<button>Run</button><button type="button" id="stop" disabled>Stop</button>
</form>
<h2>Answer</h2>
<pre id="answer" aria-live="polite"></pre>
<script type="module">
const form = document.querySelector("form"), { model, text, key } = form.elements;
const answer = document.querySelector("#answer"), stop = document.querySelector("#stop");
const PATHS = {
  "language-modeling": "completions",
  classification: "classify",
  "vector-classification": "classify",
  forecasting: "forecast",
  translation: "translate",
};
let tasks = {}, controller;

function headers() {
  return { "content-type": "application/json", ...key.value && { authorization: "Bearer " + key.value } };
}

async function ask(path, body, signal) {
  const init = { headers: headers(), signal, ...body && { method: "POST", body: JSON.stringify(body) } };
  const response = await fetch(path, init);
  if (!response.ok) throw (await response.json()).error;
  return response;
}

async function listModels() {
  try {
    const { data } = await (await ask("v1/models")).json();
    tasks = Object.fromEntries(data.map(({ id, task }) => [id, task]));
    model.replaceChildren(...data.map(({ id }) => new Option(id)));
    showFields();
  } catch (error) {
    answer.textContent = error.message;
  }
}

function showFields() {
  document.querySelector("#sampling").hidden = tasks[model.value] !== "language-modeling";
}

// The values of a series may stand without brackets.
function fields() {
  const given = text.value.trim();
  if (tasks[model.value] === "vector-classification") return { frames: JSON.parse(given) };
  if (tasks[model.value] !== "forecasting") return { input: text.value };
  return { input: JSON.parse(given.startsWith("[") ? given : "[" + given + "]") };
}

async function generate(signal) {
  const body = { model: model.value, prompt: text.value, stream: true };
  for (const name of ["max_tokens", "temperature", "top_p", "seed"]) {
    if (form.elements[name].value !== "") body[name] = Number(form.elements[name].value);
  }
  const { body: stream } = await ask("v1/completions", body, signal);
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  answer.textContent = text.value;
  for (let rest = "", part; !(part = await reader.read()).done;) {
    const events = (rest + part.value).split("\\n\\n");
    rest = events.pop();
    for (const event of events) {
      if (event === "data: [DONE]") continue;
      const { choices, error } = JSON.parse(event.slice(6));
      if (error) throw error;
      answer.append(...choices.map((choice) => choice.text));
    }
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  controller?.abort();
  const { signal } = controller = new AbortController();
  stop.disabled = false;
  answer.textContent = "";
  try {
    const path = PATHS[tasks[model.value]];
    if (path === "completions") await generate(signal);
    else {
      const { data } = await (await ask("v1/" + path, { model: model.value, ...fields() }, signal)).json();
      answer.textContent = JSON.stringify(data[0], null, 2);
    }
  } catch (error) {
    if (!signal.aborted) answer.append("\\n" + error.message);
  }
  if (signal === controller.signal) stop.disabled = true;
});
stop.addEventListener("click", () => controller.abort());
model.addEventListener("change", showFields);
key.addEventListener("change", listModels);
listModels();
</script>
</html>
`;
