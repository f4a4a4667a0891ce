import type { FullNotation } from "./notations/mod.ts";
import { EventRules } from "./notations/event_rules.ts";
import { StepRules } from "./notations/step_rules.ts";
import { GRID, TuneRules } from "./notations/tune_rules.ts";

/**
 * Writes a program in Python that describes the places of pieces as the reader of a notation does, and tells which
 * tokens are possible there. It needs nothing but Python.
 */
export function placeProgram({ rules }: FullNotation): string {
  const isTokenwise = rules.insideFeatures === 0;
  return [
    HEAD,
    ...rules instanceof TuneRules ? ["import math\n"] : [],
    `BEGIN, FEATURES, INSIDE = ${rules.begin}, ${rules.features}, ${rules.insideFeatures}`,
    readerOf(rules),
    TAIL,
    ...isTokenwise ? [GROUPS_OF_ONE] : [GROUPS_OF_SEVERAL],
  ].join("\n");
}

/** Returns the Python of what reads a piece. */
function readerOf(rules: FullNotation["rules"]): string {
  if (rules instanceof StepRules) return `ORDER = ${JSON.stringify([...rules.order])}\n${STEPS}`;
  if (rules instanceof EventRules) {
    const tokens = rules.tokens.map((token) => token ? [token.name, token.value] : null);
    return `TOKENS = ${python(tokens)}\n${EVENTS}`;
  }
  const { tokens, controls, controlCount, pitches, kindsAllowed } = rules as TuneRules;
  const kinds = tokens.kinds.map((token, id) => {
    if (token === undefined) return null;
    switch (token.kind) {
      case "meter":
        return ["meter", tokens.barTicks[id] ?? null, controls[id]];
      case "key":
        return ["key", controls[id]];
      case "left":
        return ["left", token.bars];
      case "tuplet":
        return ["tuplet", token.notes, token.of, token.into];
      case "notes":
        return ["notes", token.pitches.length > 0 ? pitches.get(token.pitches[0]) ?? null : null, token.length];
      default:
        return [token.kind];
    }
  });
  const allowed = ["meter", "key", "bars", "music"] as const;
  const lists = allowed.map((kind) => [...kindsAllowed[kind].entries()].flatMap(([id, is]) => is === 1 ? [id] : []));
  return [
    `TOKENS = ${python(kinds)}`,
    `ALLOWED = ${JSON.stringify(lists)}`,
    `CONTROLS, PITCHES, GRID = ${controlCount}, ${pitches.size}, ${GRID}`,
    TUNES,
  ].join("\n");
}

/** Writes a list as Python does. */
function python(list: unknown): string {
  return JSON.stringify(list, (_, value) => value ?? null).replaceAll("null", "None");
}

const HEAD = `"""Describes the places of pieces for a music model, and tells which tokens are possible there.

Written by Elman. A piece is a list of token ids without a beginning; those of tunes and events end with BEGIN.
"""
`;

const STEPS = `LAGS, LONGEST_HOLD, PERIOD = [1, 2, 4, 8, 16], 32, 32
PLACES = {token: place for place, token in enumerate(ORDER)}
END = len(ORDER) - 1


class Reader:
    """Reads a piano roll token by token."""

    def __init__(self):
        self.steps, self.current, self.hold = [], [], 0

    def starts_group(self):
        return not self.current

    def possible(self):
        """The ids of the tokens that are possible next."""
        return ORDER[(self.current[-1] if self.current else -1) + 1:]

    def describe(self):
        """The places of the ones among the features of the group that begins here."""
        found = [i * END + place for i, lag in enumerate(LAGS) if lag <= len(self.steps) for place in self.steps[-lag]]
        start = len(LAGS) * END
        return found + [start + self.hold, start + LONGEST_HOLD + len(self.steps) % PERIOD]

    def describe_inside(self):
        """The places of the ones among the features of the next token within its group."""
        return self.current

    def read(self, token):
        """Goes past a token."""
        if PLACES[token] < END:
            self.current = self.current + [PLACES[token]]
            return
        held = bool(self.steps) and self.steps[-1] == self.current
        self.hold = min(self.hold + 1, LONGEST_HOLD - 1) if held else 0
        self.steps.append(self.current)
        self.current = []
`;

