#!/usr/bin/env python3
"""Twelve AdamW steps with clipping and a cosine schedule by PyTorch, for AdamWTest.

Usage: adamw_reference.py   (prints the parameters and norms as Java arrays)
"""
import math

import torch

WARMUP, TOTAL, PEAK = 3, 12, 0.05
p = torch.nn.Parameter(torch.tensor([math.sin(1.7 * i) for i in range(5)]))
opt = torch.optim.AdamW([p], lr=PEAK, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)
sched = torch.optim.lr_scheduler.LambdaLR(
    opt, lambda s: s / WARMUP if s < WARMUP else 0.5 * (1 + math.cos(math.pi * (s - WARMUP) / (TOTAL - WARMUP))))
norms = []
for step in range(TOTAL):
    p.grad = torch.tensor([3.0 * math.cos(0.9 * i + 0.5 * step) for i in range(5)])
    norms.append(torch.nn.utils.clip_grad_norm_([p], 2.0).item())
    opt.step()
    sched.step()
print("parameters", ", ".join(f"{x:.8f}f" for x in p.tolist()))
print("norms", ", ".join(f"{x:.6f}" for x in norms))
