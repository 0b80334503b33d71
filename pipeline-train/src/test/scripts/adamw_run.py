#!/usr/bin/env python3
"""Losses of thirty AdamW steps on a LoRA adapter, from PyTorch in double precision, for AdamWRunTest.

The base and the adapter to begin with are formulas of llama_reference.py; the batches are eight
examples in their own order, over and over; the loss is the mean over a batch's target tokens.
Usage: adamw_run.py > ../resources/org/radllama/train/adamw-run.json
"""
import json

import torch

import llama_reference as llama

STEPS, BATCH, RATE, DECAY, NORM = 30, 8, 3e-3, 0.01, 0.3
CASE = llama.CASES[0]
EXAMPLES = [(8 + 5 * e % 37, 2 + 3 * e % 7) for e in range(28)]  # tokens, first target


def main():
    w, lora = llama.weights(CASE)
    trained = list(lora.values())
    for v in trained:
        v.requires_grad_(True)
    adam = torch.optim.AdamW(trained, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY)
    batches = [range(i, min(i + BATCH, len(EXAMPLES))) for i in range(0, len(EXAMPLES), BATCH)]
    losses, norms = [], []
    for step in range(STEPS):
        batch = [(e, *EXAMPLES[e]) for e in batches[step % len(batches)]]
        adam.zero_grad()
        total, _ = llama.run(CASE, w, lora, batch)
        loss = total / sum(n - first for _, n, first in batch)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(trained, NORM).item())
        adam.step()
        losses.append(loss.item())
    print(json.dumps(dict(config=llama.config(CASE), lora=CASE["lora"], examples=EXAMPLES, batch=BATCH, rate=RATE,
                          decay=DECAY, norm=NORM, losses=losses, norms=norms)))


main()
