#!/usr/bin/env python3
"""llama.cpp reads the GGUF files that PeftExchangeTest writes, and gives the texts of our engine.

Needs llama-cpp-python; nothing is downloaded. First the steps of peft_check.py, then: gguf_check.py DIR
Compared are the greedy texts of DIR/gguf/NAME/texts.json and PEFT's logits behind the short texts of
DIR/theirs/NAME/logits.json.
"""
import json
import os
import sys

import numpy as np
from llama_cpp import GGML_TYPE_F32, Llama

TOLERANCE = 1e-5  # relative L2, fp32 weights and caches
SHORT = 20  # tokens; llama.cpp has no window in these architectures


def logits(model, ids):
    model.reset()
    model.eval(ids)
    return np.array(model.scores[model.n_tokens - 1], dtype=np.float64)


def check(folder):
    good = True
    for name in sorted(os.listdir(os.path.join(folder, "gguf"))):
        here = os.path.join(folder, "gguf", name)
        with open(os.path.join(here, "texts.json")) as f:
            ours = json.load(f)
        with open(os.path.join(folder, "theirs", name, "logits.json")) as f:
            theirs = json.load(f)
        model = Llama(os.path.join(here, "model.gguf"), n_ctx=128, logits_all=True, verbose=False,
                      type_k=GGML_TYPE_F32, type_v=GGML_TYPE_F32)
        same = 0
        for prompt, expected in zip(ours["prompts"], ours["greedy"]):
            ids = list(prompt)
            for _ in expected:
                ids.append(int(np.argmax(logits(model, ids))))
            same += ids[len(prompt):] == expected
        worst = 0.0
        for ids, expected in zip(theirs["texts"], theirs["adapted"]):
            if len(ids) <= SHORT:
                expected = np.array(expected)
                worst = max(worst, np.linalg.norm(logits(model, ids) - expected) / np.linalg.norm(expected))
        fine = same == len(ours["greedy"]) and worst < TOLERANCE
        good &= fine
        architecture = model.metadata["general.architecture"]
        print(f"{'ok  ' if fine else 'FAIL'} {name} ({architecture}): {same} of {len(ours['greedy'])} texts the same, "
              f"logits relative L2 {worst:.1e}")
    return good


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not check(sys.argv[1]):
        sys.exit(1)
