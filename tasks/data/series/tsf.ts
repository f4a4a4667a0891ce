// The .tsf format of the Monash Time Series Forecasting Repository (Godahewa et al. 2021): attributes in the header,
// then a line for each series, with the attributes' values and its own values after the last colon.

import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { describeValue } from "../../../src/schema/mod.ts";
import type { Frequency } from "./frequency.ts";
import { readFrequency } from "./frequency_names.ts";
import { type GivenFrequency, readTime } from "./infer_frequency.ts";
import type { ReadSeries } from "./long_table.ts";
import { numberOf } from "./numbers.ts";
import type { Series } from "./series.ts";
import { refuseRepeated } from "./wide_rows.ts";

/** The header of a file. */
interface Header {
  /** Names and types of the attributes of each series. */
  readonly attributes: readonly (readonly [name: string, type: string])[];
  /** The other values by name, such as `frequency`. */
  readonly values: ReadonlyMap<string, string>;
  /** Number of lines. */
  readonly length: number;
}

/** Reads the text of a `.tsf` file. Throws `SyntaxError` or `RangeError` with the line if it is not one. */
export function readTsf(content: string, { asked, likely }: GivenFrequency): ReadSeries {
  const lines = content.split("\n");
  const { attributes, values, length } = readHeader(lines);
  const frequency = asked ?? readFrequency(values.get("frequency") ?? "") ?? likely;
  const statics = attributes.flatMap(([name, type], i) =>
    type === "date" || name === "series_name" ? [] : [{ name, i }]
  );
  const places = new Map<string, string>();
  const series: Series[] = [];
  for (let i = length; i < lines.length; i++) {
    const line = lines[i].trim();
    if (line === "" || line.startsWith("#")) continue;
    const place = `line ${i + 1}`;
    const fields = line.split(":");
    if (fields.length !== attributes.length + 1) {
      throw new InputSyntaxError(
        `expected ${attributes.length} attributes and values on ${place}, separated by colons, found ${fields.length} fields`,
      );
    }
    const name = attributes.findIndex(([name]) => name === "series_name");
    const id = name < 0 ? `T${series.length + 1}` : fields[name].trim();
    refuseRepeated(places, id, place);
    const date = attributes.findIndex(([, type]) => type === "date");
    series.push({
      id,
      values: valuesOf(fields[fields.length - 1], place),
      ...date >= 0 && { start: startOf(fields[date], place, frequency) },
      ...statics.length > 0 && { statics: statics.map(({ i }) => fields[i].trim()) },
    });
  }
  const horizon = Number(values.get("horizon"));
  return {
    series,
    frequency,
    staticNames: statics.map(({ name }) => name),
    ...horizon > 0 && { horizon },
    notes: [],
  };
}

function readHeader(lines: readonly string[]): Header {
  const attributes: [string, string][] = [];
  const values = new Map<string, string>();
  for (const [i, line] of lines.entries()) {
    const [tag, ...words] = line.trim().split(/\s+/);
    if (tag.toLowerCase() === "@data") return { attributes, values, length: i + 1 };
    if (tag === "" || tag.startsWith("#")) continue;
    if (!tag.startsWith("@")) {
      throw new InputSyntaxError(`expected a line with @ or @data on line ${i + 1}, found ${describeValue(line)}`);
    }
    if (tag.toLowerCase() !== "@attribute") values.set(tag.slice(1).toLowerCase(), words.join(" "));
    else if (words.length === 2) attributes.push([words[0], words[1].toLowerCase()]);
    else {
      throw new InputSyntaxError(
        `expected the name and the type of an attribute on line ${i + 1}, found ${describeValue(words.join(" "))}`,
      );
    }
  }
  throw new InputSyntaxError("expected a line @data before the series, found none");
}

function valuesOf(text: string, place: string): Float64Array {
  return Float64Array.from(text.split(","), (value, i) => {
    const number = numberOf(value);
    if (number !== undefined) return number;
    throw new InputRangeError(`expected a number as value ${i + 1} on ${place}, found ${describeValue(value)}`);
  });
}

/** Reads a time such as `2016-07-01 00-00-00`. */
function startOf(text: string, place: string, frequency: Frequency | undefined): number {
  const time = readTime(text.trim().replace(/ (\d\d)-(\d\d)-(\d\d)$/, " $1:$2:$3"), frequency);
  if (time !== undefined) return time;
  throw new InputRangeError(`expected a time such as 2016-07-01 00-00-00 on ${place}, found ${describeValue(text)}`);
}
