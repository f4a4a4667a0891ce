import { boolean, custom, nullable, type Schema, string } from "../../../src/schema/mod.ts";
import { needingData } from "../../data/fields.ts";
import { checkThresholds } from "./thresholds.ts";

/** How a classifier decides on several labels, stored in `config.json`. */
export interface MultiLabelConfig {
  /**
   * Whether a text may have several labels, or none: each label is then a decision of its own, by the sigmoid of its
   * logit. Default: false.
   */
  readonly multiLabel: boolean;
  /**
   * The probability from which a text has each label, fitted to the validation texts; null for 0.5. Only multi-label
   * classifiers have thresholds. Default: null.
   */
  readonly thresholds: readonly number[] | null;
}

/** The schema of how a classifier decides on several labels. */
export const MULTI_LABEL_CONFIG: Schema<MultiLabelConfig> = {
  multiLabel: boolean({
    option: false,
    isOpen: true,
    default: false,
    former: false,
    help: "Whether a text may have several labels.",
  }),
  thresholds: nullable(
    custom<readonly number[]>({ option: false, help: "Thresholds of the labels.", check: checkThresholds }),
  ),
};

/** How several labels of a text are read. */
export interface MultiLabelFormat {
  /** The character between the labels of a text; null to detect it. */
  readonly labelSeparator: string | null;
}

/** The schema of how several labels of a text are read. */
export const MULTI_LABEL_FORMAT: Schema<MultiLabelFormat> = {
  labelSeparator: nullable(string({
    group: "data",
    value: "CHARACTER",
    defaultText: "with several labels, the first of | ; , that occurs in the labels",
    help: "Character between the labels of a text, which then may have several, or none.",
  })),
};

/** Whether texts have several labels. */
export interface MultiLabelPlan extends MultiLabelFormat {
  /** Whether a text may have several labels, or none; if not, that is detected. */
  readonly multiLabel: boolean;
}

/** The schema of whether texts have several labels. */
export const MULTI_LABEL_DATA: Schema<MultiLabelPlan> = {
  multiLabel: boolean({
    group: "data",
    default: false,
    needs: ["data"],
    help: "Read several labels of a text, or none; detected in fastText's lines and in JSON arrays.",
  }),
  ...needingData(MULTI_LABEL_FORMAT),
};
