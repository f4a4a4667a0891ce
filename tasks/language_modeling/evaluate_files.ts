import { InputRangeError } from "../../errors.ts";
import { boolean, choice, integer, nullable, number, paths, type Schema } from "../../src/schema/mod.ts";
import { namesOf } from "../data/file_system.ts";
import { findFiles } from "../data/find_files.ts";
import { ENCODING, FILE, type Paths } from "../data/mod.ts";
import { count, type Host, type Report } from "../task_model/mod.ts";
import { CACHE_FIELDS, cacheOf, type CachePlan } from "./cache_fields.ts";
import { DYNAMIC_EVALUATION } from "./dynamic_evaluation.ts";
import { isDocumentIds } from "./document_ids.ts";
import type { EvaluateOptions } from "./evaluate_options.ts";
import { describeLoss, lossFields, type MeasuredLoss } from "./loss_figures.ts";
import type { LanguageModel, TextEvaluation } from "./model.ts";
import type { NeuralCacheSettings } from "./neural_cache.ts";
import { reportTokens, reportUnits } from "./score_files.ts";
import { DOCUMENT_FIELDS, type DocumentPlan, holdDocuments, readPart, type SourcePart } from "./text_parts.ts";
import { encodePart } from "./text_plan.ts";
import type { TokenIds } from "./token_ids.ts";
import { UNKNOWN_RULES, type UnknownRule, UnknownSymbols } from "./unknown_rule.ts";
import { countUnknown, describeUnknownTokens, findUnknown, rewritePart } from "./unknown_symbols.ts";

/** Options of `evaluate` for language models. */
export interface TextEvaluationPlan extends DocumentPlan, CachePlan {
  /** The files of the text to evaluate on. */
  readonly data: Paths;
  /** The treatment of symbols outside the vocabulary; null for the unknown token, or else an error. */
  readonly unknown: UnknownRule | null;
  /** "int8" rounds the weights to 8 bits; null leaves them as they are. */
  readonly quantize: "int8" | null;
  /** Number of streams; null for the usual number. */
  readonly streams: number | null;
  /** The text on which theta and lambda are chosen. */
  readonly tuneOn: Paths | null;
  /** How dynamic evaluation changes the parameters; null for no dynamic evaluation. */
  readonly dynamic: "rms" | "sgd" | null;
  /** Learning rate of dynamic evaluation. */
  readonly dynamicLr: number | null;
  /** Share by which parameters return to their trained values. */
  readonly dynamicDecay: number | null;
  /** Time steps between two updates. */
  readonly dynamicBptt: number | null;
  /** The text whose gradients are measured first. */
  readonly dynamicStatistics: Paths | null;
  /** Whether to report each line or document, read alone. */
  readonly perLine: boolean;
  /** Whether to report each token. */
  readonly perToken: boolean;
  /** Number of likeliest tokens to report with each token. */
  readonly top: number | null;
}

const DYNAMIC_NEEDS = { group: "model", needs: ["dynamic"] } as const;

