#!/usr/bin/env python3
"""Reference losses, logits and gradients of small Llama models, from PyTorch in double precision.

Written from the papers, independently of the engine it checks. The weights are a formula that the
tests repeat: element i of tensor t is scale * sin(12.9898 i + 78.233 t), plus 1 for the norms' gains.
Usage: llama_reference.py > ../resources/org/radllama/train/dl4j/llama-reference.json
"""
import base64
import json
import math

import numpy as np
import torch

torch.set_default_dtype(torch.float64)

PROJECTIONS = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
LLAMA3 = {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 32, "rope_type": "llama3"}

CASES = [
    dict(name="lora-all-grouped-llama3", kv=2, tied=False, theta=500.0, scaling=LLAMA3,
         lora=dict(r=4, alpha=8, targets=PROJECTIONS, rs=False)),
    dict(name="lora-qv-tied", kv=4, tied=True, theta=10000.0, scaling=None,
         lora=dict(r=4, alpha=8, targets=["q_proj", "v_proj"], rs=True)),
    dict(name="full-grouped", kv=2, tied=False, theta=10000.0, scaling=None, lora=None),
    dict(name="full-tied", kv=4, tied=True, theta=10000.0, scaling=None, lora=None),
]
V, H, F, L, HEADS = 61, 16, 24, 2, 4
EXAMPLES = [(70, 5), (3, 1), (11, 9)]  # tokens, first target


def formula(tensor, shape, scale, one=False):
    n = int(np.prod(shape))
    x = scale * np.sin(12.9898 * np.arange(n) + 78.233 * tensor)
    return (x + (1 if one else 0)).astype(np.float32).astype(np.float64).reshape(shape)


def shapes(kv, tied):
    d = H // HEADS
    yield "model.embed_tokens.weight", (V, H)
    for i in range(L):
        p = f"model.layers.{i}."
        yield p + "input_layernorm.weight", (H,)
        yield p + "self_attn.q_proj.weight", (H, H)
        yield p + "self_attn.k_proj.weight", (kv * d, H)
        yield p + "self_attn.v_proj.weight", (kv * d, H)
        yield p + "self_attn.o_proj.weight", (H, H)
        yield p + "post_attention_layernorm.weight", (H,)
        yield p + "mlp.gate_proj.weight", (F, H)
        yield p + "mlp.up_proj.weight", (F, H)
        yield p + "mlp.down_proj.weight", (H, F)
    yield "model.norm.weight", (H,)
    if not tied:
        yield "lm_head.weight", (V, H)


def frequencies(theta, scaling):
    d = H // HEADS
    f = theta ** (-torch.arange(0, d, 2) / d)
    if scaling is None:
        return f
    out = []
    for x in f.tolist():
        wavelength = 2 * math.pi / x
        low = scaling["original_max_position_embeddings"] / scaling["low_freq_factor"]
        high = scaling["original_max_position_embeddings"] / scaling["high_freq_factor"]
        if wavelength < high:
            out.append(x)
        elif wavelength > low:
            out.append(x / scaling["factor"])
        else:
            s = (scaling["original_max_position_embeddings"] / wavelength - scaling["low_freq_factor"]) / (
                scaling["high_freq_factor"] - scaling["low_freq_factor"])
            out.append((1 - s) * x / scaling["factor"] + s * x)
    return torch.tensor(out)


def norm(x, gain, eps=1e-5):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + eps) * gain


def rope(x, f):  # (T, heads, d)
    t = torch.arange(x.shape[0])[:, None] * f[None, :]
    cos = torch.cat([t.cos(), t.cos()], -1)[:, None, :]
    sin = torch.cat([t.sin(), t.sin()], -1)[:, None, :]
    half = x.shape[-1] // 2
    return x * cos + torch.cat([-x[..., half:], x[..., :half]], -1) * sin


