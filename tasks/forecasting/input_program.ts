import { calendarFeatures } from "../data/series/mod.ts";
import type { ForecasterConfig } from "./hyperparameters.ts";
import type { SeriesProcessor } from "./series_processor.ts";

/**
 * Writes a program in Python that computes the inputs of an exported forecaster from series as `readWindows` does, and
 * the point forecasts from its outputs. It needs nothing but Python.
 */
export function inputProgram(config: ForecasterConfig, { config: processor }: SeriesProcessor): string {
  const { step, window, season, horizon, scaling, distribution } = config;
  const { known, observed, statics, masks, calendar, frequency } = processor;
  const scales = (list: readonly { readonly shift: number; readonly scale: number }[]): string =>
    JSON.stringify(list.map(({ shift, scale }) => [shift, scale]));
  const names = (list: readonly { readonly name: string }[]): string => list.map(({ name }) => name).join(", ");
  const features = calendar ? calendarFeatures(frequency!).map(({ name }) => name) : [];
  const cycles = features.filter((name) => name.endsWith(", sine")).map((name) => name.replace(", sine", ""));
  const parts = [
    "values: the values, the oldest first; None or NaN for a missing one, here and in covariates",
    ...known.length > 0 ? [`known: for each of ${names(known)}, its values and ${horizon} after the last one`] : [],
    ...observed.length > 0 ? [`observed: for each of ${names(observed)}, its values`] : [],
    ...statics.length > 0 ? [`statics: the text of each of ${names(statics)}`] : [],
    ...calendar ? [`times: the datetime in UTC of each value and of ${horizon} after the last one`] : [],
  ];
  return [
    `"""Computes the inputs of a forecaster from series, and the point forecasts from its outputs.`,
    "",
    "Written by Elman. A series is a dictionary:",
    ...parts.map((part) => `- ${part.replaceAll(/[\p{Cc}"\\]/gu, " ")}`),
    '"""',
    "",
    "import math",
    "",
    `STEP, WINDOW, SEASON, HORIZON = ${[step, window, season, horizon].join(", ")}`,
    `SCALING, DISTRIBUTION, HAS_MASKS = "${scaling}", "${distribution}", ${masks ? "True" : "False"}`,
    `KNOWN, OBSERVED = ${scales(known)}, ${scales(observed)}`,
    `STATICS = ${JSON.stringify(statics.map(({ categories }) => categories))}`,
    `CYCLES = ${JSON.stringify(cycles)}`,
    BODY,
  ].join("\n");
}

