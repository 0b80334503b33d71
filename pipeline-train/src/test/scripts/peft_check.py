#!/usr/bin/env python3
"""Exchanges checkpoints and adapters with transformers and PEFT, both ways, and compares logits.

Needs torch, transformers (5 or later) and peft; nothing is downloaded. docs/reproducibility.md has the last run.

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
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
# Family, shape, targets.
MODELS = {
    "grouped-untied": ("Llama", dict(num_key_value_heads=2, tie_word_embeddings=False, rope_theta=500.0),
                       ["q_proj", "v_proj"]),
    "tied": ("Llama", dict(num_key_value_heads=4, tie_word_embeddings=True), ["q_proj", "k_proj", "v_proj", "o_proj"]),
    "llama3-rope": ("Llama", dict(
        num_key_value_heads=2, tie_word_embeddings=False, rope_theta=500000.0, rope_scaling=dict(
            rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=32)), ALL),
    "mistral": ("Mistral", dict(num_key_value_heads=2, head_dim=12, sliding_window=20), ALL),
    "qwen2": ("Qwen2", dict(num_key_value_heads=2, tie_word_embeddings=True, rope_theta=1000000.0), ALL),
    "qwen2-windows": ("Qwen2", dict(num_key_value_heads=4, use_sliding_window=True, sliding_window=20,
                                    max_window_layers=1), ["q_proj", "v_proj"]),
    "qwen3": ("Qwen3", dict(num_key_value_heads=2, head_dim=12, rope_theta=1000000.0), ALL),
}


def last_logits(model, texts):
    model.eval()
    with torch.no_grad():
        return [model(input_ids=torch.tensor([t])).logits[0, -1].float().tolist() for t in texts]


def make(folder):
    from peft import LoraConfig, get_peft_model
    import transformers
    torch.manual_seed(1)
    for name, (family, shape, targets) in MODELS.items():
        here = os.path.join(folder, "theirs", name)
        config = getattr(transformers, family + "Config")(
            vocab_size=97, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            max_position_embeddings=128, bos_token_id=1, eos_token_id=2, initializer_range=0.2, **shape)
        base = getattr(transformers, family + "ForCausalLM")(config).float()
        for key, value in base.named_parameters():
            if value.dim() == 1:  # a norm of ones or a bias of zeros would hide what is left out
                torch.nn.init.normal_(value, mean=1.0 if key.endswith("norm.weight") else 0.0, std=0.3)
        base.save_pretrained(os.path.join(here, "base"), safe_serialization=True)
        texts = [[1, 5, 9, 44, 3], [(7 * i * i + 3) % 97 for i in range(70)], [2]]
        found = dict(texts=texts, base=last_logits(base, texts))
        model = get_peft_model(base, LoraConfig(r=4, lora_alpha=12, target_modules=targets, lora_dropout=0.1,
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
    from transformers import AutoModelForCausalLM
    good, ours = True, os.path.join(folder, "ours")
    for name in sorted(os.listdir(ours)):
        here = os.path.join(ours, name)
        with open(os.path.join(here, "logits.json")) as f:
            want = json.load(f)
        base = AutoModelForCausalLM.from_pretrained(os.path.join(here, "base"), dtype=torch.float32)
        good &= compare(f"{name} base", last_logits(base, want["texts"]), want["base"])
        adapted = PeftModel.from_pretrained(base, os.path.join(here, "adapter"))
        good &= compare(f"{name} adapter", last_logits(adapted, want["texts"]), want["adapted"])
        merged = os.path.join(here, "merged")
        if os.path.isdir(merged):
            model = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32)
            good &= compare(f"{name} merged", last_logits(model, want["texts"]), want["adapted"])
    return good


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("make", "check"):
        sys.exit(__doc__)
    if sys.argv[1] == "make":
        make(sys.argv[2])
    elif not check(sys.argv[2]):
        sys.exit(1)
