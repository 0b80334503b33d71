#!/usr/bin/env python3
"""The training step of EngineBenchmark in PyTorch: the same shapes, LoRA r = 8 on q_proj and v_proj, no dropout.

Usage: step_peer.py HIDDEN LAYERS FFN VOCAB SHARE_OF_TARGETS THREADS [STEPS]
Prints the median CPU and wall milliseconds of a step (forward, backward) and the peak resident memory.
"""
import math
import resource
import sys
import time

import torch

hidden, layers, ffn, vocab = (int(x) for x in sys.argv[1:5])
share, threads = float(sys.argv[5]), int(sys.argv[6])
steps = int(sys.argv[7]) if len(sys.argv) > 7 else 7
torch.set_num_threads(threads)
torch.manual_seed(1)
B, T, D = 8, 128, 64
heads = hidden // D


def weight(*shape):
    return torch.randn(*shape) * 0.02


def lora(out, inner):
    a = ((torch.rand(8, inner) * 2 - 1) / math.sqrt(inner)).requires_grad_()
    return a, torch.zeros(out, 8).requires_grad_()


emb, head, last = weight(vocab, hidden), weight(vocab, hidden), torch.ones(hidden)
blocks = [dict(n1=torch.ones(hidden), n2=torch.ones(hidden), q=weight(hidden, hidden), k=weight(hidden, hidden),
               v=weight(hidden, hidden), o=weight(hidden, hidden), g=weight(ffn, hidden), u=weight(ffn, hidden),
               d=weight(hidden, ffn), lq=lora(hidden, hidden), lv=lora(hidden, hidden)) for _ in range(layers)]
trained = [t for b in blocks for t in (*b["lq"], *b["lv"])]
angle = torch.arange(T)[:, None] * 10000.0 ** (-torch.arange(0, D, 2) / D)[None]
cos, sin = torch.cat([angle.cos()] * 2, -1), torch.cat([angle.sin()] * 2, -1)
mask = torch.full((T, T), float("-inf")).triu(1)
ids = torch.randint(0, vocab, (B, T))
targets = torch.zeros(B, T, dtype=torch.bool)
targets[:, T - 1 - int(round(share * (T - 1))):T - 1] = True


def norm(x, g):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * g


def rope(x):
    return x * cos + torch.cat([-x[..., D // 2:], x[..., :D // 2]], -1) * sin


def split(x):
    return x.view(B, T, heads, D).transpose(1, 2)


def adapted(x, w, ab):
    return x @ w.T + 2.0 * ((x @ ab[0].T) @ ab[1].T)


def step():
    for t in trained:
        t.grad = None
    x = emb[ids]
    for b in blocks:
        h = norm(x, b["n1"])
        q, k, v = rope(split(adapted(h, b["q"], b["lq"]))), rope(split(h @ b["k"].T)), split(adapted(h, b["v"], b["lv"]))
        a = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(D) + mask, -1) @ v
        x = x + a.transpose(1, 2).reshape(B, T, hidden) @ b["o"].T
        h = norm(x, b["n2"])
        x = x + (torch.nn.functional.silu(h @ b["g"].T) * (h @ b["u"].T)) @ b["d"].T
    logits = norm(x[targets], last) @ head.T
    following = torch.roll(ids, -1, 1)[targets]
    torch.nn.functional.cross_entropy(logits, following, reduction="sum").backward()


cpu, wall = [], []
for i in range(steps + 2):
    c, w = time.process_time(), time.perf_counter()
    step()
    if i >= 2:
        cpu.append((time.process_time() - c) * 1e3)
        wall.append((time.perf_counter() - w) * 1e3)
print(f"pytorch: cpu {sorted(cpu)[len(cpu) // 2]:.0f} ms, wall {sorted(wall)[len(wall) // 2]:.0f} ms, "
      f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
