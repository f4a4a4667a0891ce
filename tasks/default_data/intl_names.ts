// The names of countries, languages, currencies and units that the runtime knows in two languages.

import { bilingual, type Locales } from "./bilingual.ts";

/** A thing with a name in two languages. */
export interface Name {
  /** The kind of thing and its code, as in `region FR`. */
  readonly key: string;
  readonly code: string;
  readonly source: string;
  readonly target: string;
}

/** Kinds of things that have names. */
export type NameType = "region" | "language" | "currency";

/** The names of one kind that exist and are unambiguous in both locales. */
export function namesOf(type: NameType, locales: Locales): Name[] {
  const format = bilingual(locales, (locale) => {
    const names = new Intl.DisplayNames(locale, { type, fallback: "none" });
    return (code: string) => names.of(code) ?? "";
  });
  const names = codesOf(type).map((code) => ({ key: `${type} ${code}`, code, ...format(code) }));
  return distinctNames(names.filter(({ code, source, target }) => isName(source, code) && isName(target, code)));
}

/** The units of measurement whose names are unambiguous in both locales, named as in "5 meters". */
export function unitNames(locales: Locales): Name[] {
  const units = [...Intl.supportedValuesOf("unit").filter((unit) => unit !== "percent"), ...COMPOUND_UNITS];
  return distinctNames(units.map((unit) => {
    const format = bilingual(locales, (locale) => {
      const numbers = new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" });
      return (value: number) => numbers.format(value);
    });
    return { key: `unit ${unit}`, code: unit, ...format(5) };
  }));
}

/**
 * Leaves out names that something else shares with a different translation; some languages, for example, are named like
 * their country.
 */
export function namesUnlike(others: readonly Name[], names: readonly Name[]): Name[] {
  const targets = new Map(others.map(({ source, target }) => [source, target]));
  return names.filter(({ source, target }) => (targets.get(source) ?? target) === target);
}

/** Leaves out names that look like a list, such as "Wallis and Futuna". */
export function listableNames(names: readonly Name[], locales: Locales): Name[] {
  const [isSourceItem, isTargetItem] = locales.map((locale) => {
    const separators = listSeparators(locale);
    return (name: string) => !separators.some((separator) => name.includes(separator));
  });
  return names.filter(({ source, target }) => isSourceItem(source) && isTargetItem(target));
}

/** Leaves out names with brackets in either language. */
export function namesWithoutBrackets(names: readonly Name[]): Name[] {
  return names.filter(({ source, target }) => !/[\p{Ps}\p{Pe}]/u.test(source + target));
}

/** Compound units that runtimes can format. */
const COMPOUND_UNITS = ["kilometer-per-hour", "mile-per-hour", "meter-per-second", "mile-per-gallon"];

/** Three-letter language codes, listed since trying all combinations takes longer than making the pairs. */
const LONG_LANGUAGE_CODES = (
  "arn ast bem bez bho brx ceb cgg chr ckb csb dje doi dsb dua dyo ebu ewo fil fur grc gsw guz haw hmn hsb ilo jgo jmc kab kam kde kea " +
  "khq kln kok kri ksb ksf ksh lag lij lkt lus luo luy mad mai mas mer mfe mgh mgo min mni mua nap naq nds nmg nnh nqo nso nus nyn pcm " +
  "rof rwk sah saq sat sbp scn sco seh ses shi smn szl teo tok twq tzm vai vun wae xog yav yue zgh"
).split(" ");

function codesOf(type: NameType): readonly string[] {
  if (type === "currency") return Intl.supportedValuesOf("currency");
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  const pairs = letters.flatMap((first) => letters.map((second) => first + second));
  if (type === "region") return pairs.map((code) => code.toUpperCase()).filter(isRegionCode);
  return [...pairs, ...LONG_LANGUAGE_CODES].filter((code) => isCurrent(code));
}

/** X marks pseudo-locales and Q groups of countries, except XK (Kosovo) and QA (Qatar); ZZ is the unknown region. */
function isRegionCode(code: string): boolean {
  const isPlace = !/^[XQ]|^ZZ/.test(code) || code === "XK" || code === "QA";
  return isPlace && isCurrent(`und-${code}`);
}

/** Whether a tag is not a deprecated one, such as `iw` for `he`. */
function isCurrent(tag: string): boolean {
  return Intl.getCanonicalLocales(tag)[0] === tag;
}

/** Whether a name is more than a code and has no years, which mark obsolete currencies. */
function isName(name: string, code: string): boolean {
  return name !== code && /\p{L}/u.test(name) && !/\p{N}/u.test(name);
}

/** Leaves out each name that equals an earlier one in either language. */
function distinctNames(names: readonly Name[]): Name[] {
  const sources = new Set<string>();
  const targets = new Set<string>();
  return names.filter(({ source, target }) => {
    if (sources.has(source) || targets.has(target)) return false;
    sources.add(source);
    targets.add(target);
    return true;
  });
}

function listSeparators(locale: string): string[] {
  return (["conjunction", "disjunction"] as const).flatMap((type) => {
    const list = new Intl.ListFormat(locale, { type });
    const items = ["1", "2", "3", "4"];
    const parts = [...list.formatToParts(items), ...list.formatToParts(items.slice(2))];
    return parts.filter(({ type }) => type === "literal").map(({ value }) => value);
  });
}