const EVENTS = `PLACES, PHRASE = 96, 8
HEADER = {"Grid", "Meter", "Key", "Tempo", "Pickup", "Track", "Program", "Drums"}
ENDS = {"Dur", "Bar", "Meter", "Key", "Tempo", "Chord"}


class Reader:
    """Reads a piece of events token by token."""

    def __init__(self):
        self.last, self.bars, self.place, self.ended = None, 0, -1, False
        self.before, self.bar = {}, {}

    def starts_group(self):
        return True

    def follows(self, name, value):
        last = self.last
        if last in ("Pitch", "Vel"):
            return name == {"Pitch": "Vel", "Vel": "Dur"}[last]
        if name in ("Vel", "Dur"):
            return False
        if name == "Bar":
            return last is not None and last != "Pos" and not (last == "Track" and self.bars == 0)
        if self.bars == 0:
            return name in HEADER
        if name == "Pos":
            return last in ENDS and float(value) > self.place
        if name == "Meter":
            return last == "Bar"
        if self.place < 0:
            return False
        if name == "Pitch":
            return True
        if name == "Track":
            return last != "Track"
        return name in ("Key", "Tempo", "Chord") and last not in ("Track", "Dur")

    def possible(self):
        """The ids of the tokens that are possible next."""
        if self.ended:
            return []
        found = [i for i, token in enumerate(TOKENS) if token and self.follows(*token)]
        ends = self.bars > 0 and self.last in ENDS
        return found + [BEGIN] if ends else found

    def describe(self):
        """The places of the ones among the features of the token that comes next."""
        found = [max(0, min(PLACES - 1, self.place)), PLACES + self.bars % PHRASE]
        return found + [PLACES + PHRASE + pitch for pitch in self.before.get(self.place, [])]

    def read(self, token):
        """Goes past a token."""
        if token == BEGIN or TOKENS[token] is None:
            self.last, self.ended = None, True
            return
        name, value = TOKENS[token]
        self.last = name
        if name == "Bar":
            self.bars, self.place = self.bars + 1, -1
            self.before, self.bar = self.bar, {}
        elif name == "Pos":
            self.place = int(value)
        elif name == "Pitch":
            self.bar.setdefault(self.place, []).append(int(value))
`;

const TUNES = `LAGS, PLACES, BARS_LEFT, PHRASE = [1, 2, 4, 8], 49, 33, 8


class Reader:
    """Reads a tune token by token."""

    def __init__(self):
        self.count, self.controls, self.bar_ticks, self.left, self.place = 0, [], None, None, 0
        self.tuplet, self.last, self.bars, self.bar, self.ended = None, None, [], {}, False

    def starts_group(self):
        return True

    def possible(self):
        """The ids of the tokens that are possible next."""
        if self.ended:
            return []
        ends = self.count >= 3 and TOKENS[self.last] is not None and TOKENS[self.last][0] == "bar"
        return ALLOWED[min(self.count, 3)] + ([BEGIN] if ends else [])

    def describe(self):
        """The places of the ones among the features of the token that comes next."""
        found, at, grid = list(self.controls), CONTROLS, rounded(self.place / GRID)
        found.append(at + min(PLACES - 1, grid))
        at += PLACES
        if self.bar_ticks is not None:
            found.append(at + max(0, min(PLACES - 1, rounded((self.bar_ticks - self.place) / GRID))))
        at += PLACES
        if self.left is not None:
            found.append(at + min(BARS_LEFT - 1, self.left))
        at += BARS_LEFT
        found.append(at + len(self.bars) % PHRASE)
        at += PHRASE
        for i, lag in enumerate(LAGS):
            if lag <= len(self.bars) and grid in self.bars[-lag]:
                found.append(at + i * PITCHES + self.bars[-lag][grid])
        return found

    def read(self, token):
        """Goes past a token."""
        self.count += 1
        self.last = token
        if token == BEGIN:
            self.ended = True
            return
        kind, *values = TOKENS[token] or [None]
        if kind == "meter":
            self.bar_ticks = values[0]
            self.controls.append(values[1])
        elif kind == "key":
            self.controls.append(values[0])
        elif kind == "left":
            self.left = values[0]
        elif kind == "tuplet":
            self.tuplet = values
        elif kind == "notes":
            pitch, length = values
            grid = rounded(self.place / GRID)
            if pitch is not None:
                self.bar.setdefault(grid, pitch)
            notes, of, into = self.tuplet or (0, 1, 1)
            self.place += length * of / into
            self.tuplet = (notes - 1, of, into) if notes > 1 else None
        elif kind == "bar" and self.place != 0:
            self.bars.append(self.bar)
            self.bar, self.place, self.tuplet = {}, 0, None


def rounded(value):
    """Rounds as JavaScript does."""
    return math.floor(value + 0.5)
`;

const TAIL = `
def ones(places, size):
    row = [0.0] * size
    for place in places:
        row[place] = 1.0
    return row

`;

const GROUPS_OF_ONE = `def inputs(piece):
    """The inputs \`ids\` [time] and \`features\` [time, C] of a piece, one row for each of its tokens."""
    reader, features = Reader(), []
    for token in piece:
        features.append(ones(reader.describe(), FEATURES))
        reader.read(token)
    return [BEGIN, *piece][:len(piece)], features
`;

const GROUPS_OF_SEVERAL = `def inputs(piece):
    """The inputs of a piece: \`ids\` [time], \`features\` [time, C], and of its tokens \`rows\` and \`inside\` [tokens, I]."""
    reader, ids, features, rows, inside = Reader(), [], [], [], []
    for before, token in zip([BEGIN, *piece], piece):
        if reader.starts_group():
            ids.append(before)
            features.append(ones(reader.describe(), FEATURES))
        rows.append(len(ids) - 1)
        inside.append(ones(reader.describe_inside(), INSIDE))
        reader.read(token)
    return ids, features, rows, inside
`;
