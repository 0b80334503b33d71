#!/usr/bin/env python3
"""Exchanges checkpoints and adapters with transformers and PEFT, both ways, and compares logits.

Needs torch, transformers (4.43 or later for the llama3 rope) and peft; nothing is downloaded.
This script HAS NOT BEEN RUN yet: it was written where transformers and PEFT cannot be installed.

    peft_check.py make DIR     transformers and PEFT write DIR/theirs/NAME/{base,adapter,logits.json}
    mvn -pl pipeline-train -am test -Dtest=PeftExchangeTest -Dsurefire.failIfNoSpecifiedTests=false \
        -Dradllama.peft=DIR    reads those, and writes DIR/ours/NAME/{base,adapter,logits.json}
    peft_check.py check DIR    transformers and PEFT read those; DIR/ours/NAME/merged too if it is there

logits.json: {"texts": [[id, ...], ...], "base": [[logit, ...], ...], "adapted": [...]}, the logits behind
each text's last token.
"""
import json
import os
import sys

import torch

TOLERANCE = 1e-5  # relative L2, fp32 against fp32
SHAPES = {
    "grouped-untied": dict(num_key_value_heads=2, tie_word_embeddings=False, rope_theta=500.0),
    "tied": dict(num_key_value_heads=4, tie_word_embeddings=True),
    "llama3-rope": dict(num_key_value_heads=2, tie_word_embeddings=False, rope_theta=500000.0, rope_scaling=dict(
        rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
        original_max_position_embeddings=32)),
}
TARGETS = {"grouped-untied": ["q_proj", "v_proj"], "tied": ["q_proj", "k_proj", "v_proj", "o_proj"],
           "llama3-rope": ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]}


def last_logits(model, texts):
    model.eval()
    with torch.no_grad():
        return [model(input_ids=torch.tensor([t])).logits[0, -1].float().tolist() for t in texts]


def make(folder):
    from peft import LoraConfig, get_peft_model
    from transformers import LlamaConfig, LlamaForCausalLM
    torch.manual_seed(1)
    for name, shape in SHAPES.items():
        here = os.path.join(folder, "theirs", name)
        config = LlamaConfig(vocab_size=97, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
                             num_attention_heads=4, max_position_embeddings=128, bos_token_id=1, eos_token_id=2,
                             initializer_range=0.2, **shape)
        base = LlamaForCausalLM(config).float()
        base.save_pretrained(os.path.join(here, "base"), safe_serialization=True)
        texts = [[1, 5, 9, 44, 3], [(7 * i * i + 3) % 97 for i in range(70)], [2]]
        found = dict(texts=texts, base=last_logits(base, texts))
        model = get_peft_model(base, LoraConfig(r=4, lora_alpha=12, target_modules=TARGETS[name], lora_dropout=0.1,
                                                use_rslora=name == "tied", task_type="CAUSAL_LM"))
        for key, value in model.named_parameters():
            if "lora_" in key:
                torch.nn.init.normal_(value, std=0.1)
        model.save_pretrained(os.path.join(here, "adapter"), safe_serialization=True)
        found["adapted"] = last_logits(model, texts)
        with open(os.path.join(here, "logits.json"), "w") as f:
            json.dump(found, f)
        print("made", here)


def compare(what, seen, expected):
    seen, expected = torch.tensor(seen, dtype=torch.float64), torch.tensor(expected, dtype=torch.float64)
    error = ((seen - expected).norm() / expected.norm()).item()
    print(f"{'ok  ' if error < TOLERANCE else 'FAIL'} {what}: relative L2 {error:.2e}")
    return error < TOLERANCE


def check(folder):
    from peft import PeftModel
    from transformers import LlamaForCausalLM
    good, ours = True, os.path.join(folder, "ours")
    for name in sorted(os.listdir(ours)):
        here = os.path.join(ours, name)
        with open(os.path.join(here, "logits.json")) as f:
            want = json.load(f)
        base = LlamaForCausalLM.from_pretrained(os.path.join(here, "base"), torch_dtype=torch.float32)
        good &= compare(f"{name} base", last_logits(base, want["texts"]), want["base"])
        adapted = PeftModel.from_pretrained(base, os.path.join(here, "adapter"))
        good &= compare(f"{name} adapter", last_logits(adapted, want["texts"]), want["adapted"])
        merged = os.path.join(here, "merged")
        if os.path.isdir(merged):
            model = LlamaForCausalLM.from_pretrained(merged, torch_dtype=torch.float32)
            good &= compare(f"{name} merged", last_logits(model, want["texts"]), want["adapted"])
    return good


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("make", "check"):
        sys.exit(__doc__)
    if sys.argv[1] == "make":
        make(sys.argv[2])
    elif not check(sys.argv[2]):
        sys.exit(1)