const BODY = `PHASES = {
    "second of minute": lambda t: t.second / 60,
    "minute of hour": lambda t: t.minute / 60,
    "hour of day": lambda t: (t.hour + t.minute / 60) / 24,
    "day of week": lambda t: t.weekday() / 7,
    "day of month": lambda t: (t.day - 1) / 31,
    "day of year": lambda t: (t.timetuple().tm_yday - 1) / 366,
    "month of year": lambda t: (t.month - 1) / 12,
}


def mean(values):
    return sum(values) / len(values)


def measure(values):
    """The shift and the scale of the known values of a window, and what smaller ones are raised to for logarithms."""
    known = [x for x in values if x is not None]
    if not known or SCALING == "none":
        return 0.0, 1.0, 1.0
    level = mean([abs(x) for x in known])
    if SCALING == "mean":
        return 0.0, level or 1.0, 1.0
    floor = 0.001 * level or 1.0
    if SCALING == "log":
        known, level = [math.log(max(x, floor)) for x in known], 1.0
    shift = mean(known)
    deviation = math.sqrt(mean([(x - shift) ** 2 for x in known]))
    return shift, deviation if deviation > 1e-6 * level else level or 1.0, floor


def calendar(time):
    """The features of a time."""
    phases = [2 * math.pi * PHASES[name](time) for name in CYCLES]
    return [wave(p) for p in phases for wave in (math.sin, math.cos)]


def is_missing(x):
    return x is None or x != x


def covariate(values, i, shift, scale):
    known = 0 <= i < len(values) and not is_missing(values[i])
    return (values[i] - shift) / scale if known else 0.0


def covariates(series, name, count, missing=()):
    """The covariates of a kind, of which a series may lack some."""
    return [*series.get(name, []), *[missing] * count][:count]


def window(series):
    """The inputs of one series by their names, and its scale."""
    past = [None if is_missing(x) else x for x in series["values"]]
    at, width = len(past), STEP * WINDOW
    own = past[max(0, at - width):]
    shift, scale, floor = measure(own)
    values, mask, first = [0.0] * width, [0.0] * width, None
    for i, x in enumerate(own):
        place = width - len(own) + i
        if x is not None:
            first = i if first is None else first
            values[place] = ((math.log(max(x, floor)) if SCALING == "log" else x) - shift) / scale
            mask[place] = 1.0
        elif first is not None:
            values[place] = values[place - (SEASON if i - SEASON >= first else 1)]
    known, observed = covariates(series, "known", len(KNOWN)), covariates(series, "observed", len(OBSERVED))
    times = series.get("times") or [None] * (at + HORIZON)
    if CYCLES and (len(times) < at + HORIZON or None in times):
        raise ValueError(f"expected {at + HORIZON} times, as in training, found {len(series.get('times') or [])}")
    steps = max(1, -(-len(own) // STEP))
    rows = []
    for step in range(steps):
        begin = width - (steps - step) * STEP
        start = at - width + begin
        row = values[begin:begin + STEP] + (mask[begin:begin + STEP] if HAS_MASKS else [])
        for column, numbers in zip([*known, *observed], KNOWN + OBSERVED):
            row += [covariate(column[:at], start + i, *numbers) for i in range(STEP)]
        row += calendar(times[max(0, start)])
        row.append(math.log(scale if SCALING == "log" else scale / (abs(shift) + scale)))
        rows.append(row)
    lag = SEASON if len(own) >= SEASON else 1
    ahead = [[covariate(column, at + h, *numbers) for column, numbers in zip(known, KNOWN)] + calendar(times[at + h])
             for h in range(HORIZON)]
    statics = [categories.index(x) + 1 if x in categories else 0
               for x, categories in zip(covariates(series, "statics", len(STATICS), ""), STATICS)]
    naive = [values[width - lag + h % lag] for h in range(HORIZON)]
    return {"rows": rows, "values": values, "naive": naive, "ahead": ahead, "statics": statics}, (shift, scale)


def inputs(series):
    """The inputs of several series by their names, as lists in the order of PyTorch's model, and their scales.

    A graph of ONNX lacks those that the model does not read.
    """
    windows, scales = zip(*map(window, series))
    steps = max(len(w["rows"]) for w in windows)
    padding = [0.0] * len(windows[0]["rows"][0])
    found = {
        "inputs": [[w["rows"][t] if t < len(w["rows"]) else padding for w in windows] for t in range(steps)],
        "lengths": [len(w["rows"]) for w in windows],
        "values": [w["values"] for w in windows],
        "naive": [w["naive"] for w in windows],
    }
    if KNOWN or CYCLES:
        found["ahead"] = [w["ahead"] for w in windows]
    for i in range(len(STATICS)):
        found[f"static_{i}"] = [w["statics"][i] for w in windows]
    return found, list(scales)


def point(outputs, scales):
    """The point forecasts [series, horizon], which are medians; outputs are those of the model, as lists."""
    def median(row, h, shift, scale):
        y = row[h]
        if DISTRIBUTION == "negative-binomial":
            mean = scale * ((4 * y if 4 * y > 30 else math.log1p(math.exp(4 * y))) / 4 + 1e-4)
            return median_count(mean, math.exp(-row[HORIZON + h]))
        return math.exp(shift + scale * y) if SCALING == "log" else shift + scale * y

    return [[median(row, h, *scale) for h in range(HORIZON)] for row, scale in zip(outputs, scales)]


def median_count(mean, size):
    """The median of the negative binomial distribution with variance mean + mean ** 2 / size."""
    if mean > 500:
        return max(0, math.floor(mean - (1 + 2 * mean / size) / 6 + 0.5))
    probability = math.exp(size * math.log(size / (mean + size)))
    total, count, most = probability, 0, mean + 50 * math.sqrt(mean + mean * mean / size) + 50
    while total < 0.5 and count < most:
        count += 1
        probability *= mean / (mean + size) * (count - 1 + size) / count
        total += probability
    return count
`;
