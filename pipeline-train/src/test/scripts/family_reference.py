#!/usr/bin/env python3
"""Reference losses, logits, gradients and texts of small models of each family, from transformers and PEFT.

The models are transformers' own (5.24), computed in double precision as far as it does so (norms, rotary angles
and the softmax are single precision there), adapters are PEFT's (0.21). The weights are the formula of
llama_reference.py, in the order of the engine's flat vector; the test writes the same checkpoints itself.
Usage: family_reference.py > ../resources/org/radllama/train/dl4j/family-reference.json
"""
import json

import torch
import transformers
from peft import LoraConfig, get_peft_model

import llama_reference as llama

V, H, F, L, HEADS, KV = 31, 16, 20, 2, 4, 2
ALL = llama.PROJECTIONS
CASES = [
    dict(name="mistral-lora", family="Mistral", lora=ALL, more=dict(head_dim=6, sliding_window=9)),
    dict(name="mistral-full", family="Mistral", lora=None, more=dict(head_dim=6, sliding_window=30)),
    dict(name="qwen2-lora", family="Qwen2", lora=ALL, more={}),
    dict(name="qwen2-full-tied", family="Qwen2", lora=None, more=dict(
        tie_word_embeddings=True, use_sliding_window=True, sliding_window=9, max_window_layers=1)),
    dict(name="qwen3-lora-tied", family="Qwen3", lora=ALL, more=dict(head_dim=6, tie_word_embeddings=True)),
    dict(name="qwen3-full", family="Qwen3", lora=None, more=dict(head_dim=6, rope_theta=1e6)),
]
PROMPTS, NEW, BEAMS = [7, 40], 12, 3


def names(state, layers):
    """Hugging Face's names in the order of the engine's flat vector."""
    block = ["input_layernorm.weight"]
    for p in ("q", "k", "v", "o"):
        block += [f"self_attn.{p}_proj.weight", f"self_attn.{p}_proj.bias"]
    block += ["self_attn.q_norm.weight", "self_attn.k_norm.weight", "post_attention_layernorm.weight"]
    block += [f"mlp.{p}_proj.weight" for p in ("gate", "up", "down")]
    order = ["model.embed_tokens.weight"]
    order += [f"model.layers.{i}.{name}" for i in range(layers) for name in block]
    order += ["model.norm.weight", "lm_head.weight"]
    return [name for name in order if name in state]


def model(case, dtype=torch.float32):
    more = dict(case["more"])
    theta = more.pop("rope_theta", 10000.0)
    config = getattr(transformers, case["family"] + "Config")(
        vocab_size=V, hidden_size=H, intermediate_size=F, num_hidden_layers=L, num_attention_heads=HEADS,
        num_key_value_heads=KV, max_position_embeddings=128, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
        rope_parameters=dict(rope_type="default", rope_theta=theta), attn_implementation="eager", **more)
    made = getattr(transformers, case["family"] + "ForCausalLM")(config).double().eval()
    state = made.state_dict()
    if config.tie_word_embeddings:
        state.pop("lm_head.weight", None)
    order = names(state, L)
    if sorted(order) != sorted(state):
        raise SystemExit(f"{case['name']}: {sorted(set(state) ^ set(order))}")
    for t, name in enumerate(order):
        value = llama.formula(t, tuple(state[name].shape), 0.2, name.endswith("norm.weight"))
        state[name].copy_(torch.tensor(value).to(dtype).to(torch.float64))
    return made, order


def adapted(made, targets, r, alpha):
    """The model with an adapter, and its factors in the order of the engine's flat vector."""
    with_lora = get_peft_model(made, LoraConfig(r=r, lora_alpha=alpha, lora_dropout=0.0, target_modules=targets,
                                                task_type="CAUSAL_LM")).double().eval()
    found, factors = dict(with_lora.named_parameters()), []
    for i in range(L):
        for name in ALL:
            if name in targets:
                part = "self_attn" if name[1] == "_" else "mlp"
                for factor in ("lora_A", "lora_B"):
                    factors.append(found[f"base_model.model.model.layers.{i}.{part}.{name}.{factor}.default.weight"])
    for t, factor in enumerate(factors):
        with torch.no_grad():
            factor.copy_(torch.tensor(llama.formula(1000 + t, tuple(factor.shape), 0.1)))
    return with_lora, factors


def tokens(example, n):
    return torch.tensor([(7 * i * i + 3 * i + 11 * example) % V for i in range(n)])


def texts(made, **how):
    found = []
    for n in PROMPTS:
        ids = tokens(0, n)[None]
        made.generation_config.eos_token_id = None
        out = made.generate(input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=NEW, do_sample=False,
                            pad_token_id=0, **how)
        found.append(out[0, n:].tolist())
    return found


def reference(case, dtype=torch.float32, targets=ALL):
    made, order = model(case, dtype)
    config = json.loads(made.config.to_json_string())
    lora = None
    if case["lora"]:
        lora = dict(r=2, alpha=6, targets=targets, rs=False)
        made, trained = adapted(made, targets, lora["r"], lora["alpha"])
    else:
        state = dict(made.named_parameters())
        trained = [state[name] for name in order]
    total, logits = 0, []
    for e, (n, first) in enumerate(llama.EXAMPLES):
        ids = tokens(e, n)
        y = made(input_ids=ids[None]).logits[0]
        logits.append(y)
        total = total + torch.nn.functional.cross_entropy(y[first - 1:-1], ids[first:], reduction="sum")
    total.backward()
    found = dict(
        name=case["name"], config=config, lora=lora, examples=llama.EXAMPLES, loss=total.item(),
        last_logits=llama.encode(logits[0][-1]),
        gradient=llama.encode(torch.cat([v.grad.reshape(-1) for v in trained])))
    return found, torch.cat(logits), made


def main():
    out = []
    for case in CASES:
        found, _, made = reference(case)
        out.append(dict(found, prompts=PROMPTS, greedy=texts(made), beams=texts(made, num_beams=BEAMS)))
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
