import type { Engine } from "../engine/mod.ts";
import { Parameter, type Random } from "../tensor/mod.ts";

/** Options of every module. */
export interface ModuleOptions {
  /** Generator of the initial values. Default: one shared by all modules of the engine. */
  readonly random?: Random;
  /** Engine whose memory holds the parameters. Default: `Engine.default()`. */
  readonly engine?: Engine;
}

function isChild(value: unknown): value is Parameter | Module {
  return value instanceof Parameter || value instanceof Module;
}

/**
 * Base class of everything with parameters. Public fields that hold parameters, modules or arrays of them are children
 * and are named after their fields; `#private` fields are not found.
 *
 * @example
 * ```ts
 * import { Linear, Module, relu, type Tensor } from "@elman/elman/nn";
 * import { assertEquals } from "@std/assert";
 *
 * class Perceptron extends Module {
 *   readonly hidden = new Linear({ input: 4, output: 8 });
 *   readonly output = new Linear({ input: 8, output: 2, bias: false });
 *
 *   forward(x: Tensor): Tensor {
 *     return this.output.forward(relu(this.hidden.forward(x)));
 *   }
 * }
 * assertEquals([...new Perceptron().namedParameters().keys()], ["hidden.weight", "hidden.bias", "output.weight"]);
 * ```
 */
export abstract class Module {
  /** Yields the direct children: parameters and modules, with their names. */
  *children(): Iterable<[name: string, child: Parameter | Module]> {
    for (const [name, value] of Object.entries(this)) {
      if (isChild(value)) yield [name, value];
      if (Array.isArray(value)) {
        for (const [i, item] of value.entries()) if (isChild(item)) yield [`${name}.${i}`, item];
      }
    }
  }

  /** Returns every parameter once by its PyTorch name; a shared parameter keeps the first name found. */
  namedParameters(): Map<string, Parameter> {
    const named = new Map<string, Parameter>();
    collect(this, "", named, new Set([this]));
    return named;
  }

  /** Returns every parameter once. */
  parameters(): Parameter[] {
    return [...this.namedParameters().values()];
  }
}

/** A module or a parameter that was met before, such as the parent to which a child refers, is not visited again. */
function collect(module: Module, prefix: string, named: Map<string, Parameter>, met: Set<Parameter | Module>): void {
  for (const [name, child] of module.children()) {
    if (met.has(child)) continue;
    met.add(child);
    if (child instanceof Module) collect(child, `${prefix}${name}.`, named, met);
    else named.set(prefix + name, child);
  }
}
