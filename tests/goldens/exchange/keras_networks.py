"""Writes keras.json: networks as Keras saves them, with inputs and outputs. Needs `pip install tensorflow-cpu h5py`.

Run in this folder: python keras_networks.py
"""

import base64
import gzip
import json
import os
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

T, B, V, I = 5, 3, 7, 2


def ids(*stack):
    return [keras.Input((T,)), layers.Embedding(V, 3), *stack]


def numbers(*stack):
    return [keras.Input((T, I)), *stack]


def lstm(**options):
    return layers.LSTM(3, **options)


def both(layer, **options):
    return layers.Bidirectional(layer, **options)


STEPS = {"return_sequences": True}
CASES = {
    "simple_rnn": numbers(layers.SimpleRNN(3)),
    "simple_rnn_relu": numbers(layers.SimpleRNN(3, activation="relu", use_bias=False, **STEPS)),
    "lstm": ids(lstm(**STEPS), layers.Dense(V, activation="softmax")),
    "lstm_last": ids(lstm(), layers.Dropout(0.5), layers.Dense(4, activation="sigmoid")),
    "gru": numbers(layers.GRU(3, **STEPS)),
    "gru_reset_before": numbers(layers.GRU(3, reset_after=False, **STEPS)),
    "gru_no_bias": numbers(layers.GRU(3, reset_after=False, use_bias=False)),
    "hard_sigmoid": numbers(
        lstm(recurrent_activation="hard_sigmoid", **STEPS),
        layers.GRU(3, recurrent_activation="hard_sigmoid", **STEPS),
        both(layers.GRU(2, recurrent_activation="hard_sigmoid", reset_after=False, **STEPS)),
    ),
    "bidirectional": ids(both(layers.GRU(3, reset_after=False, **STEPS)), both(lstm()), layers.Dense(2)),
    "merges": numbers(
        both(lstm(**STEPS), merge_mode="sum"),
        both(layers.SimpleRNN(3, **STEPS), merge_mode="mul"),
        both(layers.GRU(3), merge_mode="ave"),
    ),
    "backwards": numbers(lstm(go_backwards=True)),
    "stacked": ids(
        lstm(**STEPS),
        layers.LSTM(4, **STEPS),
        layers.TimeDistributed(layers.Dense(3, activation="tanh")),
        layers.SimpleRNN(3, name="own_name"),
        layers.Dense(4, use_bias=False),
        layers.Activation("relu"),
    ),
    "functional": ids(lstm(**STEPS), layers.GRU(4), layers.Dense(2)),
    "functions": numbers(
        lstm(activation="relu", **STEPS),
        layers.GRU(3, activation="relu", recurrent_activation="tanh", **STEPS),
        layers.SimpleRNN(3, activation="sigmoid"),
    ),
}


def build(name, stack):
    if name != "functional":
        return keras.Sequential(stack)
    x = stack[0]
    for layer in stack[1:]:
        x = layer(x)
    return keras.Model(stack[0], x)


def packed(path):
    with open(path, "rb") as file:
        return base64.b64encode(gzip.compress(file.read(), mtime=0)).decode()


def case(name, stack, random):
    model = build(name, stack)
    for weight in model.weights:
        weight.assign(random.normal(0, 0.6, weight.shape))
    x = random.integers(0, V, (B, T)) if len(model.inputs[0].shape) == 2 else random.normal(0, 1, (B, T, I)).round(3)
    y = model.predict(x, verbose=0)
    with tempfile.TemporaryDirectory() as folder:
        path = f"{folder}/model"
        model.save(path + ".keras")
        files = {"keras": packed(path + ".keras")}
        if name in ["lstm", "gru_reset_before", "bidirectional", "stacked", "functional"]:
            model.save(path + ".h5")
            files["h5"] = packed(path + ".h5")
        if name in ["gru", "bidirectional"]:
            with h5py.File(path + ".weights", "w") as file:
                legacy_h5_format.save_weights_to_hdf5_group(file, model)
            files["weights"] = packed(path + ".weights")
            model.save_weights(path + ".weights.h5")
            files["weights3"] = packed(path + ".weights.h5")
    output = {"shape": list(y.shape), "data": [float(f"{value:.7g}") for value in y.flatten()]}
    return {"files": files, "input": {"shape": list(x.shape), "data": x.flatten().tolist()}, "output": output}


def main():
    random = np.random.default_rng(1)
    cases = {name: case(name, stack, random) for name, stack in CASES.items()}
    with open("keras.json", "w") as file:
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in cases.items())
        file.write(f'{{"keras": "{keras.__version__}", "cases": {{\n{lines}\n}}}}\n')


main()
