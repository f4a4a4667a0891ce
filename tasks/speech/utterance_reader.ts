import {
  cutSound,
  readSound,
  recordingOf,
  resampleSound,
  type Sound,
  SoundRemarks,
  type SoundSegment,
} from "../data/audio/mod.ts";
import { naming } from "../data/named_error.ts";
import { count, type Host } from "../task_model/mod.ts";
import type { Utterance } from "./corpus.ts";
import type { UtteranceFile } from "./manifest.ts";
import type { SoundOptions } from "./sound_processor.ts";

/** The rate at which sounds are read, and how much memory they may take. */
export interface ReadingPlan extends Pick<SoundOptions, "rate" | "bands"> {
  /** Most memory for the sounds and their features, in GiB. */
  readonly maxMemory: number;
}

/** The frames of the features of a second, and the speeds of the augmentation. */
const [FRAMES_PER_SECOND, SPEEDS] = [100, 3];

/**
 * Reads the sounds of utterances, at one rate. Those for which there is memory are kept; the others are checked, and
 * read again whenever they are needed.
 */
export class UtteranceReader {
  /** Sentences about the rates and the silence of the sounds. */
  readonly remarks: SoundRemarks;
  #rate: number;
  #host: Host;
  #most: number;
  /** Samples that may still be kept. */
  #room: number;
  #recorded = 0;

  constructor({ rate, bands, maxMemory }: ReadingPlan, host: Host = {}) {
    this.#rate = rate;
    this.remarks = new SoundRemarks("utterance", rate);
    this.#host = host;
    this.#most = maxMemory;
    // A sample, and its share of the features at each speed.
    const bytesPerSample = 4 + 4 * bands * SPEEDS * FRAMES_PER_SECOND / rate;
    this.#room = maxMemory * 2 ** 30 / bytesPerSample;
  }

  /** Reads the sounds of files; undefined of none. Throws `RangeError` that names a file that cannot be read. */
  async read(files: readonly UtteranceFile[]): Promise<Utterance[]>;
  async read(files: readonly UtteranceFile[] | undefined): Promise<Utterance[] | undefined>;
  async read(files: readonly UtteranceFile[] | undefined): Promise<Utterance[] | undefined> {
    if (files === undefined) return undefined;
    const utterances: Utterance[] = [];
    const options = { startProgram: this.#host.startProgram };
    // The segments of a sound mostly follow one another.
    let last: { readonly path: string; readonly sound: Sound } | undefined;
    for (const { path, text, segment } of files) {
      if (last?.path !== path) last = { path, sound: await readSound(path, options) };
      const whole = last.sound;
      const own = segment === undefined ? whole : naming(segment.place, () => cutSound(whole, segment));
      const sound = resampleSound(own, this.#rate);
      const source = own === whole ? path : `${path}, ${describeSegment(segment!)}`;
      this.remarks.add(own, source);
      const isKept = this.#keep(sound.samples.length);
      utterances.push({ sound: isKept ? sound : recordingOf(path, sound, { ...options, segment }), text, source });
      this.#host.progress?.({ stage: "sounds", done: utterances.length, total: files.length });
    }
    return utterances;
  }

  /** Notes about the rates and the memory, in one line each. */
  get notes(): string[] {
    const recorded = this.#recorded;
    const notes = this.remarks.notes;
    if (recorded > 0) {
      notes.push(
        `${count(recorded, "utterance")} beyond ${this.#most} GiB of memory will be read again for each batch, ` +
          "which takes longer; --max-memory sets another limit.",
      );
    }
    return notes;
  }

  /** Takes room for samples. Returns whether there is enough. */
  #keep(samples: number): boolean {
    const isKept = samples <= this.#room;
    if (isKept) this.#room -= samples;
    else this.#recorded++;
    return isKept;
  }
}

/** Describes the place of a segment in its sound. */
function describeSegment({ start, end }: SoundSegment): string {
  const rounded = (seconds: number): string => `${Number(seconds.toFixed(3))}`;
  return end === undefined ? `from ${rounded(start)} s` : `${rounded(start)} to ${rounded(end)} s`;
}
