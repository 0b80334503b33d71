"""Run-ids, exit codes, files and gates: what knows nothing of Airflow."""

import hashlib
import json
import os
import random
import re
import stat
import tempfile
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from radllama_dags import codes, files, gates, run_ids

LIMITS = {"min_read": 1, "min_train": 1, "min_test": 1, "max_rejected_share": 0.2, "max_leaked_share": 0.0}

# As RunDirectory.java has it.
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")

# The two commands of hdfs dfs that are used, on local files.
HDFS = """#!/usr/bin/env python3
import glob, os, sys
root, command, arguments = os.environ["HDFS_ROOT"], sys.argv[2], sys.argv[3:]
open(os.environ["HDFS_CALLS"], "a").write(command + "\\n")
if os.environ.get("HDFS_DOWN"):
    sys.exit("cat: Connection refused")
status = 0
for argument in [a for a in arguments if a != "-C"]:
    local = root + argument[len("hdfs://nn/r"):]
    found = sorted(glob.glob(local))
    if not found:
        sys.stderr.write(f"{command[1:]}: `{argument}': No such file or directory\\n")
        status = 1
    for path in found:
        if command == "-ls":
            print("hdfs://nn/r" + path[len(root):])
        else:
            sys.stdout.buffer.write(open(path, "rb").read())
            sys.stdout.flush()
sys.exit(status)
"""


