#!/usr/bin/env python3
"""What EngineBenchmark measures, in PyTorch: the same model, adapter and examples, read from the same files.

Usage: engine_peer.py DIR train|decode lean|usual THREADS REPEATS [BATCH NEW_TOKENS]

"usual" computes as transformers' LlamaForCausalLM with PEFT's LoRA layers does: logits of every position, targets
elsewhere marked by -100. "lean" takes the logits of the target positions only. Prints one line of JSON: milliseconds of
CPU and of the clock for each repeat, tokens per second, the loss, the peak resident memory; the gradient goes to DIR.
"""
import json
import math
import resource
import struct
import sys
import time

import numpy
import torch

directory, task, style, threads, repeats = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(threads)
F = torch.nn.functional


def safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    tensors = {}
    for name, t in header.items():
        if name != "__metadata__":
            from_, to = t["data_offsets"]
            tensors[name] = torch.from_numpy(numpy.frombuffer(data[from_:to], "<f4").reshape(t["shape"]).copy())
    return tensors


config = json.load(open(directory + "/base/config.json"))
lora = json.load(open(directory + "/adapter/adapter_config.json"))
work = json.load(open(directory + "/work.json"))
base = safetensors(directory + "/base/model.safetensors")
adapter = safetensors(directory + "/adapter/adapter_model.safetensors")
HEADS, LAYERS, EPS = config["num_attention_heads"], config["num_hidden_layers"], config["rms_norm_eps"]
HIDDEN = config["hidden_size"]
D = HIDDEN // HEADS
SCALE = lora["lora_alpha"] / lora["r"]
POSITIONS = 1024
angle = torch.arange(POSITIONS)[:, None] * config["rope_theta"] ** (-torch.arange(0, D, 2) / D)[None]
COS, SIN = torch.cat([angle, angle], -1).cos(), torch.cat([angle, angle], -1).sin()


def norm(x, gain):
    return gain * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + EPS))


def linear(x, layer, name):
    weight = base[f"model.layers.{layer}.{name}.weight"]
    y = F.linear(x, weight)
    key = f"base_model.model.model.layers.{layer}.{name}.lora_"
    if key + "A.weight" in adapter:
        y = y + F.linear(F.linear(x, adapter[key + "A.weight"]), adapter[key + "B.weight"]) * SCALE
    return y


def rotate(x, cos, sin):
    return x * cos + torch.cat([-x[..., D // 2:], x[..., : D // 2]], -1) * sin


def block(x, layer, cos, sin, mask, cache):
    b, t, _ = x.shape
    h = norm(x, base[f"model.layers.{layer}.input_layernorm.weight"])
    q, k, v = (linear(h, layer, f"self_attn.{n}_proj").view(b, t, HEADS, D).transpose(1, 2) for n in "qkv")
    q, k = rotate(q, cos, sin), rotate(k, cos, sin)
    if cache is not None:
        if layer in cache:
            k, v = torch.cat([cache[layer][0], k], 2), torch.cat([cache[layer][1], v], 2)
        cache[layer] = k, v
    scores = torch.matmul(q, k.transpose(2, 3)) / math.sqrt(D)
    if mask is not None:
        scores = scores + mask
    a = torch.matmul(torch.softmax(scores, -1), v).transpose(1, 2).reshape(b, t, HIDDEN)
    x = x + linear(a, layer, "self_attn.o_proj")
    h = norm(x, base[f"model.layers.{layer}.post_attention_layernorm.weight"])
    return x + linear(F.silu(linear(h, layer, "mlp.gate_proj")) * linear(h, layer, "mlp.up_proj"), layer, "mlp.down_proj")


def body(ids, start, cache):
    t = ids.shape[1]
    cos, sin = COS[start:start + t], SIN[start:start + t]
    mask = torch.full((t, t), torch.finfo(torch.float32).min).triu(1) if t > 1 else None
    x = F.embedding(ids, base["model.embed_tokens.weight"])
    for layer in range(LAYERS):
        x = block(x, layer, cos, sin, mask, cache)
    return norm(x, base["model.norm.weight"])


def loss(ids, labels):
    x = body(ids, 0, None)
    head = base["lm_head.weight"]
    if style == "lean":
        following = labels[:, 1:]
        return F.cross_entropy(F.linear(x[:, :-1][following >= 0], head), following[following >= 0], reduction="sum")
    logits = F.linear(x, head).float()
    shifted = logits[..., :-1, :].contiguous().view(-1, config["vocab_size"])
    return F.cross_entropy(shifted, labels[..., 1:].contiguous().view(-1), ignore_index=-100, reduction="sum")


def timed(run, count):
    cpu, wall, value = [], [], None
    for _ in range(count):
        c, w = time.process_time(), time.perf_counter()
        value = run()
        cpu.append((time.process_time() - c) * 1e3)
        wall.append((time.perf_counter() - w) * 1e3)
    return cpu, wall, value


result = {}
if task == "train":
    ids = torch.tensor(work["tokens"])
    labels = torch.where(torch.arange(ids.shape[1])[None] < work["targets_from"], torch.tensor(-100), ids)
    names = work["parameters"]
    for n in names:
        adapter[n].requires_grad_()

    def step():
        for n in names:
            adapter[n].grad = None
        value = loss(ids, labels)
        value.backward()
        return value.item()

    timed(step, 2)
    result["cpu"], result["wall"], result["loss"] = timed(step, repeats)
    with open(directory + "/gradient.f32", "wb") as file:
        for n in names:
            file.write(adapter[n].grad.numpy().astype("<f4").tobytes())
else:
    batch, new = int(sys.argv[6]), int(sys.argv[7])
    prompts = torch.tensor(work["tokens"])[:batch, :64]

    def generate():
        with torch.inference_mode():
            cache, ids, made = {}, prompts, []
            for i in range(new):
                x = body(ids, 0 if i == 0 else prompts.shape[1] + i - 1, cache)
                ids = F.linear(x[:, -1:], base["lm_head.weight"]).argmax(-1)
                made.append(ids)
            return torch.cat(made, 1).tolist()

    timed(generate, 1)
    result["cpu"], result["wall"], result["made"] = timed(generate, repeats)
result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(result))
