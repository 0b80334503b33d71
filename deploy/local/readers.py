"""Loads published datasets with the trainers that they are made for, each in an environment of its own, and compares every row.

    python readers.py awkward FILE                  writes reports whose texts are hard to carry, for `ingest --reports`
    python readers.py model TOKENIZER DIR           makes a random Llama of a few thousand weights with a run's tokenizer
    python readers.py datasets|trl|llamafactory|axolotl MODEL RUN...

Exits 1 at the first difference. What is compared with: jsonl/SPLIT.jsonl, read with nothing but Python's json module. Rows are
report text, so a difference is told by its place.
"""

import importlib.metadata
import itertools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pipeline-ingest/src/test/scripts"))
from read_published import COLUMNS, SPLITS, formatted, lines  # noqa: E402

FORMS = list(COLUMNS)
# Longer than any example, so that nothing is cut.
LENGTH = 4096
# Trainers print what they read to the standard output, which is theirs from here on.
TOLD = os.fdopen(os.dup(1), "w", encoding="utf-8")
# Those of Llama 3's chat template.
TURNS = ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]


def same(what, got, wanted):
    if got == wanted:
        return
    if isinstance(got, list) and isinstance(wanted, list):
        places = [i for i, (a, b) in enumerate(zip(got, wanted)) if a != b]
        raise SystemExit(f"{what}: {len(got)} rows, {len(wanted)} expected; they differ at {places[:5] or 'the end'}")
    raise SystemExit(f"{what}: {got!r} is not {wanted!r}")


def published(run):
    """The rows of each split that has any, and as the manifest counts them."""
    with open(run / "manifest.json", encoding="utf-8") as file:
        counts = json.load(file)["counts"]
    rows = {split: lines(run / f"jsonl/{split}.jsonl") for split in SPLITS if counts[split]}
    same(f"{run.name}: rows", {split: len(rows[split]) for split in rows}, {split: counts[split] for split in SPLITS if counts[split]})
    return rows


def tell(package, run, form, rows):
    by_split = ", ".join(f"{split} {len(rows.get(split, []))}" for split in SPLITS)
    print(f"{package} {importlib.metadata.version(package)}: {run.name}: {form}: {by_split}", file=TOLD, flush=True)


def documented(word, run, model, out, changes=()):
    """The block of docs/data-engineer.md that has a word, for a run, a model and a folder to write to."""
    page = (ROOT / "docs/data-engineer.md").read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"```\w+\n(.*?)```", page, re.DOTALL) if word in block]
    for old, new in [("runs/RUN", str(run)), ("MODEL", model), ("OUT", out), *changes]:
        if old not in block:
            raise SystemExit(f"docs/data-engineer.md: no {old} in the lines with {word}")
        block = block.replace(old, new)
    return block


def train(package, run, block, out, *command):
    """Trains for two steps by documented settings, and finds the adapter."""
    settings = pathlib.Path(out) / "settings.yml"
    settings.write_text(block, encoding="utf-8")
    subprocess.run([*command, settings], check=True, stdout=sys.stderr)
    if not (pathlib.Path(out) / "adapter_model.safetensors").exists():
        raise SystemExit(f"{package} made no adapter")
    print(f"{package}: {run.name}: trained for two steps by the documented lines", file=TOLD, flush=True)


def text(tokenizer, ids):
    """What the ids say. A Llama 2 tokenizer puts a blank in front of what follows a special token, and decodes none at the beginning."""
    special, said = set(tokenizer.added_tokens_decoder), []
    for mark, run in itertools.groupby(ids, key=lambda i: i in special):
        run = list(run)
        said += tokenizer.convert_ids_to_tokens(run) if mark else [tokenizer.decode(run, clean_up_tokenization_spaces=False)]
    return "".join(said)


