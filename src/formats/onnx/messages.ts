import { type Fields, type FieldsOf, many, one } from "./codec.ts";

/** An ONNX model: a graph and the version of the operators that it uses. */
export interface ModelProto {
  /** Version of the file format. */
  readonly irVersion?: number;
  /** The sets of operators. */
  readonly opsetImport?: readonly OperatorSetProto[];
  /** The program that wrote the file. */
  readonly producerName?: string;
  /** Its version. */
  readonly producerVersion?: string;
  /** A description of the model. */
  readonly docString?: string;
  /** The graph. */
  readonly graph?: GraphProto;
  /** Facts about the model. */
  readonly metadataProps?: readonly PairProto[];
  /** Functions of the model's own. */
  readonly functions?: readonly FunctionProto[];
}

/** A set of operators. */
export interface OperatorSetProto {
  /** Its name; that of the standard operators is empty. */
  readonly domain?: string;
  /** Its version. */
  readonly version?: number;
}

/** A function of a model's own; only its name is read. */
export interface FunctionProto {
  /** Its name. */
  readonly name?: string;
  /** The name of its set of operators. */
  readonly domain?: string;
}

/** A key and a value. */
export interface PairProto {
  /** The key. */
  readonly key?: string;
  /** The value. */
  readonly value?: string;
}

/** A graph: nodes in the order of their calculation. */
export interface GraphProto {
  /** The nodes. */
  readonly node?: readonly NodeProto[];
  /** The graph's name. */
  readonly name?: string;
  /** The constant tensors. */
  readonly initializer?: readonly TensorProto[];
  /** A description of the graph. */
  readonly docString?: string;
  /** The inputs; in files before version 4 the initializers too. */
  readonly input?: readonly ValueInfoProto[];
  /** The outputs. */
  readonly output?: readonly ValueInfoProto[];
  /** Types and shapes of values between them. */
  readonly valueInfo?: readonly ValueInfoProto[];
}

/** A node: one call of an operator. */
export interface NodeProto {
  /** Names of the inputs; an empty one stands for an input that is left out. */
  readonly input?: readonly string[];
  /** Names of the outputs. */
  readonly output?: readonly string[];
  /** The node's name. */
  readonly name?: string;
  /** The operator. */
  readonly opType?: string;
  /** The operator's attributes. */
  readonly attribute?: readonly AttributeProto[];
  /** The name of the operator's set. */
  readonly domain?: string;
}

/** The numbers of the types of attributes. */
export const ATTRIBUTE_TYPES = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** An attribute of a node. */
export interface AttributeProto {
  /** Its name. */
  readonly name?: string;
  /** A number. */
  readonly f?: number;
  /** A whole number. */
  readonly i?: number;
  /** A text in UTF-8. */
  readonly s?: Uint8Array;
  /** A tensor. */
  readonly t?: TensorProto;
  /** A graph. */
  readonly g?: GraphProto;
  /** Numbers. */
  readonly floats?: ArrayLike<number>;
  /** Whole numbers. */
  readonly ints?: readonly number[];
  /** Texts in UTF-8. */
  readonly strings?: readonly Uint8Array[];
  /** Which of them it holds: a value of `ATTRIBUTE_TYPES`. */
  readonly type?: number;
}

/** The numbers of the types of elements. */
export const ELEMENT_TYPES = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** A tensor with its values. */
export interface TensorProto {
  /** Its shape. */
  readonly dims?: readonly number[];
  /** The type of its elements: a value of `ELEMENT_TYPES`. */
  readonly dataType?: number;
  /** Values of type float. */
  readonly floatData?: ArrayLike<number>;
  /** Values of 32 bits or fewer. */
  readonly int32Data?: readonly number[];
  /** Values of type int64, rounded to the nearest float64. */
  readonly int64Data?: readonly number[];
  /** Its name. */
  readonly name?: string;
  /** All values, little-endian, instead of the lists of numbers. */
  readonly rawData?: Uint8Array;
  /** Values of type double. */
  readonly doubleData?: ArrayLike<number>;
  /** Values of type uint32 or uint64. */
  readonly uint64Data?: readonly number[];
  /** Where the values stand in another file. */
  readonly externalData?: readonly PairProto[];
  /** 1 if the values stand in another file. */
  readonly dataLocation?: number;
}

