"""Writes hdf5.json: weights of a layer as HDF5 files that are not read, in gzip and base64. Needs `pip install h5py`.

Run in this folder: python hdf5_files.py
"""

import base64
import gzip
import io
import json

import h5py
import numpy as np


def weights(values, **options):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.attrs["layer_names"] = [b"dense"]
        group = file.create_group("dense")
        group.attrs["weight_names"] = [b"kernel:0"]
        group.create_dataset("kernel:0", data=values, **options)
    return base64.b64encode(gzip.compress(stream.getvalue(), mtime=0)).decode()


files = {
    "plain": weights(np.float32([[1, 2]])),
    "compressed": weights(np.zeros((8, 8), np.float32), compression="gzip"),
    "integers": weights(np.int32([[1, 2]])),
}
with open("hdf5.json", "w") as file:
    file.write(json.dumps(files, indent=0) + "\n")