/** Schema of the options of `evaluate` for language models. */
export const TEXT_EVALUATION: Schema<TextEvaluationPlan> = {
  data: paths({ ...FILE, help: "Text to evaluate on: files, folders or patterns." }),
  encoding: ENCODING,
  ...DOCUMENT_FIELDS,
  unknown: nullable(choice(UNKNOWN_RULES, {
    group: "data",
    defaultText: "the unknown token, or else an error",
    help: "What to do with symbols outside the vocabulary.",
  })),
  quantize: nullable(choice(["int8"], {
    group: "model",
    notWith: ["dynamic"],
    help: "Quantize the weights to 8 bits.",
  })),
  streams: nullable(integer({
    group: "model",
    min: 1,
    defaultText: "1 per 512 tokens, at most 20; 1 with --cache or --dynamic",
    help: "Number of parts of the text that are read side by side, each from a zero state.",
  })),
  ...CACHE_FIELDS,
  tuneOn: nullable(paths({
    ...FILE,
    needs: ["cache"],
    notWith: ["cacheTheta", "cacheLambda"],
    help: "Text on which to choose theta and lambda of the cache, such as the validation text.",
  })),
  dynamic: nullable(choice(["rms", "sgd"], { group: "model", help: "Train the model on the text while it reads it." })),
  dynamicLr: nullable(number({
    ...DYNAMIC_EVALUATION.learningRate,
    ...DYNAMIC_NEEDS,
    defaultText: "depends on --dynamic",
  })),
  dynamicDecay: nullable(number({ ...DYNAMIC_EVALUATION.decay, ...DYNAMIC_NEEDS, defaultText: "0.001" })),
  dynamicBptt: nullable(integer({ ...DYNAMIC_EVALUATION.bptt, ...DYNAMIC_NEEDS, defaultText: "5" })),
  dynamicStatistics: nullable(paths({
    ...FILE,
    needs: ["dynamic"],
    onlyWith: { field: "dynamic", values: ["rms"] },
    defaultText: "the evaluated text, as far as it is read",
    help: "Text whose gradients to measure first, such as the training text.",
  })),
  perLine: boolean({
    group: "answers",
    default: false,
    notWith: ["streams", "cache", "dynamic"],
    help: "Print the score of each line or document, read alone.",
  }),
  perToken: boolean({
    group: "answers",
    default: false,
    notWith: ["streams"],
    help: "Print the surprisal (in bits) and the rank of each token.",
  }),
  top: nullable(integer({
    group: "answers",
    min: 1,
    value: "N",
    needs: ["perToken"],
    help: "Print the N likeliest tokens in the place of each token.",
  })),
};

const REMEDY = "--unknown skip leaves such symbols out, and a model trained with --tokenizer byte reads any text";

/** A text or documents from files, and their encoding by a model. */
interface ReadText {
  readonly part: SourcePart;
  /** Returns the ids. Throws `RangeError` if there are fewer than two, unless the text is read line by line. */
  readonly ids: (isByUnits?: boolean) => Promise<TokenIds>;
  readonly warnings: readonly string[];
  /** Returns an error that names the files, and the place of the unknown symbols if there are any. */
  readonly explain: (error: unknown) => Promise<unknown>;
}

/** Evaluates a model on files. Throws `RangeError` that names them if the model cannot encode them. */
export async function evaluateFiles(model: LanguageModel, plan: TextEvaluationPlan, host?: Host): Promise<Report> {
  if (plan.quantize) model.quantize(plan.quantize);
  const { part, ids, warnings, explain } = await readText(model, plan, plan.data);
  const { options, tuned, warnings: others } = await evaluateOptions(model, plan);
  const notes = tuned === undefined ? [] : [`tuned cache: theta ${tuned.theta}, lambda ${tuned.lambda}`];
  const settings = tuned === undefined ? {} : { cache_theta: tuned.theta, cache_lambda: tuned.lambda };
  const rows = { host, top: plan.perToken ? plan.top ?? 0 : undefined };
  // A model that adapts reads documents one after the other, others read many side by side.
  const adapts = plan.cache !== null || plan.dynamic !== null;
  const isByUnits = plan.perLine || (plan.perToken && model.config.endOfText !== null && !adapts);
  const all = isByUnits && model.tokenizer.unknownId === undefined ? undefined : await ids(isByUnits);
  try {
    const report = isByUnits || all === undefined
      ? await reportUnits(model, part, rows)
      : plan.perToken
      ? await reportTokens(model, all, { ...rows, options })
      : reportEvaluation({ ...await model.evaluate(all, options), characters: all.characters }, {
        ids: all,
        plan,
        vocabSize: model.config.vocabSize,
      });
    const unknown = all && await reportUnknownTokens(model, all);
    return {
      lines: [...notes, ...report.lines, ...unknown?.lines ?? []],
      fields: { ...settings, ...report.fields, ...unknown?.fields },
      warnings: [...warnings, ...others, ...report.warnings ?? []],
    };
  } catch (error) {
    throw await explain(error);
  }
}

