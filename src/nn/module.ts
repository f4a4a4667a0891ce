import type { Engine } from "../engine/mod.ts";
import { Parameter, type Random } from "../tensor/mod.ts";

/** Options that every module takes. */
export interface ModuleOptions {
  /** Draws the first values; a generator shared by all modules of the engine where absent. */
  readonly random?: Random;
  /** The engine in whose memory the parameters live; `Engine.default()` where absent. */
  readonly engine?: Engine;
}

/** Whether a value is a child of the module in which it stands. */
function isChild(value: unknown): value is Parameter | Module {
  return value instanceof Parameter || value instanceof Module;
}

/**
 * A part of a model that has parameters. Its public fields that are parameters, modules or arrays of them are its children, under
 * their own names; what stands in a `#private` field is not found.
 */
export abstract class Module {
  /** The parameters and modules in this one, by name. */
  *children(): Iterable<[name: string, child: Parameter | Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (isChild(value)) yield [name, value];
      if (Array.isArray(value)) {
        for (const [i, item] of value.entries()) if (isChild(item)) yield [`${name}.${i}`, item];
      }
    }
  }

  /** Every parameter once, under PyTorch's name for it; a shared one under the name at which it is met first. */
  namedParameters(): Map<string, Parameter> {
    const named = new Map<string, Parameter>();
    collect(this, "", named, new Set());
    return named;
  }

  /** Every parameter once. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }
}

function collect(module: Module, prefix: string, named: Map<string, Parameter>, met: Set<Parameter>): void {
  for (const [name, child] of module.children()) {
    if (child instanceof Module) {
      collect(child, `${prefix}${name}.`, named, met);
    } else if (!met.has(child)) {
      met.add(child);
      named.set(prefix + name, child);
    }
  }
}