def compare(what, tokenizer, table, prompts, answers, begin=True):
    """That each row is the begin token, its prompt and its answer, and that its labels are those of the answer alone."""
    got = []
    for row in table:
        ids, labels = list(row["input_ids"]), list(row["labels"])
        first = next(i for i, label in enumerate(labels) if label != -100)
        if labels[first:] != ids[first:] or begin != (ids[0] == tokenizer.bos_token_id):
            raise SystemExit(f"{what}: the labels are not the row's end, or the begin token is not as expected")
        got.append([text(tokenizer, part) for part in (ids[begin:first], ids[first:])])
    same(f"{what}: prompts", [prompt for prompt, _ in got], prompts)
    same(f"{what}: answers", [answer for _, answer in got], answers)


def chat(question):
    """A question in Llama 3's chat template."""
    head = "<|start_header_id|>{}<|end_header_id|>\n\n"
    return head.format("user") + question + "<|eot_id|>" + head.format("assistant")


def asked(row):
    return chat(formatted(row, "messages")["messages"][0]["content"])


def awkward(file):
    """No validate split. Each text holds something that a format or a template might take for its own."""
    pieces = [
        "\u2028line\u2028separator", "next\u0085line", "{{ brace }} {% if x %}", "{instruction} {input} {0}", "%s %(x)s",
        'a "quoted" \\n backslash\\', "caf\u00e9 cafe\u0301", "\u80ba\u91ce\u6e05\u6670", "\U0001fac1 lung", "<|im_end|> [INST] [/INST]",
        "### Response:", "### Input: none", "a\ttab  and two blanks", "NaN null true", "2150-01-02T10:00:00Z", "1e5 0x1F 007",
        "---\n# heading", "line one\nline two\n\nline four", "\ufefforder mark \u00a0no-break", "\u0391\u03b8\u03ae\u03bd\u03b1 \u0645\u0631\u062d\u0628\u0627",
    ]  # fmt: skip
    with open(file, "w", encoding="utf-8") as out:
        for i, piece in enumerate(pieces * 3):
            row = {
                "id": f"r{i}",
                "patient": f"2150-0{1 + (i % 5 == 4)}-{1 + i % 28:02d}",
                "split": "test" if i % 5 == 4 else "train",
                "findings": f"The lungs are clear and the heart is normal in size, number {i}. {piece} is seen.",
                "impression": f"{piece} No disease {i}.",
            }
            out.write(json.dumps(row) + "\n")


def model(tokenizer, folder):
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    words = AutoTokenizer.from_pretrained(tokenizer)
    words.add_special_tokens({"additional_special_tokens": TURNS})
    words.pad_token = words.unk_token
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=LENGTH, bos_token_id=words.bos_token_id, eos_token_id=words.eos_token_id,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    words.save_pretrained(folder)


def with_datasets(_, run, rows):
    import datasets

    folders = {"parquet": {"path": str(run)}, "jsonl": None}
    for form in FORMS:
        folders[form] = {"path": str(run / form)}
        folders[form + " as data_dir"] = {"path": str(run), "data_dir": form}
    for what, source in folders.items():
        form = what.split(" ")[0]
        if source is None:
            source = {"path": "json", "data_files": {SPLITS[s]: str(run / f"jsonl/{s}.jsonl") for s in rows}}
        table = datasets.load_dataset(**source)
        # With data_dir it reads no README.md and knows no split that is called validate.
        there = {split: wanted for split, wanted in rows.items() if " " not in what or split != "validate"}
        same(f"{what}: splits", set(table), {SPLITS[split] for split in there})
        for split, wanted in there.items():
            expected = [formatted(row, form) if form in FORMS else row for row in wanted]
            got = list(table[SPLITS[split]])
            if form == "jsonl":
                # JSON has no dates, but patients that look like some become such.
                got = [{**row, "patient": None} for row in got]
                expected = [{**row, "patient": None} for row in expected]
            same(f"{what}: {split}", got, expected)
        tell("datasets", run, what, there)


