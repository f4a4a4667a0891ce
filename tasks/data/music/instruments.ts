/** The voices of the synthesizer. */
export const VOICES: readonly Voice[] = ["piano", "pluck", "organ", "flute"];

/** A voice of the synthesizer. */
export type Voice = "piano" | "pluck" | "organ" | "flute";

/** A note to be played. */
export interface PlayedNote {
  /** The frequency in hertz. */
  readonly frequency: number;
  /** Samples until it is released. */
  readonly held: number;
  /** Its loudness, up to 1. */
  readonly amplitude: number;
}

/** Adds samples of a note to a buffer from an index on. */
export type PlayNote = (
  buffer: Float32Array,
  from: number,
  note: PlayedNote,
  rate: number,
  random: () => number,
) => void;

/** How a voice of sines sounds. */
interface SineVoice {
  /** The amplitudes of the partials, the fundamental first. */
  readonly partials: readonly number[];
  /** Seconds after which the fundamental has decayed to 37 %; higher partials decay faster. Infinite if it holds. */
  readonly decay: number;
  /** Seconds of the attack and of the release. */
  readonly attack: number;
  readonly release: number;
}

const SINES: Readonly<Record<Exclude<Voice, "pluck">, SineVoice>> = {
  piano: { partials: [1, 0.5, 0.28, 0.16, 0.1, 0.06, 0.04], decay: 1.1, attack: 0.004, release: 0.09 },
  organ: { partials: [1, 0.6, 0.3, 0.35, 0.08, 0.15], decay: Infinity, attack: 0.015, release: 0.05 },
  flute: { partials: [1, 0.22, 0.1, 0.03], decay: Infinity, attack: 0.045, release: 0.07 },
};

/** Returns the function that plays a voice. */
export function playerOf(voice: Voice): PlayNote {
  if (voice === "pluck") return pluck;
  const sines = SINES[voice];
  return (buffer, from, note, rate) => addSines(buffer, from, note, rate, sines);
}

/** Adds sines at multiples of a frequency (additive synthesis). */
function addSines(
  buffer: Float32Array,
  from: number,
  { frequency, held, amplitude }: PlayedNote,
  rate: number,
  { partials, decay, attack, release }: SineVoice,
): void {
  const end = Math.min(buffer.length, from + held + Math.round(release * rate));
  const envelope = envelopeOf(held, attack * rate, release * rate);
  partials.forEach((share, k) => {
    const hertz = frequency * (k + 1);
    if (hertz >= rate / 2) return;
    // A damped sine obeys s[n] = 2 d cos(w) s[n - 1] - d^2 s[n - 2].
    const damping = decay === Infinity ? 1 : Math.exp(-(k + 1) / (decay * rate));
    const angle = 2 * Math.PI * hertz / rate;
    const [first, second] = [2 * damping * Math.cos(angle), damping * damping];
    let [before, last] = [-Math.sin(angle) / damping, 0];
    for (let i = from; i < end; i++) {
      buffer[i] += amplitude * share * last * envelope(i - from);
      [before, last] = [last, first * last - second * before];
    }
  });
}

/** Returns a function that rises to 1 during the attack and falls to 0 after the release. */
function envelopeOf(held: number, attack: number, release: number): (sample: number) => number {
  return (sample) => {
    const rise = attack > 0 ? Math.min(1, sample / attack) : 1;
    const fall = sample <= held ? 1 : Math.max(0, 1 - (sample - held) / release);
    return rise * fall;
  };
}

/** Seconds that a plucked string sounds on after its note. */
const STRING_RELEASE = 0.12;

/** Adds a plucked string: noise that runs through a delay and a low-pass filter (Karplus and Strong 1983). */
const pluck: PlayNote = (buffer, from, { frequency, held, amplitude }, rate, random) => {
  // The filter delays by half a sample, the interpolation by the rest.
  const period = rate / frequency - 0.5;
  const length = Math.max(1, Math.floor(period));
  const fraction = period - length;
  const string = Float32Array.from({ length }, () => 2 * random() - 1);
  const mean = string.reduce((sum, value) => sum + value, 0) / length;
  const release = STRING_RELEASE * rate;
  const envelope = envelopeOf(held, 0, release);
  const end = Math.min(buffer.length, from + held + Math.round(release));
  let [at, last, behind] = [0, 0, 0];
  for (let i = from; i < end; i++) {
    const value = string[at] - mean * (i - from < length ? 1 : 0);
    buffer[i] += amplitude * 1.4 * value * envelope(i - from);
    const filtered = 0.5 * (value + last);
    string[at] = 0.996 * ((1 - fraction) * filtered + fraction * behind);
    [last, behind] = [value, filtered];
    at = at + 1 === length ? 0 : at + 1;
  }
};

/** Adds a drum: a falling sine for low pitches, decaying noise for the others. */
export function drum(
  buffer: Float32Array,
  from: number,
  { frequency, amplitude }: PlayedNote,
  rate: number,
  random: () => number,
): void {
  const isLow = frequency < 75;
  const decay = (isLow ? 0.12 : 0.05) * rate;
  const end = Math.min(buffer.length, from + Math.round(6 * decay));
  let phase = 0;
  for (let i = from; i < end; i++) {
    const fall = Math.exp(-(i - from) / decay);
    phase += 2 * Math.PI * (45 + 90 * fall) / rate;
    buffer[i] += amplitude * fall * (isLow ? 1.5 * Math.sin(phase) : 0.6 * (2 * random() - 1));
  }
}

/** Returns the voice that is nearest to an instrument of General MIDI. */
export function voiceOf(program: number): Voice {
  if (program >= 24 && program <= 39 || program === 46 || program >= 104 && program <= 107) return "pluck";
  if (program >= 16 && program <= 23 || program >= 48 && program <= 63) return "organ";
  return program < 16 || program >= 112 ? "piano" : "flute";
}