/** Opens files as a model reads them, with unknown symbols rewritten. */
async function readText(model: LanguageModel, plan: TextEvaluationPlan, data: Paths): Promise<ReadText> {
  const { tokenizer, config: { endOfText, dataFormat: like } } = model;
  const found = await findFiles(data);
  const names = namesOf(found.files);
  if (holdDocuments(found, plan) && endOfText === null) {
    throw new InputRangeError(`evaluate ${names}: expected running text, as the model is trained on, found documents`);
  }
  const { part, warnings, files } = await readPart(found, { ...plan, isDocuments: endOfText !== null, like });
  const symbols = plan.unknown === null ? undefined : new UnknownSymbols(tokenizer, plan.unknown);
  const own = symbols === undefined ? part : await rewritePart(part, symbols, `evaluate ${names}`, files);
  const ids = async (isByUnits = false): Promise<TokenIds> => {
    try {
      const all = await encodePart(own, tokenizer, { endOfText: endOfText ?? undefined });
      if (all.length >= 2 || isByUnits) return all;
      throw new InputRangeError(`expected a text of at least 2 tokens, found ${all.length}`);
    } catch (error) {
      throw await explain(error);
    }
  };
  const explain = async (error: unknown): Promise<unknown> => {
    if (!(error instanceof InputRangeError)) return error;
    // The places of the files are those before the text was rewritten.
    const unknown = await findUnknown(own, tokenizer, own === part ? files : []);
    const message = unknown === undefined
      ? error.message.replace(/^(?:evaluate|score): /, "")
      : `${unknown}; ${REMEDY}`;
    return new InputRangeError(`evaluate ${names}: ${message}`);
  };
  return { part: own, ids, explain, warnings: symbols?.count ? [...warnings, symbols.summary] : warnings };
}

/** Options of an evaluation, the cache that was tuned, and warnings about the texts that were read for them. */
interface AdaptingOptions {
  readonly options: EvaluateOptions;
  readonly tuned?: NeuralCacheSettings;
  readonly warnings: readonly string[];
}

/** Converts a plan to options of `LanguageModel.evaluate`; tunes the cache if that is asked for. */
async function evaluateOptions(
  model: LanguageModel,
  plan: TextEvaluationPlan,
): Promise<AdaptingOptions> {
  const warnings: string[] = [];
  const idsOf = async (data: Paths): Promise<TokenIds> => {
    const text = await readText(model, plan, data);
    warnings.push(...text.warnings);
    return await text.ids();
  };
  const { dynamic: rule, dynamicStatistics, tuneOn } = plan;
  const options: EvaluateOptions = {
    streams: plan.streams ?? undefined,
    dynamic: rule === null ? undefined : {
      rule,
      learningRate: plan.dynamicLr ?? undefined,
      decay: plan.dynamicDecay ?? undefined,
      bptt: plan.dynamicBptt ?? undefined,
      statistics: dynamicStatistics === null ? undefined : await idsOf(dynamicStatistics),
    },
    cache: cacheOf(plan),
  };
  if (tuneOn === null) return { options, warnings };
  const tuned = await model.tuneCache(await idsOf(tuneOn), options);
  return { options: { ...options, cache: tuned }, tuned, warnings };
}

/** Reports how many tokens stand for unknown symbols. */
async function reportUnknownTokens({ tokenizer }: LanguageModel, ids: TokenIds): Promise<Report> {
  const unknown = await countUnknown(ids, tokenizer);
  const fields = unknown === undefined ? {} : { unknown_tokens: unknown };
  return { lines: unknown ? [describeUnknownTokens(unknown, ids.length)] : [], fields };
}

function reportEvaluation(
  measured: TextEvaluation & MeasuredLoss,
  { ids, plan: { cache, dynamic }, vocabSize }: {
    readonly ids: TokenIds;
    readonly plan: TextEvaluationPlan;
    readonly vocabSize: number;
  },
): Report {
  const means = [cache === null ? [] : [`a cache of ${cache}`], dynamic === null ? [] : ["dynamic evaluation"]].flat();
  const { streams } = measured;
  const reading = isDocumentIds(ids)
    ? `${count(ids.starts.length - 1, "document")}, each read from a zero state`
    : `read as ${count(streams, "stream")}${streams === 1 ? "" : ", each"} from a zero state`;
  return {
    lines: [describeLoss(measured), reading + (means.length === 0 ? "" : `, with ${means.join(" and ")}`)],
    fields: { ...lossFields(measured), streams },
    warnings: dynamic !== null && !(measured.loss <= Math.log(vocabSize))
      ? ["the loss is above that of guessing; a lower --dynamic-lr may help"]
      : [],
  };
}
