"""Reads published datasets with the libraries that people read them with, and compares every row.

    python read_published.py RUN...       exits 1 at the first difference
    python read_published.py --versions   the packages, exits 3 where one is missing

What is compared with: jsonl/SPLIT.jsonl, read with nothing but Python's json module, and the counts of
manifest.json. Needs datasets, pandas, pyarrow, polars, duckdb and mlcroissant.
"""

import importlib.metadata
import json
import os
import pathlib
import sys
import tempfile

PACKAGES = ["datasets", "pandas", "pyarrow", "polars", "duckdb", "mlcroissant"]
# Our names, and those of datasets.
SPLITS = {"train": "train", "validate": "validation", "test": "test"}
COLUMNS = {
    "alpaca": ["instruction", "input", "output"],
    "prompt-completion": ["prompt", "completion"],
    "messages": ["messages"],
}
UNKNOWN = (
    'Property "http://mlcommons.org/croissant/citeAs" is recommended, but does not exist.',
    'Property "https://schema.org/datePublished" is recommended, but does not exist.',
)
PROMPT = (
    "Below is an instruction that describes a task, paired with an input that provides further context."
    " Write a response that appropriately completes the request.\n\n"
    "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n"
)


def lines(file):
    with open(file, encoding="utf-8", newline="\n") as text:
        return [json.loads(line) for line in text]


def same(what, got, wanted):
    if got != wanted:
        # Rows are report text, so only their number is shown.
        shown = [len(x) if isinstance(x, list) else x for x in (got, wanted)]
        raise SystemExit(f"{what}: {shown[0]} is not the {shown[1]} expected")


def formatted(row, form):
    if form == "alpaca":
        return {column: row[column] for column in COLUMNS[form]}
    if form == "prompt-completion":
        return {"prompt": PROMPT.format(**row), "completion": row["output"]}
    user = {"role": "user", "content": row["instruction"] + "\n\n" + row["input"]}
    return {"messages": [user, {"role": "assistant", "content": row["output"]}]}


def with_datasets(run, rows, forms):
    import datasets

    cache = tempfile.mkdtemp()
    for form in [None] + forms:
        loaded = datasets.load_dataset(str(run / (form or ".")), cache_dir=cache)
        got = {split: list(table) for split, table in loaded.items()}
        if set(got) != {SPLITS[split] for split in rows}:
            raise SystemExit(f"datasets: the splits {sorted(got)}")
        for split, wanted in rows.items():
            expected = [formatted(row, form) for row in wanted] if form else wanted
            same(f"datasets {form or 'parquet'} {split}", got[SPLITS[split]], expected)


def with_pandas(run, rows, forms):
    import pandas

    for split, wanted in rows.items():
        table = pandas.read_parquet(run / f"parquet/split={split}", partitioning=None)
        same(f"pandas parquet {split}", table.to_dict("records"), wanted)
        for folder in ["jsonl"] + forms:
            table = pandas.read_json(run / f"{folder}/{split}.jsonl", lines=True, dtype=False)
            form = wanted if folder == "jsonl" else [formatted(row, folder) for row in wanted]
            same(f"pandas {folder} {split}", table.to_dict("records"), form)
    whole = pandas.read_parquet(run / "parquet")
    by_split = {split: int(n) for split, n in whole["split"].value_counts().items() if n}
    same("pandas parquet by split", by_split, {split: len(wanted) for split, wanted in rows.items()})


def with_polars(run, rows, forms):
    import polars

    for split, wanted in rows.items():
        table = polars.read_parquet(run / f"parquet/split={split}/*.parquet", hive_partitioning=False)
        same(f"polars parquet {split}", table.to_dicts(), wanted)
        for folder in ["jsonl"] + forms:
            table = polars.read_ndjson(run / f"{folder}/{split}.jsonl")
            form = wanted if folder == "jsonl" else [formatted(row, folder) for row in wanted]
            same(f"polars {folder} {split}", table.to_dicts(), form)
    whole = polars.read_parquet(run / "parquet", hive_partitioning=True)
    same("polars parquet", whole.height, sum(len(wanted) for wanted in rows.values()))
    whole = polars.read_ndjson(run / "jsonl/*.jsonl")
    same("polars jsonl", whole.height, sum(len(wanted) for wanted in rows.values()))


