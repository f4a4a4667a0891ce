// The words of the generated reviews: the subjects, their parts, and what can be said about them.

import type { Grammar, Rules } from "./reviews_derivation.ts";

/** Rules from comma-separated lists of positive and negative words. */
function opposites(positive: string, negative: string): Rules {
  return { positive: positive.split(", "), negative: negative.split(", ") };
}

/** Rules from a comma-separated list of words without polarity. */
function neutral(words: string): Rules {
  return { any: words.split(", ") };
}

/** Verb forms: present for things one still has, past for occasions that are over. */
export const TENSES: Readonly<Record<"present" | "past", Grammar>> = {
  present: {
    is: neutral("is"),
    are: neutral("are"),
    has: neutral("has"),
    does: neutral("does"),
    lacks: neutral("lacks"),
    succeeds: opposites("succeeds, impresses", "fails, disappoints, falls flat"),
  },
  past: {
    is: neutral("was"),
    are: neutral("were"),
    has: neutral("had"),
    does: neutral("did"),
    lacks: neutral("lacked"),
    succeeds: opposites("succeeded, impressed", "failed, disappointed, fell flat"),
  },
};

/** Words that fit every subject. */
export const COMMON_WORDS: Grammar = {
  strong: opposites(
    "superb, excellent, wonderful, splendid, outstanding, magnificent, brilliant, marvellous, first-rate",
    "awful, dreadful, terrible, appalling, atrocious, abysmal, dismal, horrible, wretched",
  ),
  limit: opposites("perfect, flawless, faultless, irresistible, ideal", "unbearable, worthless, intolerable, hopeless"),
  noun: opposites(
    "success, pleasure, delight, triumph, treat, joy, masterpiece",
    "disappointment, failure, letdown, mess, mistake, disaster, waste of money",
  ),
  liked: opposites("loved, enjoyed, liked, adored", "hated, disliked, loathed, detested"),
  relished: opposites("loved, enjoyed, relished", "hated, resented, regretted"),
  welcomed: opposites("enjoyed", "regretted, resented"),
  like: opposites("like, enjoy, admire, appreciate", "dislike, regret"),
  impressed: opposites(
    "impressed, delighted, charmed, pleased, thrilled, cheered",
    "disappointed, annoyed, irritated, frustrated, wearied, depressed",
  ),
  impress: opposites("impress, delight, charm, please, thrill", "disappoint, annoy, irritate, frustrate, depress"),
  succeed: opposites("succeed, convince", "fail, disappoint, fall flat"),
  /** Words that fit every subject, each of its parts, and its units, such as a page or a song. */
  mild: opposites(
    "good, impressive, satisfying, appealing, pleasing, likeable",
    "bad, disappointing, irritating, frustrating, underwhelming, dull",
  ),
  partMild: opposites(
    "good, impressive, pleasing, remarkable, appealing",
    "bad, disappointing, poor, underwhelming, weak",
  ),
  unitMild: opposites(
    "good, memorable, impressive, pleasant, satisfying",
    "bad, dull, disappointing, poor, forgettable",
  ),
  better: opposites("better", "worse"),
  very: neutral("very, really, rather, quite, remarkably, truly, decidedly, surprisingly"),
  utterly: neutral("utterly, absolutely, simply, truly, quite"),
  almost: neutral("almost, nearly, practically, close to"),
  really: neutral("really, thoroughly, genuinely, honestly"),
  real: neutral("real, genuine, true"),
  opening: neutral(
    "all in all, overall, in short, to be honest, on the whole, frankly, when all is said and done",
  ),
  others: neutral("my sister, my brother, my neighbour, my husband, my wife, my best friend, my father, my cousin"),
  partBetter: opposites("better, more pleasing, more impressive", "worse, weaker, more disappointing"),
  promisedNoun: opposites(
    "I had hoped for, everybody promised, the advertisement promised, its admirers promised",
    "I had feared, its critics described, the complaints suggested",
  ),
  hoped: opposites(
    "I had hoped, everybody claims, the reviews promised, some admirers claim, the advertisement promised",
    "I had feared, my friends feared, the rumours suggested, some critics claim, the complaints suggested",
  ),
};

