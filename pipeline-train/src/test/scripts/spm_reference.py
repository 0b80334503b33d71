#!/usr/bin/env python3
"""Small SentencePiece models and what SentencePiece itself makes of texts, for SentencePieceTokenizerTest.

Needs Debian's python3-sentencepiece. The training text is made here from word lists; nothing is read.
Usage: spm_reference.py DIR   (writes NAME.model and sentencepiece.json; DIR is
../resources/org/radllama/train/tokenizer)
"""
import io
import json
import os
import random
import struct
import sys

import sentencepiece as spm

SEED = 20
PARTS = "heart lungs mediastinum aorta spine ribs pleura diaphragm trachea hila apex base vessels".split()
STATES = ["is normal", "are clear", "is within normal limits", "are unremarkable", "is enlarged",
          "shows mild degenerative changes", "is tortuous and calcified", "appears stable"]
ADDED = ["No pneumothorax or pleural effusion.", "No acute cardiopulmonary abnormality.",
         "Stable 12 mm nodule since 03/2019.", "Patient is a ___-year-old xxxx.", "Äußerst naïve façade, 3.5 cm."]


def sentence(r):
    if r.random() < 0.2:
        return r.choice(ADDED)
    many = r.random() < 0.5
    return f"The {r.choice(['left', 'right', 'upper', 'lower'])} {r.choice(PARTS)} {r.choice(STATES)}" + (
        f", {r.randrange(1, 99)}.{r.randrange(10)} cm." if many else ".")


def corpus():
    r = random.Random(SEED)
    return [" ".join(sentence(r) for _ in range(r.randrange(1, 5))) for _ in range(1500)]


def texts():
    r = random.Random(SEED + 1)
    out = ["", " ", "   ", "\n", "a", "▁", " ▁ ▁▁", "The heart is normal.", "two  blanks   three, end  ",
           "  blank first", "lines\nand\r\nmore\n\n\ttabs", "café, naïve, Ærø, e\u0301", "胸部X線 正常", "ﬁne ﬁn ½ Ⅷ …",
           "fine 👍🏽 \U0001FAC1 end", "___ ___-year-old 12.5 cm ____", "<s> </s> <unk> </s></s> <<s>> <0x0A> a</s>",
           "\u0000\u0001\u007f\u200b\u00a0\u3000x", "<sep>a<sep><sep>b <sep> x<sep", "aaaaaaaaaaaaaaaaa", "abababab" * 6,
           "The heart is normal." * 20, "§x§ x <ctl> §", "\ufffd \uffff \U0010ffff", "AAB  (C)\tＡ①  \u3000 ﬁ"]
    alphabet = "abcdefghijklmnopqrstuvwxyz    .,_-<>/s0123456789\n\t▁éüßﬁ½Ⅷ正👍xaTheartlung"
    for _ in range(70):
        out.append("".join(r.choice(alphabet) for _ in range(r.randrange(60))))
    for _ in range(20):
        words = " ".join(sentence(r) for _ in range(3))
        cut = r.randrange(len(words))
        out.append(words[cut:] + r.choice(["", " ", "\n", "  "]) + words[:cut].upper())
    return out


RULES = "\n".join(["FB01\t66 69", "BD\t31 20 2F 20 32", "2167\t56 49 49 49", "A0\t20", "3000\t20", "9\t20", "200B\t",
                   "65 301\tE9", "A\t20", "2026\t2E 2E 2E"]) + "\n"

LLAMA = dict(byte_fallback=True, split_digits=True, normalization_rule_name="identity", add_dummy_prefix=True,
             remove_extra_whitespaces=False, allow_whitespace_only_pieces=True, max_sentencepiece_length=16)
MODELS = {
    "llama": (LLAMA, 620),
    "symbols": (dict(LLAMA, user_defined_symbols=["___", "__", "<sep>", "heart is", "正"],
                     control_symbols=["<ctl>"], bos_piece="<begin>", eos_piece="<end>", pad_id=3), 419),
    "rules": (dict(character_coverage=0.998, user_defined_symbols=["<sep>", "x x"], unk_surface="(?)"), 300),
    "suffix": (dict(LLAMA, treat_whitespace_as_suffix=True, byte_fallback=False), 300),
    "bare": (dict(LLAMA, add_dummy_prefix=False, remove_extra_whitespaces=True), 420),
}


def train(options, size, lines):
    if "normalization_rule_name" not in options:
        with open("rules.tsv", "w") as f:
            f.write(RULES)
        options = dict(options, normalization_rule_tsv="rules.tsv")
    into = io.BytesIO()
    spm.SentencePieceTrainer.train(sentence_iterator=iter(lines), model_writer=into, vocab_size=size,
                                   model_type="bpe", minloglevel=2, num_threads=1, **options)
    return into.getvalue()


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return value, at


def edited(data):
    """The model with tied scores, and every fifth long piece of type UNUSED."""
    out, at, n = b"", 0, 0
    while at < len(data):
        tag, body = varint(data, at)
        size, body = varint(data, body)
        field = data[body:body + size]
        if tag == 10 and len(field) > 9 and b"\x18" not in field[-2:-1]:
            text = field[2:2 + field[1]].decode()
            score, = struct.unpack("<f", field[-4:])
            field = field[:-4] + struct.pack("<f", score // 40)
            if len(text) > 2 and n % 5 == 0:
                field += b"\x18\x05"
            n += 1
        assert len(field) < 128 or tag != 10
        out += data[at:body - len(data[at:body]) + 1] + (bytes([len(field)]) if tag == 10 else data[at + 1:body]) + field
        at = body + size
    return out


def decodings(model, name):
    r = random.Random(name)
    n = model.get_piece_size()
    fixed = [[], [1, 2], [0], [n - 1], [1, 0, 2, 0]]
    return fixed + [[r.choice([r.randrange(n), r.randrange(min(n, 262))]) for _ in range(r.randrange(1, 14))]
                    for _ in range(30)]


def main():
    os.chdir(sys.argv[1])  # models name the file of their rules
    lines = corpus()
    found, inputs = {}, texts()
    protos = {name: train(o, size, lines) for name, (o, size) in MODELS.items()}
    os.remove("rules.tsv")
    protos["edited"] = edited(protos["llama"])
    for name, proto in protos.items():
        with open(f"{name}.model", "wb") as f:
            f.write(proto)
        model = spm.SentencePieceProcessor(model_proto=proto)
        ids = [model.encode(t) for t in inputs]
        asked = decodings(model, name)
        found[name] = dict(size=model.get_piece_size(), bos=model.bos_id(), eos=model.eos_id(), ids=ids,
                           texts=[None if model.decode(i) == t else model.decode(i) for t, i in zip(inputs, ids)],
                           decoded=[[i, model.decode(i)] for i in asked])
    with open("sentencepiece.json", "w") as f:
        json.dump(dict(inputs=inputs, models=found), f, separators=(",", ":"), ensure_ascii=True)


if __name__ == "__main__":
    main()