def with_duckdb(run, rows, forms):
    import duckdb

    counts = {split: len(wanted) for split, wanted in rows.items()}
    got = duckdb.execute(
        "select split, count(*) from read_parquet(?, hive_partitioning = true) group by split", [f"{run}/parquet/*/*.parquet"]
    ).fetchall()
    same("duckdb parquet by split", dict(got), counts)
    for split, wanted in rows.items():
        names = ", ".join(f'"{column}"' for column in wanted[0])
        for source in [
            f"read_parquet('{run}/parquet/split={split}/*.parquet', hive_partitioning = false)",
            f"read_json('{run}/jsonl/{split}.jsonl', format = 'newline_delimited')",
        ]:
            cursor = duckdb.execute(f"select {names} from {source}")
            records = [dict(zip(wanted[0], [str(v) for v in row])) for row in cursor.fetchall()]
            same(f"duckdb {source.split('(')[0]} {split}", records, wanted)
        for form in forms:
            cursor = duckdb.execute(f"select * from read_json('{run}/{form}/{split}.jsonl', format = 'newline_delimited')")
            names = [column[0] for column in cursor.description]
            records = [dict(zip(names, row)) for row in cursor.fetchall()]
            same(f"duckdb {form} {split}", records, [formatted(row, form) for row in wanted])


def with_mlcroissant(run, rows, forms):
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(run / "croissant.json"))
    problems = dataset.metadata.ctx.issues
    # A run that was not told when its reports were published, and how to cite them, says neither.
    warnings = [w for w in problems.warnings if not w.endswith(UNKNOWN)]
    if problems.errors or warnings:
        raise SystemExit(f"mlcroissant: {problems.report()}")
    if not rows:
        return
    got = {split: [] for split in rows}
    for record in dataset.records(record_set="examples"):
        row = {key.split("/")[-1]: value for key, value in record.items()}
        row = {key: value.decode() if isinstance(value, bytes) else value for key, value in row.items()}
        got[row.pop("split")].append(row)
    for split, wanted in rows.items():
        same(f"mlcroissant {split}", got[split], wanted)


def read(run):
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    forms = manifest["configuration"]["publish"]["formats"]
    counts = {split: manifest["counts"][split] for split in SPLITS}
    rows = {split: lines(run / f"jsonl/{split}.jsonl") for split, n in counts.items() if n}
    for split, n in counts.items():
        same(f"manifest.json {split}", len(rows.get(split, [])), n)
        for folder in ["jsonl"] + forms:
            if (run / folder / f"{split}.jsonl").exists() != (n > 0):
                raise SystemExit(f"{folder}/{split}.jsonl is there, or is not, with {n} rows")
    if rows:
        for reader in [with_datasets, with_pandas, with_polars, with_duckdb]:
            reader(run, rows, forms)
    with_mlcroissant(run, rows, forms)
    return {"run": run.name, "splits": counts, "formats": forms, "read": "by all"}


def main():
    for package in PACKAGES:
        try:
            importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            print(f"{package} is not installed")
            raise SystemExit(3)
    if sys.argv[1:] == ["--versions"]:
        print(", ".join(f"{package} {importlib.metadata.version(package)}" for package in PACKAGES))
        return
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HOME"] = tempfile.mkdtemp()
    os.environ["HF_DATASETS_DISABLE_PROGRESS_BARS"] = "1"
    for run in sys.argv[1:]:
        print(json.dumps(read(pathlib.Path(run).resolve())), flush=True)


if __name__ == "__main__":
    main()