def with_trl(folder, run, rows):
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer, __file__ as home

    for form in ["prompt-completion", "messages"]:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        turns = form == "messages"
        if turns:
            # A model's own; TRL marks in it what the assistant says.
            tokenizer.chat_template = (pathlib.Path(home).parent / "chat_templates/llama3.jinja").read_text(encoding="utf-8")
        data = load_dataset(str(run / form))
        evaluated = {split: data[split] for split in data if split != "train"}
        with tempfile.TemporaryDirectory() as out:
            settings = SFTConfig(
                output_dir=out, max_steps=2, max_length=LENGTH, assistant_only_loss=turns, use_cpu=True, report_to=[],
                per_device_train_batch_size=2, logging_steps=1, save_strategy="no", disable_tqdm=True,
            )  # fmt: skip
            trainer = SFTTrainer(
                model=AutoModelForCausalLM.from_pretrained(folder), args=settings, processing_class=tokenizer,
                train_dataset=data["train"], eval_dataset=evaluated,
            )  # fmt: skip
            loss = trainer.train().training_loss
        if not 0 < loss < 100:
            raise SystemExit(f"TRL {form}: loss {loss}")
        for split, wanted in rows.items():
            table = trainer.train_dataset if split == "train" else trainer.eval_dataset[SPLITS[split]]
            answers = [row["output"] + ("<|eot_id|>" if turns else tokenizer.eos_token) for row in wanted]
            prompts = [asked(row) if turns else formatted(row, form)["prompt"] for row in wanted]
            compare(f"TRL {form}: {split}", tokenizer, table, prompts, answers)
            if split == "train" and not turns:
                # What `radllama train --inspect` says of the same rows: also the tokens are as many.
                own = [(row["tokens"], row["target_tokens"]) for row in lines(f"{run}.tokens.jsonl") if "id" in row]
                same("TRL: tokens", [(len(row["labels"]), sum(label != -100 for label in row["labels"])) for row in table], own)
        tell("trl", run, form + f" (two steps, loss {loss:.3f})", rows)
    if "validate" in rows:
        with tempfile.TemporaryDirectory() as out:
            few = ("max_length=2048", "max_length=2048, max_steps=2, use_cpu=True, report_to=[]")
            exec(documented("from trl import", run, folder, out, [few]), {})
            print(f"trl: {run.name}: trained for two steps by the documented lines", file=TOLD, flush=True)


def with_llamafactory(folder, run, rows):
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.data.loader import _get_merged_dataset
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer

    # By form: LLaMA-Factory's template, what it takes for the user's turn, and what follows the answer.
    forms = {
        "alpaca": ("llama3", lambda row: row["instruction"] + "\n" + row["input"], TURNS[2]),
        "messages": ("llama3", lambda row: row["instruction"] + "\n\n" + row["input"], TURNS[2]),
        # This template adds neither a begin nor an end token.
        "prompt-completion": ("empty", lambda row: formatted(row, "prompt-completion")["prompt"], ""),
    }
    for form, (template, turn, end) in forms.items():
        others = [split for split in rows if split != "train"]
        with tempfile.TemporaryDirectory() as out:
            arguments = {
                "stage": "sft", "do_train": True, "model_name_or_path": folder, "template": template, "finetuning_type": "lora",
                "dataset_dir": str(run), "dataset": form + "-train", "eval_dataset": ",".join(f"{form}-{s}" for s in others),
                "eval_on_each_dataset": True, "cutoff_len": LENGTH, "output_dir": out, "use_cpu": True, "report_to": "none",
            }  # fmt: skip
            model_args, data_args, training_args, _, _ = get_train_args(arguments)
            tokenizer = load_tokenizer(model_args)["tokenizer"]
            made = get_template_and_fix_tokenizer(tokenizer, data_args)
            aligned = {
                split: _get_merged_dataset([f"{form}-{split}"], model_args, data_args, training_args, "sft") for split in rows
            }
            module = get_dataset(made, model_args, data_args, training_args, stage="sft", tokenizer=tokenizer)
        for split, wanted in rows.items():
            what = f"LLaMA-Factory {form}: {split}"
            turns = [(row["_prompt"], row["_response"], row["_system"], row["_tools"]) for row in aligned[split]]
            user, assistant = {"role": "user"}, {"role": "assistant"}
            expected = [([{"content": turn(row)} | user], [{"content": row["output"]} | assistant], "", "") for row in wanted]
            same(what + " as read", turns, expected)
            tables = module.get("eval_dataset")
            table = module["train_dataset"] if split == "train" else tables[f"{form}-{split}"] if len(others) > 1 else tables
            if isinstance(table, dict):
                table = table[f"{form}-{split}"]
            prompts = [turn(row) if template == "empty" else chat(turn(row)) for row in wanted]
            compare(what, tokenizer, table, prompts, [row["output"] + end for row in wanted], begin=template != "empty")
        tell("llamafactory", run, f"{form} (template: {template})", rows)
    if "validate" in rows:
        with tempfile.TemporaryDirectory() as out:
            block = documented("dataset_dir", run, folder, out) + "max_steps: 2\nuse_cpu: true\nreport_to: none\n"
            train("llamafactory", run, block, out, os.path.join(sys.prefix, "bin/llamafactory-cli"), "train")


