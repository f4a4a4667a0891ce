import {
  describeDefault,
  type Field,
  type IdleOptions,
  optionName,
  refuseIdle,
  resolve,
} from "../../src/schema/mod.ts";
import type { OPTION_GROUPS, OptionSpec, OptionSpecs } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** Field declarations of any schema. */
export type Fields = Readonly<Record<string, Field>>;

/** The values given on the command line, by option name. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** Derives options from declared fields. Former names become hidden options. */
export function optionsOf(fields: Fields): OptionSpecs {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]): [string, OptionSpec][] => {
      const option = optionName(name, field);
      const spec = { ...specOf(field), field: name };
      const off: [string, OptionSpec][] = field.off
        ? [[field.off.option, { kind: "boolean", help: field.off.help, group: spec.group }]]
        : [];
      if (option === false) return off;
      const formerly = (field.formerly ?? []).map((name): [string, OptionSpec] => [name, { ...spec, isHidden: true }]);
      return [[option, spec], ...off, ...formerly];
    }),
  );
}

function specOf(field: Field): OptionSpec {
  const { kind, help, value, min, above, max, below, choices, group } = field;
  const common = {
    help,
    value,
    default: describeDefault(field) || undefined,
    group: group as typeof OPTION_GROUPS[number] | undefined,
    repeatable: field.isRepeatable,
  };
  if (kind === "custom") {
    const check = (text: string): string | undefined => field.check?.(valueOf(field, text));
    return choices ? { kind: "choice", choices: choices as string[], ...common } : { kind: "string", check, ...common };
  }
  if (kind === "choiceOrPath") return { kind: "choiceOrPath", choices: choices as string[], ...common };
  return { kind, min, above, max, below, choices: choices as string[] | undefined, ...common };
}

/** Returns the value of a field from that of its option. */
function valueOf({ parse }: Field, given: unknown): unknown {
  return parse && typeof given === "string" ? parse(given) : given;
}

/**
 * Maps option values back to fields. Throws `UsageError` if an option is given together with the one that turns it off.
 */
export function fieldsOf(fields: Fields, options: GivenOptions): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const option = optionName(name, field);
    const names = option === false ? [] : [option, ...field.formerly ?? []];
    const found = names.find((name) => options[name] !== undefined);
    if (found !== undefined) given[name] = valueOf(field, options[found]);
    if (!field.off || !options[field.off.option]) continue;
    if (found !== undefined) {
      throw new UsageError(`--${field.off.option}: expected this option or --${found}, found both`);
    }
    given[name] = false;
  }
  return given;
}

/** Returns the option of a field, with its dashes. */
export function describeOption(fields: Fields, name: string): string {
  const field = fields[name];
  const option = field ? optionName(name, field) : name;
  return `--${option === false ? name : option}`;
}

/**
 * Throws `UsageError` if the given fields contradict each other: an option is given without one that it requires,
 * together with an alternative, or with others that leave it without effect.
 *
 * @param fields The declarations of all options.
 * @param given The fields given by the user.
 * @param others Fields in effect beside those, from the resumed run or a preset.
 */
export function refuseContradictions(fields: Fields, given: GivenOptions, others: GivenOptions = {}): void {
  const all = { ...others, ...given };
  const isGiven = (name: string): boolean => isAsked(all[name]);
  const option = (name: string): string => describeOption(fields, name);
  const refuseAlone = (owner: string, needs: NonNullable<Field["needs"]>): void => {
    for (const need of needs) {
      const alternatives = typeof need === "string" ? [need] : need;
      if (alternatives.some(isGiven)) continue;
      throw new UsageError(`${owner}: expected ${alternatives.map(option).join(" or ")} with it, found none`);
    }
  };
  // A 0, such as --averaging 0, asks for none, which is compatible with the alternative.
  const isChosen = (name: string): boolean => isGiven(name) && all[name] !== 0;
  for (const name of Object.keys(given)) {
    const { off } = fields[name];
    if (off?.needs && given[name] === false) refuseAlone(`--${off.option}`, off.needs);
  }
  for (const name of Object.keys(given).filter(isGiven)) {
    const { needs = [], insteadOf = [], notWith = [], onlyWith } = fields[name];
    refuseAlone(option(name), needs);
    const other = insteadOf.find((other) => isChosen(name) && isChosen(other) && given[other] !== undefined);
    if (other !== undefined) {
      throw new UsageError(`${option(name)}: expected this option or ${option(other)}, found both`);
    }
    const bar = notWith.find(isGiven);
    if (bar !== undefined) {
      const found = given[bar] === undefined ? `it in a run with ${option(bar)}` : "both";
      throw new UsageError(
        `${option(name)}: expected this option or ${option(bar)}, which exclude each other, found ${found}`,
      );
    }
    // A default of 0 may be given, such as --weight-dropout 0 for a cell without recurrent weights.
    const isIdle = all[name] === 0 && fields[name].default === 0;
    if (onlyWith && !isIdle) {
      refuseOtherValue(option, name, onlyWith, all[onlyWith.field] ?? resolve(fields[onlyWith.field]?.default, all));
    }
  }
}

/** Throws `RangeError` if a given field has no effect on the data, unless it asks for nothing, such as a 0. */
export function refuseIdleFields(fields: Fields, given: GivenOptions, idle: IdleOptions | undefined): void {
  if (!idle) return;
  const isIdle = (name: string): boolean => {
    const isOn = fields[name].default === true;
    return isOn ? given[name] === false : isAsked(given[name]) && given[name] !== 0;
  };
  const asked = Object.entries(given).filter(([name]) => isIdle(name));
  refuseIdle(
    Object.fromEntries(asked),
    idle,
    (name) => given[name] === false ? `--${fields[name].off!.option}` : describeOption(fields, name),
  );
}

/** Whether a value asks for something. */
function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** Whether none of the fields beside it excludes a field, and one that it depends on has a value that it requires. */
export function agrees({ notWith = [], onlyWith }: Field, others: GivenOptions): boolean {
  const isGiven = (name: string): boolean => isAsked(others[name]);
  return !notWith.some(isGiven) && hasEffect({ onlyWith }, others);
}

type OnlyWith = NonNullable<Field["onlyWith"]>;

/** Whether the field that a field depends on has a value that it requires, or none. */
export function hasEffect({ onlyWith }: Pick<Field, "onlyWith">, others: GivenOptions): boolean {
  return onlyWith === undefined || suits(onlyWith, others[onlyWith.field]);
}

/** Whether another field has a value that a field requires. A resumed run is given no fields of the model. */
function suits(onlyWith: OnlyWith, found: unknown): boolean {
  if (found === null || found === undefined) return true;
  return "values" in onlyWith ? onlyWith.values.includes(found as string) : Number(found) > onlyWith.above;
}

function refuseOtherValue(
  option: (name: string) => string,
  name: string,
  onlyWith: OnlyWith,
  found: unknown,
): void {
  if (suits(onlyWith, found)) return;
  const expected = "values" in onlyWith ? onlyWith.values.join(", ") : `above ${onlyWith.above}`;
  throw new UsageError(
    `${option(name)}: expected ${option(onlyWith.field)} ${expected} with it, found ${found}`,
  );
}