/** Words for subjects that entertain or teach. */
const SHOW: Grammar = {
  mild: opposites(
    "enjoyable, charming, memorable, inventive, original, entertaining",
    "tedious, tiresome, boring, dreary, forgettable, pretentious",
  ),
  noun: opposites("gem, feast", "bore, chore, flop"),
  charms: opposites(
    "charm, wit, energy, warmth, imagination, style",
    "clichés, flaws, faults, dull stretches, weak moments",
  ),
};

/** Words for places to eat or sleep. */
const PLACE: Grammar = {
  charms: opposites("charm, warmth, comfort, character, style", "flaws, faults, shortcomings, rough edges"),
};

interface Subject {
  readonly tense: "present" | "past";
  /** Additional words, shared with other subjects. */
  readonly families: readonly Grammar[];
  readonly words: Grammar;
}

/** The subjects of the reviews, each with its parts and words; the words of a symbol are merged. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  film: {
    tense: "present",
    families: [SHOW],
    words: {
      name: neutral("film, movie, drama"),
      part: neutral("acting, plot, script, dialogue, soundtrack, ending, camera work"),
      parts: neutral("jokes, characters, action scenes, songs"),
      unit: neutral("scene, minute"),
      inIt: neutral("in it"),
      mild: opposites("funny, gripping, clever, moving, witty", "slow, predictable, silly, confusing"),
      partMild: opposites("clever, convincing, lively", "flat, clumsy, lifeless, uninspired"),
      better: opposites("funnier, cleverer", "slower, sillier, duller"),
      doing: neutral("watching it"),
      again: neutral("watch it again"),
      able: neutral("watchable"),
      hoped: opposites("the trailer promised, the poster suggested", "the trailer suggested"),
      own: opposites("I was sorry when it ended", "I was glad when it ended"),
    },
  },
  book: {
    tense: "present",
    families: [SHOW],
    words: {
      name: neutral("book, novel, story"),
      part: neutral("plot, prose, dialogue, first chapter, ending"),
      parts: neutral("characters, descriptions, battle scenes"),
      unit: neutral("page, chapter"),
      inIt: neutral("in it"),
      mild: opposites("gripping, moving, wise, witty", "slow, predictable, confusing, shallow"),
      partMild: opposites("vivid, elegant, lively", "flat, clumsy, lifeless, wooden"),
      better: opposites("wiser, wittier", "slower, duller, shallower"),
      doing: neutral("reading it"),
      again: neutral("read it again"),
      able: neutral("readable"),
      hoped: opposites("the blurb promised, the cover suggested", "the cover suggested"),
      own: opposites(
        "I did not want it to end, I could not put it down",
        "I could not wait for it to end, I could not finish it",
      ),
    },
  },
  series: {
    tense: "present",
    families: [SHOW],
    words: {
      name: neutral("series, show, documentary"),
      part: neutral("writing, narration, cast, first episode, music"),
      parts: neutral("twists, interviews, opening scenes"),
      unit: neutral("episode, minute"),
      inIt: neutral("in it"),
      mild: opposites("gripping, absorbing, clever", "slow, predictable, shallow, silly"),
      partMild: opposites("clever, convincing, lively", "clumsy, lifeless, uninspired"),
      better: opposites("cleverer", "slower, sillier, duller"),
      doing: neutral("watching it"),
      again: neutral("watch it again"),
      able: neutral("watchable"),
      hoped: opposites("the trailer promised", "the trailer suggested"),
      own: opposites("I did not want it to end", "I could not wait for it to end"),
    },
  },
  album: {
    tense: "present",
    families: [SHOW],
    words: {
      name: neutral("album, record"),
      part: neutral("singing, production, drumming, opening track, bass line"),
      parts: neutral("lyrics, melodies, guitar solos, harmonies"),
      unit: neutral("song, track"),
      inIt: neutral("on it"),
      mild: opposites("catchy, lively, graceful", "monotonous, repetitive, noisy"),
      partMild: opposites("lively, graceful, striking", "flat, clumsy, lifeless, sloppy"),
      better: opposites("livelier, catchier", "duller, noisier"),
      doing: neutral("buying it"),
      again: neutral("listen to it again"),
      able: neutral("listenable"),
      hoped: opposites("the first single promised", "the first single suggested"),
      own: opposites("I could not turn it off", "I could not wait to turn it off"),
    },
  },
  game: {
    tense: "present",
    families: [SHOW],
    words: {
      name: neutral("game, adventure game, strategy game"),
      part: neutral("story, interface, artwork, combat, soundtrack"),
      parts: neutral("puzzles, controls, animations"),
      unit: neutral("level, mission"),
      inIt: neutral("in it"),
      mild: opposites("absorbing, fair, clever", "repetitive, confusing, unfair, slow"),
      partMild: opposites("clever, polished, slick", "clumsy, messy, uninspired"),
      better: opposites("cleverer, fairer", "slower, duller"),
      charms: opposites("polish", "bugs, glitches"),
      doing: neutral("playing it, buying it"),
      again: neutral("play it again"),
      able: neutral("playable"),
      hoped: opposites("the trailer promised", "the demo suggested"),
      own: opposites("I could not stop playing it", "I could not wait to stop playing it"),
    },
  },
  lecture: {
    tense: "past",
    families: [SHOW],
    words: {
      name: neutral("lecture, talk, seminar"),
      part: neutral("introduction, argument, discussion, conclusion"),
      parts: neutral("slides, examples, answers, diagrams"),
      unit: neutral("minute, example"),
      inIt: neutral("in it"),
      mild: opposites("lively, clear, thoughtful, informative", "confusing, muddled, shallow, slow"),
      partMild: opposites("clear, thoughtful, helpful", "muddled, confusing, vague"),
      better: opposites("clearer, livelier", "slower, duller, shallower"),
      doing: neutral("attending it"),
      again: neutral("hear it again"),
      able: neutral("intelligible"),
      hoped: opposites("the title promised, the programme suggested", "the title suggested"),
      own: opposites("I was sorry when it ended", "I was glad when it ended"),
    },
  },
  concert: {
    tense: "past",
    families: [SHOW],
    words: {
      name: neutral("concert, recital, performance"),
      part: neutral("singing, sound, orchestra, lighting, first half"),
      parts: neutral("solos, musicians, encores, costumes"),
      unit: neutral("minute, song"),
      inIt: neutral("in it"),
      mild: opposites("lively, moving, graceful", "noisy, lifeless, chaotic, monotonous"),
      partMild: opposites("lively, polished, striking", "sloppy, lifeless, uninspired"),
      better: opposites("livelier", "duller, noisier"),
      doing: neutral("attending it"),
      again: neutral("see it again"),
      able: neutral("enjoyable"),
      hoped: opposites("the poster promised, the programme suggested", "the programme suggested"),
      own: opposites("I was sorry when it ended", "I was glad when it ended"),
    },
  },
  tour: {
    tense: "past",
    families: [SHOW],
    words: {
      name: neutral("tour, excursion, boat trip"),
      part: neutral("commentary, route, food, guide"),
      parts: neutral("stops, views, anecdotes"),
      unit: neutral("hour, stop"),
      inIt: neutral("on it"),
      mild: opposites("relaxing, informative, exciting", "exhausting, chaotic, rushed, overpriced"),
      partMild: opposites("interesting, pleasant, delightful", "dreary, tiresome, uninspired"),
      better: opposites("livelier", "duller, slower"),
      charms: opposites("charm, energy, warmth, variety", "flaws, faults, dull stretches, delays"),
      doing: neutral("booking it"),
      again: neutral("book it again"),
      able: neutral("enjoyable"),
      hoped: opposites("the brochure promised, the website claims", "the website suggested"),
      own: opposites("I was sorry when it ended", "I was glad when it ended"),
    },
  },
  meal: {
    tense: "past",
    families: [],
    words: {
      name: neutral("meal, dinner, lunch"),
      part: neutral("soup, sauce, dessert, bread, fish, rice"),
      parts: neutral("vegetables, potatoes, starters, noodles"),
      unit: neutral("bite, course"),
      inIt: neutral("in it"),
      mild: opposites("tasty, hearty, delicious, memorable", "greasy, bland, overpriced, forgettable"),
      partMild: opposites("tasty, fresh, delicious", "bland, tasteless, greasy"),
      better: opposites("tastier", "blander, greasier"),
      noun: opposites("feast", "waste of an evening"),
      charms: opposites("flavour, character, variety", "flaws, faults, shortcomings"),
      doing: neutral("ordering it"),
      again: neutral("order it again"),
      able: neutral("edible"),
      hoped: opposites("the menu promised, the waiter claimed", "the smell suggested"),
      own: opposites("I did not leave a crumb on my plate", "I left nearly everything on my plate"),
    },
  },
  restaurant: {
    tense: "past",
    families: [PLACE],
    words: {
      name: neutral("restaurant, café, bistro"),
      part: neutral("service, food, wine, coffee, music"),
      parts: neutral("waiters, portions, cakes, desserts"),
      unit: neutral("dish, course"),
      inIt: neutral("on the menu"),
      mild: opposites("cosy, welcoming, charming, friendly", "noisy, gloomy, overpriced, shabby"),
      partMild: opposites("pleasant, delightful", "unpleasant, miserable, uninspired"),
      better: opposites("cosier, friendlier", "noisier, gloomier, shabbier"),
      doing: neutral("eating there"),
      again: neutral("eat there again"),
      able: neutral("acceptable"),
      hoped: opposites("the guidebook promised, the website claims", "the neighbours suggested"),
      own: opposites("I was in no hurry to leave", "I was in a hurry to leave"),
    },
  },
  hotel: {
    tense: "past",
    families: [PLACE],
    words: {
      name: neutral("hotel, guest house, inn"),
      part: neutral("room, lobby, bathroom, pool, garden, bed"),
      parts: neutral("towels, corridors, furnishings"),
      unit: neutral("corner"),
      inIt: neutral("there"),
      mild: opposites("comfortable, clean, cosy, welcoming", "noisy, shabby, dirty, gloomy, overpriced"),
      partMild: opposites("clean, pleasant, inviting", "dirty, shabby, dingy"),
      better: opposites("cleaner, cosier", "noisier, dirtier, shabbier"),
      doing: neutral("staying there"),
      again: neutral("stay there again"),
      able: neutral("habitable"),
      hoped: opposites("the brochure promised, the website claims", "the guidebook suggested"),
      own: opposites("I was in no hurry to leave", "I was in a hurry to leave"),
    },
  },
  phone: {
    tense: "present",
    families: [],
    words: {
      name: neutral("phone, tablet, laptop"),
      part: neutral("battery, screen, camera, keyboard, casing, charger"),
      parts: neutral("speakers, menus, buttons"),
      unit: neutral("feature, detail"),
      inIt: neutral("in it"),
      mild: opposites("reliable, fast, sturdy, practical, handy", "slow, flimsy, unreliable, awkward, fragile"),
      partMild: opposites("practical, well-made, reliable", "flimsy, awkward, shoddy"),
      better: opposites("faster, sturdier", "slower, flimsier"),
      charms: opposites("speed, power, polish, style", "flaws, faults, bugs, glitches"),
      doing: neutral("buying it"),
      again: neutral("buy one again"),
      able: neutral("usable"),
      hoped: opposites("the manual promised, the salesman claimed", "the price suggested"),
      own: opposites("I would not swap it for any other", "I would swap it for almost any other"),
    },
  },
};
