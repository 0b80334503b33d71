#!/usr/bin/env python3
"""Small GGUF files, and what programs that are not ours make of them, for the tests of reading.

types.gguf and types.f32   blocks of every element type with random bits, and their numbers by the gguf package
model.gguf and model.json  a Llama of one block with a byte-level tokenizer, its weights (SHA-256 of each tensor as
                           little-endian floats) and token ids by transformers
pre.json                   a byte-level vocabulary, texts, and their ids by llama.cpp under each tokenizer.ggml.pre

Needs gguf, transformers, tokenizers and llama-cpp-python. Texts and weights are made here; nothing is read.
Usage: gguf_reference.py DIR   (DIR is ../resources/org/radllama/train/gguf)
"""
import hashlib
import json
import os
import random
import sys
import tempfile

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Q

PRES = ["gpt-2", "smollm", "llama-bpe", "qwen2", "tekken", "default"]
SPECIAL = ["<|begin|>", "<|end|>", "<|pad|>"]


def blocks(r, kind, rows, blocks_a_row):
    """Random bits, but scales that are finite."""
    elements, size = gguf.GGML_QUANT_SIZES[kind]
    data = r.integers(0, 256, (rows, blocks_a_row, size), dtype=np.uint8)
    scales = {Q.Q4_0: [0], Q.Q5_0: [0], Q.Q8_0: [0], Q.Q4_1: [0, 2], Q.Q5_1: [0, 2], Q.Q4_K: [0, 2], Q.Q5_K: [0, 2],
              Q.Q6_K: [208], Q.F16: [0]}.get(kind, [])
    for at in scales:
        data[:, :, at:at + 2] = r.normal(0, 0.01, (rows, blocks_a_row)).astype(np.float16)[..., None].view(np.uint8)
    if kind == Q.F32:
        data[:, :, :] = r.normal(0, 1, (rows, blocks_a_row)).astype(np.float32)[..., None].view(np.uint8)
    if kind == Q.BF16:
        data[:, :, 1] = r.choice([0x3d, 0xbd, 0x3c, 0xbc], (rows, blocks_a_row))
    return data.reshape(rows, -1)


def add(writer, name, data, kind):
    if kind == Q.F32:
        writer.add_tensor(name, data.view(np.float32))
    elif kind == Q.F16:
        writer.add_tensor(name, data.view(np.float16))
    else:
        writer.add_tensor(name, data, raw_dtype=kind)


def numbers(data, kind):
    if kind == Q.F32:
        return data.view(np.float32)
    if kind == Q.F16:
        return data.view(np.float16).astype(np.float32)
    return gguf.quants.dequantize(data, kind).astype(np.float32)


def close(writer):
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def types(folder):
    r = np.random.default_rng(1)
    w = gguf.GGUFWriter(os.path.join(folder, "types.gguf"), "none")
    for bits in (8, 16, 32, 64):
        getattr(w, f"add_uint{bits}")(f"a.uint{bits}", 200)
        getattr(w, f"add_int{bits}")(f"a.int{bits}", -100)
    w.add_float32("a.float32", 1e-5)
    w.add_float64("a.float64", 0.1)
    w.add_bool("a.bool", True)
    w.add_string("a.string", "\u2581heart \U0001fac0")
    w.add_array("a.strings", ["", "<s>"])
    w.add_array("a.ints", [-1, 2])
    w.add_array("a.floats", [0.5, -2.25])
    expected = []
    kinds = [(Q.F32, 8, 5), (Q.F16, 8, 5), (Q.BF16, 8, 5)] + [(k, 2, 2) for k in (Q.Q4_0, Q.Q4_1, Q.Q5_0, Q.Q5_1, Q.Q8_0)] + [
        (k, 1, 2) for k in (Q.Q4_K, Q.Q5_K, Q.Q6_K)]
    for kind, rows, many in kinds:
        data = blocks(r, kind, rows, many)
        add(w, kind.name, data, kind)
        expected.append(numbers(data, kind).ravel())
    close(w)
    np.concatenate(expected).astype("<f4").tofile(os.path.join(folder, "types.f32"))


PARTS = "heart lungs mediastinum aorta spine pleura diaphragm".split()


def report(r):
    return " ".join(
        r.choice(["The", "the", "No"]) + f" {r.choice(PARTS)} " + r.choice(
            ["is normal.", "are clear,", "measures 12.5 cm;", "isn't enlarged.\n", "(stable since 03/2019)", "ISN'T seen!"])
        for _ in range(r.randrange(1, 5)))


def texts():
    r = random.Random(7)
    out = ["", " ", "   ", "\n", "\n\n\n", " \n \n", "a", "1", "12345 1234567", "two  blanks   three, end  ", "  blank first",
           "lines\nand\r\nmore\n\n\ttabs", "caf\u00e9 na\u00efve \u00c6r\u00f8", "\u80f8\u90e8X\u7dda \u6b63\u5e38", "fine \U0001f44d\U0001f3fd end",
           "___ ___-year-old 12.5 cm ____", "it's IT'S we'll WE'LL x'y 'tis", "a/b/c //\n/", "\u0661\u0662\u0663 \u00bd \u2167 x\u00b2",
           "$5 + 3 = 8 ~ |x| <= ^2", "HelloWorld helloWORLD XMLHttp", "\u00a0x\u3000y\u200bz", "..... !!!!! -----", "a" * 17]
    alphabet = "abcdefghijklmnopqrstuvwxyz    .,_-<>/'s0123456789\n\t\u00e9\u00fc\u00df\u6b63\U0001f44dxaTheARTlung"
    out += ["".join(r.choice(alphabet) for _ in range(r.randrange(60))) for _ in range(14)]
    return out + [report(r) for _ in range(5)]


