"""Reads back, by MLflow's and TensorBoard's own readers, what was sent of runs, and compares it with their files."""

import hashlib
import json
import math
import os
import sys

SCALARS = {
    "loss/train": "loss",
    "loss/validate": "validation_loss",
    "optimiser/learning_rate": "learning_rate",
    "optimiser/gradient_norm": "gradient_norm",
    "speed/tokens_per_second": "tokens_per_second",
}


def lines(run):
    with open(os.path.join(run, "metrics.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def same(what, seen, expected):
    if seen != expected:
        sys.exit(f"{what}: {seen!r} was read back, not {expected!r}")


def tensorboard(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(run, size_guidance={"scalars": 0})
    events.Reload()
    for tag, name in SCALARS.items():
        expected = [(line["step"], line[name]) for line in lines(run) if line[name] is not None]
        if not expected:
            continue
        seen = events.Scalars(tag)
        same(tag + " steps", [s.step for s in seen], [step for step, _ in expected])
        for scalar, (step, value) in zip(seen, expected):
            if not math.isclose(scalar.value, value, rel_tol=1e-6):
                sys.exit(f"{tag} at {step}: {scalar.value} was read back, not {value}")
        print(f"TensorBoard: {len(seen)} of {tag}")


def mlflow(uri, runs):
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    experiment = client.get_experiment_by_name("radllama").experiment_id
    found = {run.info.run_name: run for run in client.search_runs([experiment])}
    same("runs", len(client.search_runs([experiment])), 3)
    for name in ("dataset", "lora", "eval"):
        folder = os.path.join(runs, name)
        with open(os.path.join(folder, "manifest.json"), "rb") as file:
            manifest = file.read()
        run = found[json.loads(manifest)["run_id"]]
        same("status", run.info.status, "FINISHED")
        digest = hashlib.sha256(manifest).hexdigest()
        same("manifest", run.data.tags["radllama.manifest_sha256"], digest)
        files = list(artifacts(client, run.info.run_id, ""))
        for path in files:
            here = client.download_artifacts(run.info.run_id, path)
            with open(here, "rb") as sent, open(os.path.join(folder, path), "rb") as kept:
                same(path, sent.read(), kept.read())
        same("predictions sent", [path for path in files if "jsonl" in path and path != "metrics.jsonl"], [])
        print(
            f"MLflow: {name}: {len(run.data.params)} parameters, {len(run.data.metrics)} metrics, {len(files)} files, "
            f"{len(run.inputs.dataset_inputs)} inputs"
        )
    history = client.get_metric_history(found["lora"].info.run_id, "loss")
    expected = [(line["step"], line["loss"]) for line in lines(os.path.join(runs, "lora"))]
    same("losses", sorted((m.step, m.value) for m in history), expected)
    with open(os.path.join(runs, "eval", "metrics.json"), encoding="utf-8") as file:
        systems = json.load(file)["systems"]
    for system, datasets in systems.items():
        for dataset, splits in datasets.items():
            score = splits["test"]["all"]["rougeL_fmeasure"]["mean"]
            key = f"{system}/{dataset}/test/all/rougeL_fmeasure"
            same(key, found["eval"].data.metrics[key], score)
    same("model", client.get_model_version("radllama-check", "1").run_id, found["lora"].info.run_id)


def artifacts(client, run, path):
    for file in client.list_artifacts(run, path):
        if file.is_dir:
            yield from artifacts(client, run, file.path)
        else:
            yield file.path


if sys.argv[1] == "--tensorboard":
    tensorboard(sys.argv[2])
else:
    mlflow(sys.argv[1], sys.argv[2])
