/**
 * The part of the page's script that transcribes: it shows the text as it comes, then the sound with its subtitles, the
 * words, and files of them. It calls functions of the script, which stands before it.
 */
export const SPEECH_SCRIPT = String.raw`
async function transcribe(signal) {
  const file = fields.file.files[0];
  if (!file) throw { message: "Choose a file.", param: "file" };
  const send = (options) => {
    const query = new URLSearchParams({ ...options, model: fields.model.value });
    return ask("v1/audio/transcriptions?" + query, file, signal);
  };
  const heard = element("p", "transcript");
  answer.append(heard);
  for await (const event of eventsOf(await send({ stream: true }))) {
    if (event.type === "transcript.text.delta") heard.append(event.delta);
    else heard.textContent = event.text;
  }
  signal.throwIfAborted();
  find("status").textContent = "Finding the times of the words.";
  // Events have no times.
  const { text, words, segments, duration } = await (await send({ response_format: "verbose_json" })).json();
  heard.textContent = text;
  if (words.length > 0) showTimes(file, { text, words, segments });
  return "Transcribed " + duration.toFixed(1) + " s";
}

function showTimes(file, { text, words, segments }) {
  const player = Object.assign(element("audio", ""), { controls: true, src: urlOf(file, "audio/wav") });
  player.setAttribute("aria-label", "The sound");
  const subtitles = segments.map(({ start, end, text }) => {
    const button = element("button", "", element("span", "number", clock(start, ".") + " "), text);
    button.type = "button";
    button.title = "Play from here";
    button.addEventListener("click", () => {
      player.currentTime = start;
      player.play().catch(() => {});
    });
    player.addEventListener("timeupdate", () => {
      const isHeard = player.currentTime >= start && player.currentTime < end;
      if (isHeard) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    });
    return element("li", "", button);
  });
  const links = [
    linkTo(urlOf(text + "\n", "text/plain"), "transcript.txt", "Text"),
    linkTo(urlOf(subtitlesIn("srt", segments), "application/x-subrip"), "transcript.srt", "SRT"),
    linkTo(urlOf(subtitlesIn("vtt", segments), "text/vtt"), "transcript.vtt", "VTT"),
  ];
  answer.append(
    element("p", "", "Download: ", ...links),
    player,
    element("p", "quiet", "Subtitles, each of which plays from where it begins:"),
    element("ol", "subtitles", ...subtitles),
    element("p", "quiet", "Words and how sure the model is:"),
    element("ol", "shares", ...words.map(({ word, start, end, confidence }) =>
      shareOf("li", word + ", " + start.toFixed(2) + " to " + end.toFixed(2) + " s", confidence)
    )),
  );
}

/** Writes segments as files of subtitles have them, as the server's own srt and vtt. */
function subtitlesIn(format, segments) {
  const isVTT = format === "vtt", point = isVTT ? "." : ",";
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const parts = segments.map(({ start, end, text }, i) =>
    (isVTT ? "" : i + 1 + "\n") + clock(start, point) + " --> " + clock(end, point) + "\n" +
    (isVTT ? escape(text) : text) + "\n\n"
  );
  return (isVTT ? "WEBVTT\n\n" : "") + parts.join("");
}

/** Writes seconds as hours, minutes, seconds and milliseconds. */
function clock(seconds, point) {
  const all = Math.round(seconds * 1000);
  const padded = (value, digits) => String(Math.floor(value)).padStart(digits, "0");
  return [all / 3600000, all / 60000 % 60, all / 1000 % 60].map((value) => padded(value, 2)).join(":") + point +
    padded(all % 1000, 3);
}
`;
