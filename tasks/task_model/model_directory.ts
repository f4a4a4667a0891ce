/** The file of the model's shape and its options. */
export const CONFIG = "config.json";
/** The file of the parameters. */
export const MODEL = "model.safetensors";
