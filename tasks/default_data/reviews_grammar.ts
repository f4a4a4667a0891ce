// The sentences of the generated reviews. If clauses contradict each other, the main clause decides in "although A, B",
// "B, although A" and "despite A, B", and the last one in "A, but B" and "A; even so, B". The deciding clause is always
// about the thing itself, the other one about a part of it or about what others think. Degrees ("a little", "barely",
// "almost") do not change the polarity.

import { type Grammar, mergeGrammars, type Rules } from "./reviews_derivation.ts";
import { COMMON_WORDS, SUBJECTS, TENSES } from "./reviews_words.ts";

/**
 * Returns the phrases that can follow "is". `mild` and `better` name the adjectives that go with the subject.
 */
function adjectivePhrases(mild: string, better: string): { plain: Rules; turned: Rules; compared: Rules } {
  return {
    plain: {
      any: [`{${mild}}`, `{very} {${mild}}`, "{strong}", "{utterly} {strong}", "{almost} {limit}"],
      negative: [`a little {${mild}}`, `somewhat {${mild}}`],
    },
    turned: {
      any: [
        `not {-${mild}}`,
        `not at all {-${mild}}`,
        `not in the least {-${mild}}`,
        `never {-${mild}}`,
        `hardly {-${mild}}`,
        `far from {-${mild}}`,
        `anything but {-${mild}}`,
        `by no means {-${mild}}`,
        `neither {-${mild}} nor {-${mild}}`,
        `{${mild}} rather than {-${mild}}`,
      ],
      negative: [`not very {-${mild}}`, `not particularly {-${mild}}`],
    },
    compared: {
      any: [
        `not as {-${mild}} as {-hoped}`,
        `not nearly as {-${mild}} as {-hoped}`,
        `nowhere near as {-${mild}} as {-hoped}`,
        `less {-${mild}} than {-hoped}`,
        `far less {-${mild}} than {-hoped}`,
        `every bit as {${mild}} as {hoped}`,
        `just as {${mild}} as {hoped}`,
        `even {${better}} than {hoped}`,
        `{${better}} than {-hoped}`,
        `far {${better}} than {-hoped}`,
      ],
    },
  };
}

const WHOLE = adjectivePhrases("mild", "better");
const PART = adjectivePhrases("partMild", "partBetter");

const PHRASES: Grammar = {
  it: { any: ["the {name}", "this {name}", "it"] },
  pronoun: { any: ["it"] },
  thing: { any: ["the {name}", "this {name}"] },
  plainPhrase: WHOLE.plain,
  turnedPhrase: WHOLE.turned,
  comparedPhrase: WHOLE.compared,
  partPlain: PART.plain,
  partTurned: PART.turned,
  partCompared: PART.compared,
  thePart: { any: ["the {part}", "the {parts}"] },
  partIs: { any: ["the {part} {is}", "the {parts} {are}"] },
  badOrGoodPart: {
    any: ["the {partMild} {part}", "the {partMild} {parts}", "the {strong} {part}", "the {strong} {parts}"],
  },
  nounPhrase: { any: ["a {noun}", "a {real} {noun}"] },
  turnedNoun: {
    any: [
      "hardly a {-noun}",
      "no {-noun}",
      "far from a {-noun}",
      "anything but a {-noun}",
      "not the {-noun} {-promisedNoun}",
      "a {noun} rather than a {-noun}",
    ],
  },
};

/** Clauses about a part of the thing. */
const DETAILS: Grammar = {
  detail: {
    any: [
      "{partIs} {partPlain}",
      "{partIs} {partPlain}",
      "{partIs} {partPlain}",
      "{partIs} {partPlain}",
      "{partIs} {partTurned}",
      "{partIs} {partTurned}",
      "{partIs} {partCompared}",
      "I would hardly call {thePart} {-partMild}",
    ],
  },
};

/** Clauses about the thing itself, which can be part of a longer sentence. */
const VERDICTS: Grammar = {
  verdict: { any: ["{plainVerdict}", "{plainVerdict}", "{turnedVerdict}"] },
  plainVerdict: {
    any: [
      "{it} {is} {plainPhrase}",
      "I found {it} {plainPhrase}",
      "{it} {is} {nounPhrase}",
      "I {liked} {it}",
      "I {really} {liked} {it}",
      "I {relished} every {unit} of {it}",
      "{it} {impressed} me",
      "{it} {succeeds}",
      "{it} {has} plenty of {charms}",
      "{own}",
    ],
    positive: [
      "I would gladly {again}",
      "I can recommend {it}",
      "I would recommend {it} to anybody",
      "{it} {is} eminently {able}",
      "{it} {is} more than {able}",
    ],
    negative: [
      "I would not {again}",
      "I cannot recommend {it}",
      "I would recommend {it} to nobody",
      "{it} {is} barely {able}",
      "{it} {is} scarcely {able}",
    ],
  },
  turnedVerdict: {
    any: [
      "{it} {is} {turnedPhrase}",
      "{it} {is} {comparedPhrase}",
      "{it} {is} {turnedNoun}",
      "{denial}",
      "{shortage}",
      "{doubled}",
    ],
  },
  denial: {
    any: [
      "I did not {-like} {it}",
      "I never once {-welcomed} {doing}",
      "{it} {does} not {-succeed}",
      "{it} did not {-impress} me",
      "{it} never {-impressed} me",
      "nobody could call {it} {-mild}",
      "I would not call {it} {-mild}",
      "it would be wrong to call {it} {-mild}",
      "I would call {it} {mild}",
      "anybody would call {it} {mild}",
      "it would be fair to call {it} {mild}",
      "those who call {it} {-mild} are wrong",
      "those who call {it} {mild} are right",
    ],
    negative: ["{it} failed to {-impress} me"],
  },
  shortage: {
    any: [
      "there {is} not a single {-unitMild} {unit} {inIt}",
      "there {is} hardly a {-unitMild} {unit} {inIt}",
      "I cannot remember a single {-unitMild} {unit} {inIt}",
      "{it} {has} more {charms} than {-charms}",
    ],
    positive: ["{it} {has} few {-charms}", "{it} {has} no {-charms} worth mentioning", "{it} {is} free of {-charms}"],
    negative: ["{it} {lacks} {-charms}", "{it} {has} no {-charms}", "{it} {has} little {-charms}"],
  },
  doubled: {
    any: [
      "I cannot deny that {it} {is} {plainPhrase}",
      "there is no denying that {it} {is} {plainPhrase}",
      "nobody could say that {it} {is} not {mild}",
      "it would not be wrong to call {it} {mild}",
      "nobody could call {it} anything but {mild}",
    ],
    positive: ["{it} never failed to {impress} me", "{it} {does} not lack {charms}"],
    negative: ["{it} {is} not free of {charms}"],
  },
};

