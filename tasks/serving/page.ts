import { CHOICES_SCRIPT } from "./page_choices.ts";
import { MUSIC_SCRIPT } from "./page_music.ts";
import { SCRIPT } from "./page_script.ts";
import { SPEECH_SCRIPT } from "./page_speech.ts";
import { STYLE } from "./page_style.ts";
import { TEXT_SCRIPT } from "./page_text.ts";

/** The page's content security policy: it loads its own parts and its own server's answers, nothing else. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "img-src data: blob:",
  "media-src blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page's picture in a browser's tab: a loop, as recurrent networks have. */
const ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Cpath d='M11 3a6 6 0 1 0 3 5M11 0v4h4' fill='none' stroke='%231f5fbf' stroke-width='2'/%3E%3C/svg%3E";

/** The page to try the models: it needs nothing from elsewhere. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Elman</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Elman</h1>
<form id="form">
<div class="field">
<label for="model">Model</label>
<select id="model" name="model" required></select>
</div>
<div class="field" id="key-field" hidden>
<label for="api_key">API key</label>
<input id="api_key" name="api_key" type="password" autocomplete="off">
</div>
<div class="field" id="prompt-field">
<label for="prompt" id="prompt-label">Prompt</label>
<textarea id="prompt" name="prompt" rows="6" aria-keyshortcuts="Control+Enter"></textarea>
</div>
<div class="field" data-task="forecasting" hidden>
<label for="start">Time of the first value</label>
<input id="start" name="start" placeholder="2024-01-01 13:00, if the model knows times" autocomplete="off">
</div>
<div class="field" id="file-field" hidden>
<label for="file">Sound, a WAV file</label>
<input id="file" name="file" type="file" accept=".wav,audio/wav">
</div>
<fieldset id="sampling">
<legend>Sampling</legend>
<div class="field">
<label for="temperature">Temperature</label><output for="temperature"></output>
<input id="temperature" name="temperature" type="range" min="0" max="2" step="0.05" value="0.8">
</div>
<div class="field">
<label for="top_p">Top p</label><output for="top_p"></output>
<input id="top_p" name="top_p" type="range" min="0.05" max="1" step="0.05" value="1">
</div>
<div class="field" data-task="music">
<label for="music_key">Key</label>
<input id="music_key" name="music_key" placeholder="that of the beginning, or any" autocomplete="off">
</div>
<div class="field" data-task="music">
<label for="meter">Meter</label>
<input id="meter" name="meter" placeholder="that of the beginning, or any" autocomplete="off">
</div>
<div class="field" data-task="music">
<label for="bars">Bars, or time steps of a piano roll</label>
<input id="bars" name="bars" type="number" min="1" placeholder="16 bars, 64 time steps">
</div>
<div class="field" data-task="language-modeling">
<label for="max_tokens">Maximum tokens</label>
<input id="max_tokens" name="max_tokens" type="number" min="1" value="200" required>
</div>
<div class="field">
<label for="seed">Seed</label>
<input id="seed" name="seed" type="number" min="0" placeholder="random">
</div>
</fieldset>
<fieldset id="search" hidden>
<legend>Search</legend>
<div class="field">
<label for="beam">Beam size</label>
<input id="beam" name="beam" type="number" min="1" max="64" value="5" required>
</div>
</fieldset>
<p class="buttons">
<button id="run">Generate</button>
<button id="stop" type="button" disabled>Stop</button>
<span class="quiet" id="keys">or Ctrl+Enter in the text</span>
</p>
</form>
<section aria-label="Answer">
<h2>Answer</h2>
<p class="quiet"><span id="status" role="status"></span> <span id="rate"></span></p>
<div id="answer"></div>
<div id="choices" hidden>
<h2>Choices of the model</h2>
<p class="quiet">Choose a token here or in the text, then another that could have followed.</p>
<div class="field">
<label for="at">Token</label><output for="at"></output>
<input id="at" type="range" min="1" value="1">
</div>
<ol id="top"></ol>
</div>
</section>
</main>
<script type="module">${SCRIPT}${TEXT_SCRIPT}${CHOICES_SCRIPT}${MUSIC_SCRIPT}${SPEECH_SCRIPT}</script>
</body>
</html>
`;
