"""Trains the small models of the recipes: recipes/characters.keras and recipes/words.onnx, and prints what they write.

Needs `pip install tensorflow-cpu torch onnx`. Run in this folder: python recipes.py keras, then python recipes.py onnx
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np

TEXT = "to be or not to be that is the question "


def characters():
    import keras

    keras.utils.set_random_seed(1)
    alphabet = sorted(set(TEXT))
    ids = np.array([alphabet.index(character) for character in TEXT])
    model = keras.Sequential([
        keras.Input((None,)),
        keras.layers.Embedding(len(alphabet), 8),
        keras.layers.GRU(16, return_sequences=True, reset_after=False),
        keras.layers.Dense(len(alphabet), activation="softmax"),
    ])
    model.compile(keras.optimizers.Adam(0.02), "sparse_categorical_crossentropy")
    model.fit(np.tile(ids, 2)[None, :-1], np.tile(ids, 2)[None, 1:], epochs=200, verbose=0)
    model.save("recipes/characters.keras")
    text = "to be"
    while len(text) < 40:
        scores = model.predict(np.array([[alphabet.index(character) for character in text]]), verbose=0)[0, -1]
        text += alphabet[int(scores.argmax())]
    print(repr("".join(alphabet)), repr(text))


def words():
    import torch
    from torch import nn

    torch.manual_seed(1)
    vocabulary = sorted(set(TEXT.split()))
    ids = torch.tensor([vocabulary.index(word) for word in TEXT.split() * 2])[:, None]

    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.embedding = nn.Embedding(len(vocabulary), 8)
            self.rnn = nn.LSTM(8, 16, num_layers=2)
            self.linear = nn.Linear(16, len(vocabulary))

        def forward(self, ids):
            return self.linear(self.rnn(self.embedding(ids))[0])

    model = Model()
    optimizer = torch.optim.Adam(model.parameters(), 0.03)
    for _ in range(150):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(ids[:-1]).flatten(0, 1), ids[1:].flatten()).backward()
        optimizer.step()
    axes = {"ids": {0: "time", 1: "batch"}}
    torch.onnx.export(model.eval(), (ids,), "recipes/words.onnx", dynamo=False, input_names=["ids"], dynamic_axes=axes)
    text = ["to", "be"]
    while len(text) < 10:
        scores = model(torch.tensor([vocabulary.index(word) for word in text])[:, None])[-1, 0]
        text.append(vocabulary[int(scores.argmax())])
    print(vocabulary, " ".join(text))


{"keras": characters, "onnx": words}[sys.argv[1]]()
