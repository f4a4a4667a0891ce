import { Engine } from "../../../src/engine/mod.ts";
import { type Tensor, tensor, training } from "../../../src/nn/mod.ts";
import { assertAllClose } from "../close.ts";
import { checkGradient } from "../finite_difference.ts";
import {
  drawNumbers,
  DROPOUT_STEP,
  type LayerCase,
  makeLayer,
  mapNamed,
  type Named,
  weighOutputs,
} from "../layer_contract.ts";
import { Float64Backend } from "./mod.ts";

/** Maximum error of an output or gradient against the float64 oracle, absolute or relative. */
const ORACLE_TOLERANCE = 1e-12;
/** Maximum relative error of a gradient against finite differences of the layer itself. */
const DIFFERENCE_TOLERANCE = 1e-9;
/** The same for layers with kinks, whose differences need a smaller step and so lose more digits. */
const KINKED_TOLERANCE = 1e-7;

interface ExactRun {
  readonly loss: number;
  readonly outputs: Named<Float64Array>;
  readonly gradients: Named<Float64Array>;
}

/** Runs a case's layer on doubles, forward and, if asked for, backward. */
function makeRun(layerCase: LayerCase, { memory, engine }: { memory: Float64Backend["memory"]; engine: Engine }) {
  const numbers = drawNumbers(layerCase);
  const { module, run } = makeLayer(layerCase, engine, numbers);
  const parameters: Named<Tensor> = Object.fromEntries(module.namedParameters());
  const own = ({ address, size }: Tensor): Float64Array => memory.numbers(address, size);
  const runOn = (values: Named<Float64Array>, isBackward = false): ExactRun =>
    training(() => {
      const inputs = mapNamed(layerCase.inputs, (shape, name) =>
        tensor(values[name], shape, { engine, requiresGradient: true }));
      const all = { ...inputs, ...parameters };
      for (const name in all) {
        own(all[name]).set(values[name]);
      }
      const outputs = run(inputs);
      const loss = weighOutputs(engine, outputs, numbers.cotangents);
      const found = {
        loss: own(loss)[0],
        outputs: mapNamed(outputs, (output) =>
          own(output).slice()),
      };
      if (!isBackward) return { ...found, gradients: {} };
      loss.backward();
      const gradientOf = (to: Tensor): Float64Array => memory.numbers(to.zeroedGradient(), to.size).slice();
      return { ...found, gradients: mapNamed(all, gradientOf) };
    }, { engine, ...DROPOUT_STEP });
  return { numbers, runOn };
}

/**
 * Registers the test that a layer's outputs and gradients are exact when everything is computed in double precision:
 * they agree with the oracle, and the gradients with finite differences of the layer itself.
 */
export function exactContract(name: string, cases: Named<LayerCase>): void {
  Deno.test(`${name}: in double precision, gradients match the layer's finite differences within 1e-9`, () => {
    const backend = new Float64Backend();
    const place = { memory: backend.memory, engine: new Engine({}, backend) };
    for (const [caseName, layerCase] of Object.entries(cases)) {
      const what = `${name}, ${caseName}`;
      const { numbers, runOn } = makeRun(layerCase, place);
      const values = mapNamed(numbers.values, (own) => Float64Array.from(own));
      const { outputs, gradients } = runOn(values, true);
      const twin = layerCase.twin(values);
      const expected = twin.backward(mapNamed(numbers.cotangents, (own) => Float64Array.from(own)));
      const options = { tolerance: ORACLE_TOLERANCE };
      for (const key in outputs) {
        assertAllClose(outputs[key], twin.outputs[key], { ...options, name: `${what}: ${key}` });
      }
      for (const key in gradients) {
        assertAllClose(gradients[key], expected[key], { ...options, name: `${what}: gradient of ${key}` });
      }
      const { eps } = layerCase;
      const tolerance = eps ? KINKED_TOLERANCE : DIFFERENCE_TOLERANCE;
      checkGradient((at) => runOn(at).loss, values, gradients, { tolerance, eps, directions: 1 });
    }
  });
}
