import { assert, assertEquals, assertThrows } from "@std/assert";
import { crossEntropy, inference, tensor } from "../../../src/nn/mod.ts";
import { LABEL_WEIGHTS, type LabelWeights, weightsOf } from "../../../tasks/labels/label_weights.ts";
import { Classifier, treebankTokenizer } from "../../../tasks/classification/mod.ts";
import { weightedLoss } from "../../../tasks/labels/weighted_loss.ts";
import { checkOperation } from "../../support/gradient_check.ts";

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

Deno.test("weightedLoss with smoothing: the weight is the target's alone, gradients within 1e-5 of finite differences", () => {
  for (const V of [2, 3, 5]) {
    const targets = Int32Array.of(0, V - 1, V - 1, 1);
    const weights = range(V).map((v) => 10 ** v);
    const smoothing = 0.1;
    checkOperation({
      inputs: { x: [4, V] },
      range: [-3, 3],
      apply: ({ x }) => weightedLoss(x, targets, { smoothing, weights }),
      shape: [],
      element: ({ x }) => {
        let [sum, total] = [0, 0];
        targets.forEach((target, r) => {
          const logSum = Math.log(range(V).reduce((sum, v) => sum + Math.exp(x(r, v)), 0));
          const even = range(V).reduce((sum, v) => sum + logSum - x(r, v), 0) / V;
          sum += weights[target] * ((1 - smoothing) * (logSum - x(r, target)) + smoothing * even);
          total += weights[target];
        });
        return sum / total;
      },
    });
  }
});

Deno.test("weightedLoss without smoothing, without weights or with equal weights is crossEntropy", () => {
  inference(() => {
    const logits = tensor([1, 2, 3, -1, 0, 4], [2, 3]);
    const targets = Int32Array.of(2, 0);
    const loss = (options: { smoothing?: number; weights?: number[] }): number[] =>
      [weightedLoss, crossEntropy].map((of) => of(logits, targets, options).item());
    for (const options of [{}, { smoothing: 0.2 }, { weights: [5, 1, 2] }]) {
      const [found, expected] = loss(options);
      assertEquals(found, expected);
    }
    const [found, expected] = loss({ smoothing: 0.2, weights: [2, 2, 2] });
    assert(Math.abs(found - expected) < 1e-6);
    const [own, torch] = loss({ smoothing: 0.2, weights: [5, 1, 2] });
    assert(Math.abs(own - torch) > 1e-3, "PyTorch weights the smoothing too");
  });
});

Deno.test("weights are given in the labels' order, by label, or derived from the counts", () => {
  const [targets, labels] = [Int32Array.of(0, 0, 0, 1, 2, 2), ["a", "b=c", "d"]];
  const of = (weights: LabelWeights): number[] | undefined => {
    const found = weightsOf(weights, targets, { labels });
    return found && [...found];
  };
  assertEquals(of("none"), undefined);
  assertEquals(of("balanced"), [...Float32Array.of(2 / 3, 2, 1)]);
  assertEquals(of([1, 2, 3]), [1, 2, 3]);
  assertEquals(of("a=2, b=c=0.5"), [2, 0.5, 1]);
  assertThrows(() => of("a=2,b=1"), RangeError, 'fit: expected label weights of the labels a, b=c, d, found "b"');
  assertThrows(() => of([1, 2]), RangeError, "expected labelWeights to be 3 numbers, found 2");
  for (
    const wrong of ["a", "a=", "=2", "a=0", "a=-1", "a=x", "a=Infinity", "a=1,a=2", "a=1,", "", [0], [NaN], 2, null]
  ) {
    assertEquals(
      LABEL_WEIGHTS.check!(wrong),
      "none, balanced, or finite numbers above 0, such as good=2,bad=1",
      JSON.stringify(wrong),
    );
  }
});

Deno.test("if a text may have several labels, balanced weights make both decisions on a label count the same", () => {
  // Label a is on 1 of 4 texts, b on 2, c on none, d on all.
  const targets = Int32Array.of(1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1);
  const labels = { labels: ["a", "b", "c", "d"], multiLabel: true };
  assertEquals([...weightsOf("balanced", targets, labels)!], [3, 1, 1, 1]);
  assertEquals([...weightsOf("b=2,d=0.5", targets, labels)!], [1, 2, 1, 0.5]);
});

Deno.test("with balanced weights and label smoothing, a classifier learns a label of one text in 40", async () => {
  const words = ["red", "blue", "book", "lamp", "desk", "car"];
  const texts = range(240).map((i) => {
    const text = [i, i >> 1, i >> 2].map((n) => words[n % words.length]).join(" ");
    return i % 40 === 0 ? { text: `${text} prize`, label: "spam" } : { text, label: "ham" };
  });
  const tokenizer = treebankTokenizer(texts.map(({ text }) => text));
  const model = Classifier.create({ tokenizer, labels: ["ham", "spam"], embed: 8, hidden: 8 });
  await model.fit(texts, { epochs: 10, learningRate: 0.01, labelWeights: "balanced", labelSmoothing: 0.1 });
  const { accuracy, macroF1 } = await model.evaluate(texts);
  assert(accuracy > 0.98 && macroF1 > 0.9, `accuracy ${accuracy}, macro F1 ${macroF1}`);
});

Deno.test("label weights reach the linear model: the label of a text that has several follows them", async () => {
  const texts = range(20).map((i) => ({ text: "a free offer", label: i % 4 === 0 ? "spam" : "ham" }));
  const tokenizer = treebankTokenizer(texts.map(({ text }) => text));
  const labelWith = async (labelWeights: LabelWeights): Promise<string> => {
    const model = Classifier.create({ tokenizer, labels: ["ham", "spam"], architecture: "linear" });
    await model.fit({ train: texts, valid: texts }, { labelWeights });
    return (await model.classify("a free offer")).label;
  };
  assertEquals(await labelWith("none"), "ham");
  assertEquals(await labelWith("spam=9"), "spam");
});
