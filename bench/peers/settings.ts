/** The settings in which PyTorch is measured, and the choice of the best one. */

/** A setting of PyTorch. It uses one thread per core and a fused optimizer unless it says otherwise. */
export interface PyTorchSetting {
  /** Type of the numbers in the products; `bf16` is autocast to bfloat16. */
  readonly precision: "float32" | "bf16";
  /** Number of threads. Default: one per core. */
  readonly threads?: number;
  /** Whether `torch.compile` compiles the loss. Default: no. */
  readonly compiled?: boolean;
  /** Whether the optimizer updates all parameters in one call. Default: yes. */
  readonly fused?: boolean;
}

/**
 * The measured settings by name. Not every combination is measured, to keep a run short: one plain optimizer and one
 * thread in each precision show what these change.
 */
export const PYTORCH_SETTINGS: Readonly<Record<string, PyTorchSetting>> = {
  "float32": { precision: "float32" },
  "float32, plain optimizer": { precision: "float32", fused: false },
  "float32, compiled": { precision: "float32", compiled: true },
  "float32, 1 thread": { precision: "float32", threads: 1 },
  "bf16": { precision: "bf16" },
  "bf16, compiled": { precision: "bf16", compiled: true },
  "bf16, 1 thread": { precision: "bf16", threads: 1 },
};

/** Name of the peer that is PyTorch in a setting. */
export function pyTorchName(setting: string): string {
  return `PyTorch ${setting}`;
}

/** A setting and its figure. */
export interface Best {
  /** Name of the setting, or a dash if none was measured. */
  readonly setting: string;
  /** Its figure, or NaN. */
  readonly value: number;
}

/** Returns the setting with the least figure, of one precision or of all. Settings without a figure do not count. */
export function bestSetting(
  figure: (peer: string) => number,
  precision?: PyTorchSetting["precision"],
): Best {
  return Object.entries(PYTORCH_SETTINGS)
    .filter((entry) => precision === undefined || entry[1].precision === precision)
    .map(([setting]) => ({ setting, value: figure(pyTorchName(setting)) }))
    .filter(({ value }) => Number.isFinite(value))
    .reduce((best, next) => next.value < best.value || Number.isNaN(best.value) ? next : best, {
      setting: "-",
      value: NaN,
    });
}