def forward(case, w, lora, ids):
    d, kv = H // HEADS, case["kv"]
    f = frequencies(case["theta"], case["scaling"])

    def linear(x, layer, name):
        part = "self_attn" if name[1] == "_" else "mlp"
        y = x @ w[f"model.layers.{layer}.{part}.{name}.weight"].T
        if case["lora"] and name in case["lora"]["targets"]:
            c = case["lora"]
            s = c["alpha"] / (math.sqrt(c["r"]) if c["rs"] else c["r"])
            key = f"base_model.model.model.layers.{layer}.{part}.{name}."
            y = y + s * (x @ lora[key + "lora_A.weight"].T) @ lora[key + "lora_B.weight"].T
        return y

    x = w["model.embed_tokens.weight"][ids]
    n = len(ids)
    mask = torch.full((n, n), float("-inf")).triu(1)
    for i in range(L):
        p = f"model.layers.{i}."
        h = norm(x, w[p + "input_layernorm.weight"])
        q = rope(linear(h, i, "q_proj").view(n, HEADS, d), f)
        k = rope(linear(h, i, "k_proj").view(n, kv, d), f).repeat_interleave(HEADS // kv, 1)
        v = linear(h, i, "v_proj").view(n, kv, d).repeat_interleave(HEADS // kv, 1)
        a = torch.softmax(torch.einsum("qhd,khd->hqk", q, k) / math.sqrt(d) + mask, -1)
        x = x + linear(torch.einsum("hqk,khd->qhd", a, v).reshape(n, H), i, "o_proj")
        h = norm(x, w[p + "post_attention_layernorm.weight"])
        x = x + linear(torch.nn.functional.silu(linear(h, i, "gate_proj")) * linear(h, i, "up_proj"),
                       i, "down_proj")
    x = norm(x, w["model.norm.weight"])
    return x @ w["model.embed_tokens.weight" if case["tied"] else "lm_head.weight"].T


def encode(t):
    return base64.b64encode(t.detach().numpy().astype("<f4").tobytes()).decode()


def weights(case):
    """The frozen weights and the adapter's factors, which one of is trained."""
    w, lora = {}, {}
    for t, (name, shape) in enumerate(shapes(case["kv"], case["tied"])):
        w[name] = torch.tensor(formula(t, shape, 0.2, name.endswith("norm.weight")))
    if case["lora"]:
        t = 1000
        for i in range(L):
            for name in PROJECTIONS:
                if name not in case["lora"]["targets"]:
                    continue
                part = "self_attn" if name[1] == "_" else "mlp"
                rows, cols = w[f"model.layers.{i}.{part}.{name}.weight"].shape
                key = f"base_model.model.model.layers.{i}.{part}.{name}."
                r = case["lora"]["r"]
                lora[key + "lora_A.weight"] = torch.tensor(formula(t, (r, cols), 0.1))
                lora[key + "lora_B.weight"] = torch.tensor(formula(t + 1, (rows, r), 0.1))
                t += 2
    return w, lora


def tokens(example, n):
    return torch.tensor([(7 * i * i + 3 * i + 11 * example) % V for i in range(n)])


def run(case, w, lora, examples):
    """The sum of losses and the logits (tokens, V) of all examples one after the other."""
    total, logits = 0, []
    for e, n, first in examples:
        ids = tokens(e, n)
        y = forward(case, w, lora, ids)
        logits.append(y)
        total = total + torch.nn.functional.cross_entropy(y[first - 1:-1], ids[first:], reduction="sum")
    return total, logits


def config(case):
    return dict(model_type="llama", vocab_size=V, hidden_size=H, intermediate_size=F,
                num_hidden_layers=L, num_attention_heads=HEADS, num_key_value_heads=case["kv"],
                rms_norm_eps=1e-5, rope_theta=case["theta"], rope_scaling=case["scaling"],
                tie_word_embeddings=case["tied"], max_position_embeddings=128)


def reference(case, dtype=torch.float32):
    """One case with the frozen weights, or all, as a checkpoint of that type holds them."""
    w, lora = weights(case)
    w = {k: v.to(dtype).to(torch.float64) for k, v in w.items()}
    trained = lora if case["lora"] else w
    for v in trained.values():
        v.requires_grad_(True)
    total, logits = run(case, w, lora, [(e, *x) for e, x in enumerate(EXAMPLES)])
    total.backward()
    found = dict(
        name=case["name"], config=config(case), lora=case["lora"], examples=EXAMPLES, loss=total.item(),
        last_logits=encode(logits[0][-1]),
        gradient=encode(torch.cat([v.grad.reshape(-1) for v in trained.values()])))
    return found, torch.cat(logits)


def main():
    print(json.dumps([reference(case)[0] for case in CASES], indent=1))


if __name__ == "__main__":
    main()
