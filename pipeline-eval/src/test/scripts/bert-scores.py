"""Reference values for the encoders: bert_score 0.3.13 and transformers on tiny random models.

    python bert-scores.py OUT_DIR            writes bert/ and roberta/ (config, weights, tokenizer) and bert-scores.json
    python bert-scores.py --check MODEL_DIR LAYER PAIRS.jsonl    prints precision, recall and F of your own model's pairs

Texts are invented. bert_score pads texts of a batch and then takes the maximum over the padding too; texts one by one (batch_size=1) have
no padding. transformers 5 has no build_inputs_with_special_tokens; an empty text is encoded as that did.
"""

import json
import pathlib
import sys

import bert_score
import bert_score.utils
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, BertConfig, BertModel, RobertaConfig, RobertaModel

TEXTS = [
    "No acute cardiopulmonary abnormality.",
    "No pleural effusion or pneumothorax.",
    "Small right pleural effusion, unchanged.",
    "Trace left pneumothorax; the heart is enlarged.",
    "Clear lungs",
    "",
    "  Mild edema.\n",
    "CHF (congestive heart failure) vs. pneumonia - follow-up CT in 6-8 weeks recommended, because of the 4 mm nodule.",
    "été déjà vu",
]


def sent_encode(tokenizer, text):
    """As bert_score's, which asks transformers 5 for what it no longer has."""
    text = text.strip()
    # add_prefix_space, as bert_score asks of RoBERTa's tokenizer.
    blank = " " if text and tokenizer.cls_token == "<s>" else ""
    return tokenizer.encode(blank + text, add_special_tokens=True, max_length=tokenizer.model_max_length, truncation=True)


bert_score.utils.sent_encode = sent_encode


def score(folder, layer, predictions, references, idf):
    scores = bert_score.score(predictions, references, model_type=str(folder), num_layers=layer, idf=idf, batch_size=1, nthreads=0)
    return [[float(part[i]) for part in scores] for i in range(len(predictions))]


def wordpiece(folder):
    words = sorted({w for text in TEXTS[:7] for w in text.lower().replace(".", " ").replace(",", " ").replace(";", " ").split()})
    letters = [chr(c) for c in range(97, 123)] + list("0123456789.,;()-")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters), *(w for w in words if len(w) > 1)]
    tokenizer = Tokenizer(models.WordPiece({w: i for i, w in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 24, "cls_token": "[CLS]", "sep_token": "[SEP]", "pad_token": "[PAD]", "unk_token": "[UNK]"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    return len(vocabulary)


def bytelevel(folder):
    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {w: i for i, w in enumerate(["<s>", "<pad>", "</s>", "<unk>", *letters, "Ġn", "Ġe", "ef", "us"])}
    tokenizer = Tokenizer(models.BPE(vocabulary, [("Ġ", "n"), ("Ġ", "e"), ("e", "f"), ("u", "s")], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 60, "cls_token": "<s>", "sep_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")
    return len(vocabulary)


def model(folder, kind):
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(5)
    shape = {"hidden_size": 12, "num_hidden_layers": 3, "num_attention_heads": 3, "intermediate_size": 20, "initializer_range": 0.4}
    if kind == "bert":
        made = BertModel(BertConfig(vocab_size=wordpiece(folder), max_position_embeddings=24, **shape))
    else:
        made = RobertaModel(RobertaConfig(vocab_size=bytelevel(folder), max_position_embeddings=62, type_vocab_size=1, layer_norm_eps=1e-5, pad_token_id=1, **shape))
    for name, values in made.named_parameters():
        if name.endswith("bias") or "LayerNorm" in name:
            values.data += 0.2 * torch.randn_like(values)
    made.eval()
    # Few digits keep the files small when packed; transformers would compute in half precision if they were of it.
    state = {k: v.half().float().contiguous() for k, v in made.state_dict().items() if "pooler" not in k and "position_ids" not in k and "token_type_ids" not in k}
    if kind == "bert":
        sizes = [4] * 13 + [2]
        heads = {f"linear_heads.{i}.{part}": torch.randn(*shape).half().float() for i, n in enumerate(sizes) for part, shape in (("weight", (n, 12)), ("bias", (n,)))}
        # As CheXbert's checkpoint names them.
        save_file({**{"bert." + k: v for k, v in state.items()}, **heads}, str(folder / "chexbert.safetensors"))
        state_heads = heads
    else:
        state_heads = {}
    save_file(state, str(folder / "model.safetensors"))
    made.config.save_pretrained(str(folder))
    return made, state_heads


def labels(folder, heads):
    """The class of each head of each text, as CheXbert has it: the largest score of the first token's last numbers."""
    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    made = BertModel.from_pretrained(str(folder), dtype=torch.float32).eval()
    found = []
    for text in TEXTS:
        with torch.no_grad():
            first = made(torch.tensor([sent_encode(tokenizer, text)])).last_hidden_state[0, 0]
        scores = [heads[f"linear_heads.{i}.weight"].float() @ first + heads[f"linear_heads.{i}.bias"].float() for i in range(14)]
        found.append([int(s.argmax()) for s in scores])
    return found


def main():
    if sys.argv[1] == "--check":
        rows = [json.loads(line) for line in open(sys.argv[4])]
        for parts in score(sys.argv[2], int(sys.argv[3]), [r["prediction"] for r in rows], [r["reference"] for r in rows], False):
            print(*parts)
        return
    out = pathlib.Path(sys.argv[1])
    pairs = [(a, b) for a in range(len(TEXTS)) for b in range(len(TEXTS)) if (a + 2 * b) % 3 == 0]
    result = {"texts": TEXTS, "pairs": pairs}
    for kind in ("bert", "roberta"):
        _, heads = model(out / kind, kind)
        for layer in (2, 3):
            for idf in (False, True):
                key = f"{kind}-{layer}" + ("-idf" if idf else "")
                result[key] = score(out / kind, layer, [TEXTS[a] for a, _ in pairs], [TEXTS[b] for _, b in pairs], idf)
        if heads:
            result["chexbert"] = labels(out / kind, heads)
    (out / "bert-scores.json").write_text(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()
