#!/usr/bin/env python3
"""Reference numbers of checkpoints in fp32, fp16 and bf16, from PyTorch in double precision.

The models are those of llama_reference.py and family_reference.py with an adapter, their frozen weights rounded
as a checkpoint of the type would hold them; the test writes the same checkpoints itself.
Usage: checkpoint_reference.py > ../resources/org/radllama/train/dl4j/checkpoint-reference.json
"""
import json

import torch

import family_reference as family
import llama_reference as llama

ROWS = [0, 1, 33, 69, 70, 71, 72, 73, 80, 83]  # of the packed tokens: all three examples, first and last
DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}


def main():
    out = []
    for case in llama.CASES:
        if case["lora"] is None:
            continue
        for name, dtype in DTYPES.items():
            found, logits = llama.reference(case, dtype)
            out.append(dict(found, dtype=name, rows=ROWS, logits=llama.encode(logits[ROWS])))
    for case in family.CASES:
        if case["lora"] is None:
            continue
        for name, dtype in DTYPES.items():
            found, logits, _ = family.reference(case, dtype, ["q_proj", "k_proj", "v_proj"])
            out.append(dict(found, dtype=name, rows=ROWS, logits=llama.encode(logits[ROWS])))
    print(json.dumps(out, indent=1))


main()
