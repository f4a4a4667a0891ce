/**
 * The part of the page's script that composes: it shows the score, plays it and offers its files. It calls functions of
 * the script, which stands before it.
 */
export const MUSIC_SCRIPT = String.raw`
async function compose(signal) {
  const body = { model: fields.model.value, include: ["svg", "wav"] };
  const texts = { prime: fields.prompt.value.trim(), key: fields.music_key.value, meter: fields.meter.value };
  for (const [name, value] of Object.entries(texts)) if (value !== "") body[name] = value;
  for (const name of ["bars", "temperature", "top_p", "seed"]) {
    if (fields[name].value !== "") body[name] = Number(fields[name].value);
  }
  const response = await ask("v1/music/compositions", body, signal);
  const { seed, warnings = [], data: [piece] } = await response.json();
  const { key, meter, bars, abc, roll, midi, wav, svg } = piece;
  const sound = urlOf(bytesOf(wav), "audio/wav");
  const picture = Object.assign(element("img", ""), { src: urlOf(svg, "image/svg+xml"), alt: "Score of the music" });
  const player = Object.assign(element("audio", ""), { controls: true, src: sound });
  player.setAttribute("aria-label", "The music");
  const links = [linkTo(urlOf(bytesOf(midi), "audio/midi"), "music.mid", "MIDI"), linkTo(sound, "music.wav", "WAV")];
  if (abc) links.push(linkTo(urlOf(abc, "text/vnd.abc"), "music.abc", "ABC"));
  if (roll) links.push(linkTo(urlOf(JSON.stringify([roll]), "application/json"), "music.json", "JSON"));
  answer.append(picture, player, element("p", "", "Download: ", ...links));
  for (const warning of warnings) answer.append(element("p", "quiet", "Not read: " + warning));
  const unit = (roll ? "time step" : "bar") + (bars === 1 ? "" : "s");
  return ["Composed " + bars + " " + unit, ...key ? ["key " + key] : [], ...meter ? [meter] : [], "seed " + seed]
    .join(", ");
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
`;
