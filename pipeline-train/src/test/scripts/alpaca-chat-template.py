"""Reference values of AlpacaChatTemplateTest: the ids that Hugging Face transformers makes of a conversation with the template.

  python alpaca-chat-template.py ../resources/org/radllama/train/chat

Takes the tokenizer that chat-templates.py wrote and writes two more, of Llama 2's older and newer kind. The templates here are
written by hand; the test asserts that the product writes the same. Versions used: transformers 5.24.0.
"""

import json
import pathlib
import sys

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

OUT = pathlib.Path(sys.argv[1])
INSTRUCTION = "Derive the impression from findings in the radiology report"
BELOW = ("Below is an instruction that describes a task, paired with an input that provides further context. "
         "Write a response that appropriately completes the request.\\n\\n### Instruction:\\n")
SYSTEM = "Summarise 'this'\\n"
INPUT = "Indication: Cough.\nFindings: The lungs are clear.\n No {{ effusion }}. "
OUTPUT = "No acute disease."


def template(begin):
    return ("{{ '" + begin + "' }}{% if messages and messages[0]['role'] == 'system' %}{% set instruction = messages[0]['content'] %}"
            "{% else %}{% set instruction = '" + INSTRUCTION + "' %}{% endif %}{% for message in messages %}"
            "{% if message['role'] == 'user' %}{{ '" + BELOW + "' + instruction + '\\n\\n### Input:\\n' + message['content'] + "
            "'\\n\\n### Response:\\n' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + '</s>' }}{% endif %}{% endfor %}")


def llama(kind):
    """Llama 2's kinds of tokenizer.json: a blank in front of every text, or of the first alone."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    if kind == "prepend":
        bpe.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    else:
        bpe.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    bpe.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                     decoders.Strip(" ", 1, 0)])
    marks = ["<unk>", "<s>", "</s>"]
    texts = (BELOW.replace("\\n", "\n") + INSTRUCTION + INPUT + OUTPUT).split(" ")
    trainer = trainers.BpeTrainer(vocab_size=520, show_progress=False, special_tokens=marks + [f"<0x{b:02X}>" for b in range(256)])
    bpe.train_from_iterator([" " + t for t in texts], trainer)
    config = json.loads(bpe.to_str())
    config["added_tokens"] = [t for t in config["added_tokens"] if t["content"] in marks]
    return Tokenizer.from_str(json.dumps(config))


def main():
    for kind in ("prepend", "first"):
        folder = OUT / ("tokenizer-" + kind)
        PreTrainedTokenizerFast(tokenizer_object=llama(kind), bos_token="<s>", eos_token="</s>").save_pretrained(folder)
        for file in folder.iterdir():
            if file.name not in ("tokenizer.json", "tokenizer_config.json"):
                file.unlink()
    cases = []
    for folder, begin in (("tokenizer", "<s>"), ("tokenizer-prepend", "<s>"), ("tokenizer-first", "<s> ")):
        fast = AutoTokenizer.from_pretrained(OUT / folder)
        for system in ([], [{"role": "system", "content": SYSTEM}]):
            asked = system + [{"role": "user", "content": INPUT}]
            how = {"chat_template": template(begin), "tokenize": True, "return_dict": False}
            cases.append({
                "tokenizer": folder, "template": template(begin), "instruction": SYSTEM if system else INSTRUCTION,
                "input": INPUT, "output": OUTPUT,
                "prompt": fast.apply_chat_template(asked, add_generation_prompt=True, **how),
                "whole": fast.apply_chat_template(asked + [{"role": "assistant", "content": OUTPUT}], **how)})
    json.dump(cases, open(OUT / "alpaca-chat-template.json", "w"), separators=(",", ":"))


main()