class RunIds(unittest.TestCase):
    @staticmethod
    def context(logical_date=None, run_id="", dag_id="d"):
        context = {"run_id": run_id, "dag": types.SimpleNamespace(dag_id=dag_id)}
        if logical_date is not None:
            context["logical_date"] = logical_date
        return context

    def test_of_the_logical_date_in_utc(self):
        east = datetime(2024, 1, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
        self.assertEqual("d-train-20231231T230203", run_ids.run_id(self.context(east), "train"))
        self.assertEqual("20231231T230203", run_ids.moment(self.context(east.astimezone(timezone.utc))))
        self.assertEqual("20240101T010203.000004", run_ids.moment(self.context(datetime(2024, 1, 1, 1, 2, 3, 4))))

    def test_of_the_dag_run_where_there_is_no_date(self):
        manual = "manual__2025-02-03T04:05:06.789012+00:00_Ab3"
        self.assertTrue(run_ids.moment(self.context(run_id=manual)).startswith("manual__2025-02-03T04-05-06.789012"))
        with_none = {**self.context(run_id=manual), "logical_date": None}
        self.assertEqual(run_ids.moment(self.context(run_id=manual)), run_ids.moment(with_none))

    def test_always_a_run_id_and_never_the_same_for_two(self):
        source = random.Random(5)
        letters = "aZ09._+=-: /\\é\u2028%\"'\n"
        seen = {}
        for _ in range(5000):
            text = "".join(source.choice(letters) for _ in range(source.randrange(1, 200)))
            made = run_ids.run_id(self.context(run_id=text, dag_id=text), "evaluate")
            self.assertTrue(RUN_ID.fullmatch(made), made)
            self.assertEqual(text, seen.setdefault(made, text))


class Codes(unittest.TestCase):
    def test_the_driver_s_word_is_found_where_spark_submit_says_another(self):
        of = codes.of_failure
        self.assertEqual(4, of([], "Cannot execute: spark-submit. Error code is: 4."))
        self.assertEqual(5, of(["User application exited with status 5"], "Cannot execute: x. Error code is: 1."))
        self.assertEqual(6, of([], "Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: 6"))
        self.assertEqual(3, of(["\t exit code: 3"], "Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: None"))
        self.assertEqual(70, of(["Final app status: FAILED, exitCode: 70, (reason: ...)"], "Error code is: 1."))
        # The last one counts: an earlier attempt's stands before it.
        self.assertEqual(2, of(["exit code: 5", "exit code: 2"], ""))
        # Words of the command are no endings.
        self.assertIsNone(of([], "Cannot execute: submit --set exited with status 4. Error code is: 1."))
        for nothing in ("Error code is: 1.", "Error code is: 137.", "KRB5CCNAME is missing", ""):
            self.assertIsNone(of([], nothing))
        self.assertIsNone(of(["exited with status 143"], "Error code is: 1."))

    def test_every_code_of_the_jobs_has_an_action(self):
        source = Path(os.environ["RADLLAMA_ROOT"], "pipeline-ingest/src/main/java/org/radllama/run/ExitCode.java").read_text()
        of_jobs = {int(code) for code in re.findall(r"^  [A-Z]+\((\d+)\)[,;]", source, re.MULTILINE)}
        self.assertEqual(of_jobs - {0}, set(codes.MEANING))


class Gates(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = Path(scratch.name, "r")
        self.root.mkdir()
        hdfs = Path(scratch.name, "hdfs")
        hdfs.write_text(HDFS)
        hdfs.chmod(hdfs.stat().st_mode | stat.S_IXUSR)
        self.calls = Path(scratch.name, "calls")
        os.environ.update(HDFS_ROOT=str(self.root), HDFS_CALLS=str(self.calls))
        self.stores = [files.store(str(self.root)), files.store(f"file://{self.root}"), files.store("hdfs://nn/r", str(hdfs))]

    def publish(self, name, manifest, end="2024-01-01T00:00:00Z", metrics=None):
        folder = self.root / name
        folder.mkdir()
        if metrics is not None:
            text = json.dumps(metrics)
            (folder / "metrics.json").write_text(text)
            manifest = {**manifest, "outputs": {"metrics.json": {"sha256": hashlib.sha256(text.encode()).hexdigest()}}}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2))
        (folder / "timings.json").write_text(json.dumps({"start": "x", "end": end}))
        (folder / "_SUCCESS").touch()

    def dataset(self, name, policy="mark", leaked=0, **counts):
        whole = {"read": 100, "train": 70, "validate": 5, "test": 10, "rejected": {"no_findings": 10}, "duplicates": {"exact": 5, "near": 0}}
        self.publish(
            name,
            {
                "job": "ingest",
                "configuration": {"dedup": {"leakage": policy}},
                "counts": {**whole, **counts},
                "leakage": {"validate": 0, "test": leaked},
            },
        )

    def evaluation(self, name, end, *, damage=None, **scores):
        """Scores as dataset=(mean, low)."""
        systems = {
            dataset: {"test": {"all": {"rougeL_fmeasure": {"mean": mean, "low": low, "high": 1, "n": 5}}}}
            for dataset, (mean, low) in scores.items()
        }
        self.publish(name, {"job": "eval"}, end, {"systems": {"adapter": systems}})
        if damage:
            (self.root / name / damage).write_text('{"systems": {')

    def check_scores(self, name, **more):
        """The same of all stores."""
        results = []
        for store in self.stores:
            try:
                results.append(gates.check_scores(store, name, "adapter", "rougeL_fmeasure", "all", **more))
            except gates.GateClosed as e:
                results.append(e)
        told = {str(r).replace("hdfs://nn/r", str(self.root)) for r in results}
        self.assertEqual(1, len(told), results)
        return results[0]

    def opens(self, result, text=""):
        self.assertIsInstance(result, str, result)
        self.assertIn(text, result)

    def closes(self, result, text):
        self.assertIsInstance(result, gates.GateClosed)
        self.assertIn(text, str(result))

    def check_dataset(self, name, **limits):
        results = []
        for store in self.stores:
            try:
                results.append(gates.check_dataset(store, name, {**LIMITS, **limits}))
            except gates.GateClosed as e:
                results.append(e)
        return results[-1]

    def test_a_dataset_within_the_limits(self):
        self.dataset("d")
        self.opens(self.check_dataset("d"), "100 read, 70 train, 10 test, 10 rejected, 0 leaked")
        self.closes(self.check_dataset("d", max_rejected_share=0.09), "10 of 100 (10.0%), at most 9.0%")
        self.closes(self.check_dataset("d", min_train=71), "train has 70 reports, at least 71")
        self.closes(self.check_dataset("d", min_test=11, min_read=101), "read has 100 reports, at least 101")

    def test_leaked_reports_count_while_their_neighbours_are_in_train(self):
        self.dataset("marked", leaked=2)
        self.dataset("removed", policy="remove", leaked=2)
        self.closes(self.check_dataset("marked"), "2 of 10 (20.0%), at most 0.0% is allowed (max_leaked_share)")
        self.opens(self.check_dataset("marked", max_leaked_share=0.2))
        self.opens(self.check_dataset("removed"), "0 leaked")

    def test_damaged_datasets_close_the_gate(self):
        self.dataset("sum", read=101)
        self.closes(self.check_dataset("sum"), "101 reports were read, but the others add up to 100")
        self.dataset("none", train=None)
        self.closes(self.check_dataset("none"), "no count of train")
        self.dataset("text", rejected={"no_findings": "ten"})
        self.closes(self.check_dataset("text"), "no count of no_findings")
        self.dataset("list", duplicates=[1])
        self.closes(self.check_dataset("list"), "no counts of duplicates")
        self.dataset("cut")
        (self.root / "cut/manifest.json").write_text('{"job": "ing')
        self.closes(self.check_dataset("cut"), "damaged, or not of ingest")
        self.evaluation("e", "2024-01-01T00:00:00Z", openi=(0.5, 0.4))
        self.closes(self.check_dataset("e"), "damaged, or not of ingest")
        self.dataset("begun")
        (self.root / "begun/_SUCCESS").unlink()
        self.closes(self.check_dataset("begun"), "is not published")
        self.closes(self.check_dataset("nowhere"), "is not published")

    def test_scores_are_held_against_the_run_that_ended_before(self):
        self.evaluation("now", "2024-01-05T00:00:00.5Z", openi=(0.50, 0.45))
        self.opens(self.check_scores("now"), "nothing, it is the first")
        self.evaluation("z", "2024-01-01T00:00:00Z", openi=(0.70, 0.65))
        self.closes(self.check_scores("now"), "openi test: rougeL_fmeasure 0.5000 is below 0.6500, the interval of z")
        # Named before it, ended after it; a part of a second is enough.
        self.evaluation("a", "2024-01-05T00:00:00.499999999Z", openi=(0.55, 0.50))
        self.opens(self.check_scores("now"), "against a")
        self.evaluation("later", "2024-01-05T00:00:00.500000001Z", openi=(0.99, 0.98))
        self.opens(self.check_scores("now"), "against a")
        self.closes(self.check_scores("now", compare_with="later"), "0.9800, the interval of later")
        self.closes(self.check_scores("now", compare_with="nobody"), "run nobody is not published")

    def test_damaged_runs_are_no_measure(self):
        self.evaluation("good", "2024-01-01T00:00:00Z", openi=(0.5, 0.4))
        self.evaluation("m1", "2024-01-02T00:00:00Z", damage="metrics.json", openi=(0.9, 0.8))
        self.evaluation("m2", "2024-01-02T00:00:01Z", damage="manifest.json", openi=(0.9, 0.8))
        self.evaluation("m3", "2024-01-02T00:00:02Z", damage="timings.json", openi=(0.9, 0.8))
        self.evaluation("m4", "2024-01-02T00:00:03Z", openi=(0.9, 0.8))
        (self.root / "m4/metrics.json").unlink()
        self.evaluation("m5", "2024-01-02T00:00:04Z", openi=(0.9, 0.8))
        (self.root / "m5/_SUCCESS").unlink()
        self.evaluation("m6", "2024-01-02T00:00:05Z", openi=(0.9, None))
        self.evaluation("m7", "2024-01-02T00:00:06Z", openi=(0.9, 0.8))
        (self.root / "m7/metrics.json").write_text(json.dumps({"systems": {"adapter": {}}}))
        (self.root / "foreign").mkdir()
        (self.root / "_work").mkdir()
        (self.root / "latest-report.html").touch()
        self.dataset("d")
        self.evaluation("now", "2024-01-05T00:00:00Z", openi=(0.45, 0.4))
        self.opens(self.check_scores("now"), "against good")
        for file in ("metrics.json", "manifest.json", "timings.json"):
            self.evaluation(f"hurt-{file}", "2024-01-05T00:00:00Z", damage=file, openi=(0.6, 0.4))
            self.closes(self.check_scores(f"hurt-{file}"), file)

    def test_no_corpus_and_no_system_is_lost_in_silence(self):
        self.evaluation("older", "2024-01-01T00:00:00Z", openi=(0.5, 0.4), mimic=(0.7, 0.6), gone=(0.1, 0.1))
        self.evaluation("before", "2024-01-02T00:00:00Z", openi=(0.5, 0.4), ward=(0.5, 0.4))
        self.evaluation("now", "2024-01-05T00:00:00Z", openi=(0.5, 0.4), mimic=(0.65, 0.6))
        self.closes(self.check_scores("now"), "ward test: no score, but before has one")
        self.evaluation("all", "2024-01-05T00:00:00Z", openi=(0.5, 0.4), mimic=(0.5, 0.4), ward=(0.5, 0.4))
        self.closes(self.check_scores("all"), "mimic test: rougeL_fmeasure 0.5000 is below 0.6000, the interval of older")
        self.evaluation("empty", "2024-01-06T00:00:00Z")
        self.closes(self.check_scores("empty"), "no rougeL_fmeasure of system adapter on all reports")

    def test_many_runs_are_read_by_few_commands(self):
        for i in range(450):
            self.evaluation(f"e{i}", f"2024-01-01T{i // 60:02d}:{i % 60:02d}:00Z", openi=(i / 500, i / 500 - 0.1))
        self.evaluation("now", "2024-02-01T00:00:00Z", openi=(0.8, 0.7))
        self.calls.unlink(missing_ok=True)
        self.opens(self.check_scores("now"), "against e449")
        self.assertLess(len(self.calls.read_text().splitlines()), 15)

    def test_a_silent_file_system_is_no_verdict(self):
        os.environ["HDFS_DOWN"] = "1"
        self.addCleanup(os.environ.pop, "HDFS_DOWN")
        with self.assertRaises(files.UnreadableFile):
            gates.check_dataset(self.stores[2], "d", LIMITS)