def vocabulary():
    """Merges that cross every border, so that where a text is cut shows in its ids."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    r = random.Random(8)
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made = trainers.BpeTrainer(vocab_size=256 + 110, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
                               show_progress=False, max_token_length=6)
    t.train_from_iterator([report(r) for _ in range(300)] + [x for x in texts() if x] * 3, made)
    model = json.loads(t.to_str())["model"]
    tokens = sorted(model["vocab"], key=model["vocab"].get)
    return tokens + ["\u0120mediastinum"] + SPECIAL, [" ".join(m) if isinstance(m, list) else m for m in model["merges"]]


def tokenizer(w, pre, tokens, merges):
    first = len(tokens) - len(SPECIAL)
    w.add_tokenizer_model("gpt2")
    w.add_tokenizer_pre(pre)
    w.add_token_list(tokens)
    w.add_token_types([3 if i >= first else 1 for i in range(len(tokens))])
    w.add_token_merges(merges)
    w.add_bos_token_id(first)
    w.add_eos_token_id(first + 1)
    w.add_pad_token_id(first + 2)
    w.add_add_bos_token(False)


def shape(w, vocabulary_size):
    w.add_context_length(64)
    w.add_embedding_length(32)
    w.add_block_count(1)
    w.add_feed_forward_length(64)
    w.add_head_count(2)
    w.add_head_count_kv(1)
    w.add_layer_norm_rms_eps(1e-5)
    w.add_rope_freq_base(10000.0)
    w.add_rope_dimension_count(16)
    w.add_vocab_size(vocabulary_size)


def weights(w, r, vocabulary_size):
    for name, kind, rows, width in [
            ("token_embd", Q.Q4_0, vocabulary_size, 32), ("blk.0.attn_norm", Q.F32, 1, 32), ("blk.0.attn_q", Q.Q4_1, 32, 32),
            ("blk.0.attn_k", Q.Q5_0, 16, 32), ("blk.0.attn_v", Q.Q8_0, 16, 32), ("blk.0.attn_output", Q.F16, 32, 32),
            ("blk.0.ffn_norm", Q.F32, 1, 32), ("blk.0.ffn_gate", Q.Q5_1, 64, 32), ("blk.0.ffn_up", Q.Q4_0, 64, 32),
            ("blk.0.ffn_down", Q.Q4_1, 32, 64), ("output_norm", Q.F32, 1, 32)]:
        data = blocks(r, kind, rows, width // gguf.GGML_QUANT_SIZES[kind][0])
        add(w, name + ".weight", data[0] if rows == 1 else data, kind)


def model(folder, tokens, merges):
    from transformers import AutoModelForCausalLM, AutoTokenizer
    w = gguf.GGUFWriter(os.path.join(folder, "model.gguf"), "llama")
    w.add_name("Tiny model")
    shape(w, len(tokens))
    tokenizer(w, "gpt-2", tokens, merges)
    w.add_chat_template("{% for m in messages %}{{ m['content'] }}{% endfor %}")
    weights(w, np.random.default_rng(2), len(tokens))
    close(w)
    import torch
    read = AutoModelForCausalLM.from_pretrained(folder, gguf_file="model.gguf", dtype=torch.float32)
    digests = {
        name: hashlib.sha256(tensor.detach().numpy().astype("<f4").tobytes()).hexdigest()
        for name, tensor in read.state_dict().items() if name != "lm_head.weight"}
    t = AutoTokenizer.from_pretrained(folder, gguf_file="model.gguf")
    ids = [t.encode(x, add_special_tokens=False) for x in texts()]
    with open(os.path.join(folder, "model.json"), "w") as out:
        json.dump({"sha256": digests, "texts": texts(), "ids": ids}, out, separators=(",", ":"))


def llama_cpp(pre, tokens, merges):
    import llama_cpp
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "vocabulary.gguf")
        w = gguf.GGUFWriter(path, "llama")
        shape(w, len(tokens))
        tokenizer(w, pre, tokens, merges)
        close(w)
        read = llama_cpp.Llama(path, vocab_only=True, verbose=False)
        return [read.tokenize(x.encode(), add_bos=False, special=False) for x in texts()]


def main():
    folder = sys.argv[1]
    types(folder)
    tokens, merges = vocabulary()
    model(folder, tokens, merges)
    ids = {pre: llama_cpp(pre, tokens, merges) for pre in PRES}
    with open(os.path.join(folder, "pre.json"), "w") as out:
        json.dump({"tokens": tokens, "merges": merges, "texts": texts(), "ids": ids}, out, separators=(",", ":"))


if __name__ == "__main__":
    main()
