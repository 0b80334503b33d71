"""What radllama export wrote, read by those it is for: transformers, PEFT, llama.cpp, the gguf package, huggingface_hub.

Greedy tokens of the base with the adapter (PEFT, f32) are compared with those of the merged model and of llama.cpp on model.gguf
and, with a GGUF file of the base, on that file with adapter.gguf. Rounding to bf16 or f16 changes a token now and then, behind
which texts differ; so whole texts and tokens until the first difference are counted.

Usage: handover_check.py BASE EXPORT_RUN FINDINGS_JSONL [BASE_GGUF]
EXPORT_RUN was made with export=adapter,merged,gguf,gguf-adapter; each line of FINDINGS_JSONL has "findings".
"""
import json
import sys

import gguf
import torch
from huggingface_hub import ModelCard
from llama_cpp import Llama
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE, RUN, FINDINGS, *BASE_GGUF = sys.argv[1:]
NEW = 40
PROMPT = ("Below is an instruction that describes a task, paired with an input that provides further context. Write a response "
          "that appropriately completes the request.\n\n### Instruction:\nDerive the impression from findings in the radiology "
          "report\n\n### Input:\nFindings: %s\n\n### Response:\n")


def continued(model, tokenizer, ids):
    made = model.generate(torch.tensor([ids]), max_new_tokens=NEW, do_sample=False, eos_token_id=tokenizer.eos_token_id)
    return made[0].tolist()[len(ids):]


def llama(path, prompts, texts, lora=None):
    model = Llama(path, n_ctx=1024, lora_path=lora, verbose=False)
    made = []
    for ids, text in zip(prompts, texts):
        assert model.tokenize(text.encode(), add_bos=True, special=False) == ids, "llama.cpp reads the prompt otherwise"
        model.reset()
        tokens = []
        for token in model.generate(ids, temp=0, top_k=1, repeat_penalty=1.0):
            tokens.append(token)
            if token == model.token_eos() or len(tokens) == NEW:
                break
        made.append(tokens)
    return made


def compare(name, seen, expected):
    same = sum(s == e for s, e in zip(seen, expected))
    until = sum(next((i for i, (a, b) in enumerate(zip(s, e)) if a != b), min(len(s), len(e))) for s, e in zip(seen, expected))
    print(f"{name}: {same} of {len(expected)} texts, {until} of {sum(map(len, expected))} tokens until the first difference")


def main():
    tokenizer = AutoTokenizer.from_pretrained(RUN + "/adapter")
    texts = [PROMPT % json.loads(line)["findings"] for line in open(FINDINGS, encoding="utf-8")]
    plain = AutoTokenizer.from_pretrained(BASE)
    prompts = [tokenizer(text)["input_ids"] for text in texts]
    for ids, text in zip(prompts, texts):
        assert ids == [tokenizer.bos_token_id] + plain(text, add_special_tokens=False)["input_ids"]
    base = AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32)
    merged = AutoModelForCausalLM.from_pretrained(RUN + "/model", dtype=torch.float32).eval()
    assert merged.generation_config.eos_token_id == merged.config.eos_token_id == tokenizer.eos_token_id
    with torch.inference_mode():
        alone = [continued(base.eval(), tokenizer, ids) for ids in prompts]
        adapted = PeftModel.from_pretrained(base, RUN + "/adapter").eval()
        expected = [continued(adapted, tokenizer, ids) for ids in prompts]
        compare("merged model", [continued(merged, tokenizer, ids) for ids in prompts], expected)
    compare("model.gguf", llama(RUN + "/model.gguf", prompts, texts), expected)
    for path in BASE_GGUF:
        compare("base with adapter.gguf", llama(path, prompts, texts, RUN + "/adapter.gguf"), expected)
    compare("base alone, to compare", alone, expected)
    fields = gguf.GGUFReader(RUN + "/adapter.gguf").fields
    print({key: field.contents() for key, field in fields.items() if not key.startswith("GGUF.")})
    for name in ("adapter", "model"):
        print(name, ModelCard.load(f"{RUN}/{name}/README.md").data.to_dict())


if __name__ == "__main__":
    main()
