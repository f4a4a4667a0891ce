// Series of vega-datasets (BSD-3-Clause): the weather of Seattle day by day from 2012 to 2015, and the S&P 500 index on
// trading days from 2000.

import type * as Crypto from "node:crypto";
import type * as FileSystem from "node:fs";
import { InputRangeError } from "../../errors.ts";
import { builtinModule } from "../../src/formats/file_system.ts";
import { locatePackage, type NpmPackage } from "../data/npm_package.ts";
import { readSeriesText, type SeriesFile, type SeriesOptions } from "../data/series/mod.ts";

/** The npm package that holds the series. */
export const VEGA_PACKAGE: NpmPackage = { name: "vega-datasets", version: "2.11.0" };

/** A sample: its file, the SHA-256 of the file, and the columns. */
interface Sample {
  readonly file: string;
  readonly checksum: string;
  readonly columns: SeriesOptions;
}

const SAMPLES = {
  weather: {
    file: "seattle-weather.csv",
    checksum: "0845078a290b48e3149ab8639966824110a251db4e06fc144c06ebb534af23be",
    columns: { time: "date", target: ["temp_max"], observed: ["precipitation", "temp_min", "wind"] },
  },
  stocks: {
    file: "sp500-2000.csv",
    checksum: "9409e9342d0657c747324e4cfabce8a8c7f663bc485b95a3378f36b0a160f8c8",
    columns: { time: "date", target: ["adjclose"] },
  },
} as const satisfies Readonly<Record<string, Sample>>;

/** Names of the samples. */
export type SeriesSample = "weather" | "stocks";

/** The samples, the default first. */
export const SERIES_SAMPLES: readonly SeriesSample[] = ["weather", "stocks"];

/** Reads a sample. Throws `RangeError` if the package is missing or its file is not that of the version. */
export async function readSeriesSample(sample: SeriesSample): Promise<SeriesFile> {
  const { file, checksum, columns } = SAMPLES[sample];
  const { name, version } = VEGA_PACKAGE;
  const action = `read ${file} of ${name}`;
  const folder = await locatePackage(VEGA_PACKAGE, action);
  const { readFile } = builtinModule<typeof FileSystem>("node:fs", action).promises;
  const bytes = await readFile(new URL(`data/${file}`, folder));
  const { createHash } = builtinModule<typeof Crypto>("node:crypto", action);
  if (createHash("sha256").update(bytes).digest("hex") !== checksum) {
    throw new InputRangeError(`${action}: expected the file of version ${version}, found another`);
  }
  return readSeriesText(file, new TextDecoder().decode(bytes), columns);
}