/** Copies rules to symbols with a prefix, and replaces `{it}` in them. */
function withReference(grammar: Grammar, prefix: string, it: string): Grammar {
  const prefixed = (symbol: string) => `${prefix}${symbol[0].toUpperCase()}${symbol.slice(1)}`;
  const rewrite = (rule: string) =>
    rule.replaceAll("{it}", it).replace(
      /\{(\w+)\}/g,
      (slot, symbol) => symbol in grammar ? `{${prefixed(symbol)}}` : slot,
    );
  return Object.fromEntries(
    Object.entries(grammar).map(([symbol, { any, positive, negative }]) => [
      prefixed(symbol),
      { any: any?.map(rewrite), positive: positive?.map(rewrite), negative: negative?.map(rewrite) },
    ]),
  );
}

// After a clause about a part, "it" would mean that part; after the thing itself, a second name would mean another
// thing.
const NAMED_VERDICTS = withReference(VERDICTS, "named", "{thing}");
const PRONOUN_VERDICTS = withReference(VERDICTS, "pronoun", "{pronoun}");

/** Contrasting clauses, of which one decides. */
const CONTRASTS: Grammar = {
  contrast: {
    any: [
      "although {-detail}, {namedVerdict}",
      "even though {-detail}, {namedVerdict}",
      "{-detail}, but {namedVerdict}",
      "{-detail}, yet {namedVerdict}",
      "{-detail}; even so, {namedVerdict}",
      "{verdict}, although {-detail}",
      "{verdict}, even though {-detail}",
      "{plainVerdict} despite {-badOrGoodPart}",
      "despite {-badOrGoodPart}, {namedVerdict}",
      "in spite of {-badOrGoodPart}, {namedVerdict}",
      "for all its {-charms}, {verdict}",
      "even with all its {-charms}, {verdict}",
      "{others} {-liked} {thing}, but {pronounVerdict}",
      "{others} called {thing} {-mild}, but {pronounVerdict}",
    ],
  },
};

/** Whole sentences. */
const SENTENCES: Grammar = {
  sentence: { any: ["{simple}", "{simple}", "{simple}", "{turned}", "{turned}", "{contrast}", "{contrast}"] },
  simple: {
    any: [
      "{plainVerdict}",
      "{opening}, {plainVerdict}",
      "{partIs} {partPlain}",
      "{detail}, and {namedVerdict}",
      "{verdict}, and {detail}",
      "because of {badOrGoodPart}, {namedPlainVerdict}",
    ],
  },
  turned: {
    any: [
      "{turnedVerdict}",
      "{turnedVerdict}",
      "{opening}, {turnedVerdict}",
      "{detail}",
      "{expectation}",
    ],
  },
  expectation: {
    any: [
      "I expected {it} to be {-mild}, and I was wrong",
      "I expected {it} to be {mild}, and I was right",
      "I had been told that {it} {is} {-mild}, which it {is} not",
      "I had been told that {it} {is} {mild}, which it {is}",
      "{it} {is} not {-mild} but {mild}",
      "{it} {is} not a {-noun} but a {noun}",
      "I expected a {-noun} and got a {noun}",
      "instead of the {-noun} {-promisedNoun}, I got a {noun}",
      "{others} {-liked} {it}, but I did not",
      "{others} {liked} {it}, and so did I",
      "here {is} a {name} without a single {-unitMild} {unit}",
    ],
  },
};

/** The grammar of each subject; a review is derived from `sentence`. */
export const REVIEW_GRAMMARS: readonly Grammar[] = Object.values(SUBJECTS).map(({ tense, families, words }) =>
  mergeGrammars(
    ...[PHRASES, DETAILS, VERDICTS, NAMED_VERDICTS, PRONOUN_VERDICTS, CONTRASTS, SENTENCES],
    ...[COMMON_WORDS, TENSES[tense], ...families, words],
  )
);

/** Symbols whose texts may occur more than once in a sentence. */
export const FUNCTION_WORDS: readonly string[] = ["is", "are", "has", "does", "lacks", "pronoun"];
