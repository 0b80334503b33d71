#!/usr/bin/env python3
"""What EngineBenchmark measures, by transformers and PEFT (or llama.cpp) on the same model, adapter and examples.

Usage: engine_peer.py DIR train float32|float64 THREADS REPEATS
       engine_peer.py DIR decode float32|bfloat16|GGUF_FILE THREADS REPEATS BATCH NEW_TOKENS [BEAMS]

Prints one line of JSON: milliseconds of CPU and of the clock for each repeat, the loss or the new tokens, the peak
resident memory. The gradient goes to DIR/gradient.DTYPE, in the order of work.json's parameters. Needs torch,
transformers and peft from PyPI; for a GGUF file numpy and llama-cpp-python instead.
"""
import json
import os
import resource
import sys
import time

directory, task, kind, threads, repeats = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
os.environ["HF_HUB_OFFLINE"] = "1"
work = json.load(open(directory + "/work.json"))


def timed(run, count):
    cpu, wall, value = [], [], None
    for _ in range(count):
        c, w = time.process_time(), time.perf_counter()
        value = run()
        cpu.append((time.process_time() - c) * 1e3)
        wall.append((time.perf_counter() - w) * 1e3)
    return {"cpu": cpu, "wall": wall}, value


def model(dtype, trainable):
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    torch.set_num_threads(threads)
    base = AutoModelForCausalLM.from_pretrained(directory + "/base", dtype=getattr(torch, dtype))
    return PeftModel.from_pretrained(base, directory + "/adapter", is_trainable=trainable)


def train():
    import torch

    adapted = model(kind, True)
    if kind == "float64":
        adapted.double()
    ids = torch.tensor(work["tokens"])
    labels = torch.where(torch.arange(ids.shape[1])[None] < work["targets_from"], torch.tensor(-100), ids)
    targets = int((labels[:, 1:] >= 0).sum())
    by_name = dict(adapted.named_parameters())
    factors = [by_name[n.replace(".weight", ".default.weight")] for n in work["parameters"]]

    def step():
        adapted.zero_grad()
        if kind == "float64":  # transformers' own loss is single precision in any case
            logits = adapted(input_ids=ids).logits[:, :-1].flatten(0, 1)
            loss = torch.nn.functional.cross_entropy(logits, labels[:, 1:].flatten(), reduction="sum")
        else:
            loss = adapted(input_ids=ids, labels=labels).loss * targets
        loss.backward()
        return loss.item()

    if repeats > 1:
        timed(step, 1)
    result, result_loss = timed(step, repeats)
    with open(f"{directory}/gradient.{kind}", "wb") as file:
        for factor in factors:
            file.write(factor.grad.numpy().astype("<f8").tobytes())
    return result | {"loss": result_loss}


def decode(batch, new, beams):
    import torch

    adapted = model(kind, False).eval()
    prompts = torch.tensor(work["tokens"])[:batch, :64]
    settings = {"max_new_tokens": new, "do_sample": False, "num_beams": beams, "pad_token_id": 0}

    adapted.generation_config.eos_token_id = None  # as in ours, no text ends before the limit

    def generate():
        with torch.inference_mode():
            made = adapted.generate(input_ids=prompts, attention_mask=torch.ones_like(prompts), **settings)
        return made[:, prompts.shape[1]:].tolist()

    timed(generate, 1)
    result, made = timed(generate, repeats)
    return result | {"made": made}


def llama(batch, new):
    """llama.cpp's own batches: every text is a sequence of one context."""
    import ctypes

    import llama_cpp as c
    import numpy

    c.llama_backend_init()
    net = c.llama_model_load_from_file(kind.encode(), c.llama_model_default_params())
    params = c.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch, params.n_seq_max = batch * 256, 1024, 512, batch
    params.n_threads = params.n_threads_batch = threads
    context = c.llama_init_from_model(net, params)
    vocabulary = c.llama_vocab_n_tokens(c.llama_model_get_vocab(net))
    prompts = [t[:64] for t in work["tokens"][:batch]]

    def feed(tokens):
        """Tokens as (id, position, text, whether its logits are wanted)."""
        b = c.llama_batch_init(len(tokens), 0, 1)
        b.n_tokens = len(tokens)
        for i, (token, position, text, wanted) in enumerate(tokens):
            b.token[i], b.pos[i], b.n_seq_id[i], b.logits[i] = token, position, 1, wanted
            b.seq_id[i][0] = text
        if c.llama_decode(context, b) != 0:
            raise RuntimeError("llama_decode")
        c.llama_batch_free(b)

    def chosen(i):
        row = ctypes.cast(c.llama_get_logits_ith(context, i), ctypes.POINTER(ctypes.c_float * vocabulary)).contents
        return int(numpy.frombuffer(row, numpy.float32).argmax())

    def generate():
        c.llama_memory_clear(c.llama_get_memory(context), True)
        made = [[] for _ in prompts]
        for text, prompt in enumerate(prompts):
            feed([(token, i, text, i == len(prompt) - 1) for i, token in enumerate(prompt)])
            made[text].append(chosen(len(prompt) - 1))
        for i in range(1, new):
            feed([(made[text][-1], 63 + i, text, True) for text in range(batch)])
            for text in range(batch):
                made[text].append(chosen(text))
        return made

    timed(generate, 1)
    result, made = timed(generate, repeats)
    return result | {"made": made}


if task == "train":
    outcome = train()
elif kind.endswith(".gguf"):
    outcome = llama(int(sys.argv[6]), int(sys.argv[7]))
else:
    outcome = decode(int(sys.argv[6]), int(sys.argv[7]), int(sys.argv[8]) if len(sys.argv) > 8 else 1)
outcome["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(outcome))