/** The name, type and shape of a value. */
export interface ValueInfoProto {
  /** Its name. */
  readonly name?: string;
  /** Its type. */
  readonly type?: TypeProto;
  /** A description. */
  readonly docString?: string;
}

/** A type; only those of tensors are read. */
export interface TypeProto {
  /** The type of a tensor. */
  readonly tensorType?: TensorTypeProto;
}

/** The type of a tensor. */
export interface TensorTypeProto {
  /** The type of its elements: a value of `ELEMENT_TYPES`. */
  readonly elemType?: number;
  /** Its shape; absent if its number of dimensions is not known. */
  readonly shape?: ShapeProto;
}

/** A shape. */
export interface ShapeProto {
  /** The dimensions. */
  readonly dim?: readonly DimensionProto[];
}

/** A dimension: its extent or, if that is not fixed, a name. */
export interface DimensionProto {
  /** The extent. */
  readonly dimValue?: number;
  /** The name. */
  readonly dimParam?: string;
}

const PAIR: FieldsOf<PairProto> = { key: [1, "text"], value: [2, "text"] };
const OPERATOR_SET: FieldsOf<OperatorSetProto> = { domain: [1, "text"], version: [2, "integer"] };
const FUNCTION: FieldsOf<FunctionProto> = { name: [1, "text"], domain: [10, "text"] };
const DIMENSION: FieldsOf<DimensionProto> = { dimValue: [1, "integer"], dimParam: [2, "text"] };
const SHAPE: FieldsOf<ShapeProto> = { dim: [1, many(() => DIMENSION)] };
const TENSOR_TYPE: FieldsOf<TensorTypeProto> = { elemType: [1, "integer"], shape: [2, one(() => SHAPE)] };
const TYPE: FieldsOf<TypeProto> = { tensorType: [1, one(() => TENSOR_TYPE)] };
const VALUE_INFO: FieldsOf<ValueInfoProto> = { name: [1, "text"], type: [2, one(() => TYPE)], docString: [3, "text"] };
const TENSOR: FieldsOf<TensorProto> = {
  dims: [1, "integers"],
  dataType: [2, "integer"],
  floatData: [4, "floats"],
  int32Data: [5, "integers"],
  int64Data: [7, "integers"],
  name: [8, "text"],
  rawData: [9, "bytes"],
  doubleData: [10, "doubles"],
  uint64Data: [11, "integers"],
  externalData: [13, many(() => PAIR)],
  dataLocation: [14, "integer"],
};
const ATTRIBUTE: FieldsOf<AttributeProto> = {
  name: [1, "text"],
  f: [2, "float"],
  i: [3, "integer"],
  s: [4, "bytes"],
  t: [5, one(() => TENSOR)],
  g: [6, one((): Fields => GRAPH)],
  floats: [7, "floats"],
  ints: [8, "integers"],
  strings: [9, "byteLists"],
  type: [20, "integer"],
};
const NODE: FieldsOf<NodeProto> = {
  input: [1, "texts"],
  output: [2, "texts"],
  name: [3, "text"],
  opType: [4, "text"],
  attribute: [5, many(() => ATTRIBUTE)],
  domain: [7, "text"],
};
const GRAPH: FieldsOf<GraphProto> = {
  node: [1, many(() => NODE)],
  name: [2, "text"],
  initializer: [5, many(() => TENSOR)],
  docString: [10, "text"],
  input: [11, many(() => VALUE_INFO)],
  output: [12, many(() => VALUE_INFO)],
  valueInfo: [13, many(() => VALUE_INFO)],
};
/** The fields of a model. */
export const MODEL: FieldsOf<ModelProto> = {
  irVersion: [1, "integer"],
  producerName: [2, "text"],
  producerVersion: [3, "text"],
  docString: [6, "text"],
  graph: [7, one(() => GRAPH)],
  opsetImport: [8, many(() => OPERATOR_SET)],
  metadataProps: [14, many(() => PAIR)],
  functions: [25, many(() => FUNCTION)],
};
