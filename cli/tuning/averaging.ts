import type { RunFields } from "../../tasks/tuning/mod.ts";
import type { TuneOptions } from "./tune_options.ts";

type AveragingOptions = Pick<TuneOptions, "program" | "given" | "fixed">;

/**
 * Returns the fields by which the last training is one of several networks whose outputs are averaged; undefined if the
 * task has no such models, or the user chose their number.
 */
export function averaging({ program, given, fixed }: AveragingOptions, networks: number): RunFields | undefined {
  const fields = program.tuning!.average?.(given, networks);
  const names = Object.values(fields ?? {}).flatMap((part) => Object.keys(part));
  return names.some((name) => fixed.includes(name)) ? undefined : fields;
}
