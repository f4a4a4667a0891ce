import { InputRangeError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import { expectSameChannels, flatSequence, type VectorSequence, type VectorSequences } from "./sequence.ts";

/**
 * Reads a `.ts` file of the UEA and UCR archive: a line for each sequence, its channels and its label between colons.
 * Time stamps, as in `(0,1.5),(1,1.7)`, are left out: the values are read in their order.
 */
export function readTs(content: string): VectorSequences {
  const lines = content.split("\n");
  const header = lines.findIndex((line) => /^\s*@data\s*$/i.test(line));
  if (header < 0) throw new InputRangeError("expected a line @data, found none");
  const tag = (name: string): string | undefined =>
    lines.slice(0, header).map((line) => new RegExp(`^\\s*@${name}\\s+(.*)`, "i").exec(line)?.[1].trim()).find(Boolean);
  const hasTimes = /^true/i.test(tag("timeStamps") ?? "");
  if (/^true/i.test(tag("targetLabel") ?? "")) {
    throw new InputRangeError("expected class labels, found numbers to predict (@targetLabel), as for a regression");
  }
  const isLabeled = !/^false/i.test(tag("classLabel") ?? "false");
  return sequencesOf(lines, header, "UEA .ts", (line) => {
    const fields = line.split(hasTimes ? OUTER_COLON : ":");
    const label = isLabeled ? fields.pop()!.trim() : undefined;
    return { label, channels: fields.map((field) => hasTimes ? timedValues(field) : field.split(",")) };
  });
}

/** A colon that is not part of a time stamp. */
const OUTER_COLON = /:(?![^()]*\))/;

/** The values in pairs of a time stamp and a value, in parentheses; a text that is no such list is one value. */
function timedValues(text: string): string[] {
  const pairs = text.matchAll(/\(([^()]*),([^(),]*)\)/g).toArray();
  return pairs.length > 0 ? pairs.map(([, , value]) => value) : [text];
}

/** Reads an `.arff` file of the UEA and UCR archive: a line for each sequence, the label last. */
export function readArff(content: string): VectorSequences {
  const lines = content.split("\n");
  const header = lines.findIndex((line) => /^\s*@data\s*$/i.test(line));
  if (header < 0) throw new InputRangeError("expected a line @data, found none");
  return sequencesOf(lines, header, "UEA .arff", (line) => {
    const quoted = /^\s*(['"])(.*)\1\s*,\s*(.*)$/.exec(line);
    if (quoted) return { label: unquoted(quoted[3]), channels: quoted[2].split("\\n").map((row) => row.split(",")) };
    const fields = line.split(",");
    return { label: unquoted(fields.pop()!), channels: [fields] };
  });
}

function unquoted(text: string): string {
  return text.trim().replace(/^(['"])(.*)\1$/, "$2");
}

/** A line: its label, and the values of each channel. */
interface Row {
  readonly label: string | undefined;
  readonly channels: readonly (readonly string[])[];
}

function sequencesOf(
  lines: readonly string[],
  header: number,
  format: string,
  parse: (line: string) => Row,
): VectorSequences {
  const sequences = lines.flatMap((line, i): VectorSequence[] => {
    if (i <= header || line.trim() === "" || /^\s*[%#]/.test(line)) return [];
    const { label, channels } = parse(line);
    return [sequenceOf(channels, { ...label !== undefined && label !== "" && { label }, source: `line ${i + 1}` })];
  });
  if (sequences.length === 0) throw new InputRangeError("expected sequences, found none");
  return { sequences, channels: expectSameChannels(sequences), format };
}

/** Makes a sequence of channels; a channel that is shorter than the longest one is refused. */
function sequenceOf(
  channels: readonly (readonly string[])[],
  facts: { readonly label?: string; readonly source: string },
): VectorSequence {
  const length = channels[0].length;
  const values = new Float32Array(length * channels.length);
  channels.forEach((channel, c) => {
    if (channel.length !== length) {
      throw new InputRangeError(
        `expected ${length} values in channel ${c + 1} on ${facts.source}, as in channel 1, found ${channel.length}`,
      );
    }
    channel.forEach((text, t) => {
      const value = /^\s*(?:\?|nan)?\s*$/i.test(text) ? NaN : Number(text);
      if (Number.isNaN(value) && !/^\s*(?:\?|nan)\s*$/i.test(text)) {
        throw new InputRangeError(
          `expected numbers in channel ${c + 1} on ${facts.source}, found ${describeValue(text)}`,
        );
      }
      values[t * channels.length + c] = value;
    });
  });
  return flatSequence(values, channels.length, facts);
}
