"""What all measurements of PyTorch share: the settings, timing, memory and the version.

A setting is a dictionary with `precision` ("float32" or "bf16"), `threads`, and optionally `compiled` (torch.compile)
and `fused` (the optimizer's fused kernel; default true). settings.ts lists those that are measured.
"""

import re
import time

import torch

# Minimum seconds and calls of the warm-up and of the measurement, the same as for Elman.
WARM_UP = (0.5, 2)
MEASURED = (1.5, 5)


def times_of(step, seconds, runs):
    times, end = [], time.perf_counter() + seconds
    while len(times) < runs or time.perf_counter() < end:
        begin = time.perf_counter()
        step()
        times.append((time.perf_counter() - begin) * 1e6)
    return times


def median(values):
    return sorted(values)[len(values) // 2]


def steady(step):
    """Returns the median microseconds of a step. The first two calls compile, if anything does."""
    times_of(step, 0, 2)
    times_of(step, *WARM_UP)
    return median(times_of(step, *MEASURED))


def compute_in(setting):
    """Returns the context of the forward pass."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=setting["precision"] == "bf16")


def compiled_if(setting, function):
    return torch.compile(function) if setting.get("compiled") else function


def optimizer_options(setting):
    return {"fused": True} if setting.get("fused", True) else {}


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def version():
    """Returns the versions and the vector extensions that PyTorch uses."""
    if tuple(int(part) for part in torch.__version__.split(".")[:2]) < (2, 6):
        raise SystemExit(f"error: expected PyTorch 2.6 or later, found {torch.__version__}")
    onednn = re.search(r"MKL-DNN v([\d.]+)", torch.__config__.show())
    library = f", oneDNN {onednn[1]}" if onednn else ""
    return f"{torch.__version__} on the CPU, {torch.backends.cpu.get_cpu_capability()}{library}"