def with_axolotl(folder, run, rows):
    import yaml
    from axolotl.cli.config import load_cfg
    from axolotl.common.datasets import load_datasets
    from axolotl.loaders import load_tokenizer

    field = {"field_instruction": "prompt", "field_output": "completion", "format": "{instruction}", "no_input_format": "{instruction}"}
    forms = {
        "alpaca": ("alpaca", {"type": "alpaca"}, "</s>"),
        "parquet": ("", {"type": "alpaca"}, "</s>"),
        "prompt-completion": ("prompt-completion", {"type": field}, "</s>"),
        "messages": ("messages", {"type": "chat_template"}, "<|eot_id|>"),
    }
    for form, (place, how, end) in forms.items():
        got = {}
        for split in rows:
            with tempfile.TemporaryDirectory() as out:
                named = {"path": str(run / place), "split": SPLITS[split], **how}
                settings = {
                    "base_model": folder, "datasets": [named], "sequence_len": LENGTH, "dataset_prepared_path": out,
                    "shuffle_merged_datasets": False, "output_dir": out, "micro_batch_size": 1, "gradient_accumulation_steps": 1,
                    "num_epochs": 1, "learning_rate": 1e-3, "val_set_size": 0, "dataset_num_proc": 1,
                }  # fmt: skip
                if form == "messages":
                    settings |= {"chat_template": "llama3", "eot_tokens": [TURNS[2]]}
                with open(os.path.join(out, "axolotl.yml"), "w", encoding="utf-8") as file:
                    yaml.safe_dump(settings, file)
                cfg = load_cfg(os.path.join(out, "axolotl.yml"))
                got[split] = list(load_datasets(cfg=cfg).train_dataset)
                tokenizer = load_tokenizer(cfg)
        for split, wanted in rows.items():
            prompts = [formatted(row, "prompt-completion")["prompt"] for row in wanted]
            if form == "messages":
                prompts = [asked(row) for row in wanted]
            answers = [row["output"] + end for row in wanted]
            compare(f"axolotl {form}: {split}", tokenizer, got[split], prompts, answers)
        tell("axolotl", run, form, rows)
    if "validate" in rows:
        with tempfile.TemporaryDirectory() as out:
            # Its kernels need a GPU.
            off = "".join(f"lora_{part}_kernel: false\n" for part in ["mlp", "qkv", "o", "embedding"])
            block = documented("test_datasets", run, folder, out) + "max_steps: 2\n" + off
            train("axolotl", run, block, out, sys.executable, "-m", "axolotl.cli.train")


def main():
    os.environ.update(
        HF_HUB_OFFLINE="1", HF_HOME=tempfile.mkdtemp(), HF_DATASETS_DISABLE_PROGRESS_BARS="1", TRL_EXPERIMENTAL_SILENCE="1",
        AXOLOTL_DO_NOT_TRACK="1", WANDB_DISABLED="true", DISABLE_VERSION_CHECK="1", CUDA_VISIBLE_DEVICES="",
    )  # fmt: skip
    os.dup2(2, 1)
    command, *rest = sys.argv[1:]
    if command == "awkward":
        awkward(*rest)
    elif command == "model":
        model(*rest)
    else:
        reader = {"datasets": with_datasets, "trl": with_trl, "llamafactory": with_llamafactory, "axolotl": with_axolotl}[command]
        for run in rest[1:]:
            run = pathlib.Path(run).resolve()
            reader(rest[0], run, published(run))


if __name__ == "__main__":
    main()
