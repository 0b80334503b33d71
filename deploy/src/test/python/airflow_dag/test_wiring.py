"""The DAGs as Airflow would load and run them, in each layout of its modules."""

import contextlib
import functools
import importlib
import io
import os
import re
import stat
import tempfile
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow_dag import fakes

ROOT = Path(os.environ["RADLLAMA_ROOT"])
STALE_AFTER = timedelta(minutes=2)
ORDER = ["ingest", "gate_dataset", "train", "evaluate", "gate_scores", "publish_report"]

# Writes down how it was called, prints LINES and ends with CODE.
SUBMIT = """#!/bin/sh
printf '%s\\n' "$@" >"$CALLED"
printf '%s' "$SPARK_SUBMIT_OPTS" >"$CALLED.opts"
printf '%s' "$SPARK_CONF_DIR" >"$CALLED.conf"
printf '%b' "$LINES"
exit "$CODE"
"""


def in_each_layout(test):
    """Runs a test on each DAG as each version of Airflow loads it."""

    @functools.wraps(test)
    def run(self):
        for layout in fakes.LAYOUTS:
            for name in ("radllama_yarn", "radllama_kubernetes"):
                with self.subTest(airflow=layout, dag=name):
                    fakes.install(layout)
                    test(self, importlib.import_module(name).dag)

    return run


class Wiring(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        submit = Path(self.scratch.name, "spark-submit")
        submit.write_text(SUBMIT)
        submit.chmod(submit.stat().st_mode | stat.S_IXUSR)
        self.called = Path(self.scratch.name, "called")
        self.environment = dict(os.environ)
        self.addCleanup(self.restore)
        os.environ["PATH"] = f"{self.scratch.name}:{os.environ['PATH']}"
        os.environ["CALLED"] = str(self.called)
        os.environ["SPARK_SUBMIT_OPTS"] = "-Dmine=1"

    def restore(self):
        os.environ.clear()
        os.environ.update(self.environment)

    @staticmethod
    def context(dag, try_number=1, max_tries=2, **params):
        return {
            "dag": dag,
            "logical_date": datetime(2024, 3, 31, 2, 30, tzinfo=timezone(timedelta(hours=1))),
            "run_id": "scheduled__2024-03-31T01:30:00+00:00",
            "params": {**{name: p.value for name, p in dag.params.items()}, **params},
            "ti": types.SimpleNamespace(try_number=try_number, max_tries=max_tries),
        }

    @staticmethod
    def jobs():
        """Module and main class by command, out of the scripts' own list."""
        text = (ROOT / "deploy/jobs.sh").read_text()
        return {m[1]: (m[2], m[3]) for m in re.finditer(r"^(\w+) +(\w+) +(org\.radllama\S+) ", text, re.MULTILINE)}

    def run_gate(self, task, context, code, lines=""):
        os.environ["CODE"], os.environ["LINES"] = str(code), lines
        with contextlib.redirect_stdout(io.StringIO()):
            return task.python_callable(**context)

    def run_task(self, task, context, code=0, lines=""):
        os.environ["CODE"], os.environ["LINES"] = str(code), lines
        task._hook = None
        task.execute(context)
        return self.called.read_text().splitlines()

    @in_each_layout
    def test_the_tasks_follow_on_each_other(self, dag):
        self.assertEqual(ORDER, list(dag.tasks))
        for before, after in zip(ORDER, ORDER[1:]):
            self.assertEqual([after], dag.tasks[before].downstream)
        self.assertEqual([], dag.tasks[ORDER[-1]].downstream)
        self.assertEqual(1, dag.max_active_runs)
        self.assertFalse(dag.catchup)
        for task in dag.tasks.values():
            # A skipped or failed task ends the DAG run: nothing is published.
            self.assertEqual("all_success", task.trigger_rule)
            self.assertGreater(task.execution_timeout, timedelta(0))
            self.assertGreater(task.retries, 0)
            self.assertGreater(task.retry_delay, STALE_AFTER)

    @in_each_layout
    def test_each_job_is_submitted_with_its_flags(self, dag):
        kubernetes = dag.dag_id == "radllama_kubernetes"
        context = self.context(
            dag,
            runs="/r/",
            reports="/pages",
            sources=["--reports", "/in/{date}.csv"],
            base_model="/m",
            train_settings=["lora.r=4"],
            evaluate_config="/e.conf",
            spark={"all": {"spark.a": "1", "spark.b": "1"}, "train": {"spark.b": "2"}},
            spark_conf_dir="/conf",
        )
        name, when = dag.dag_id, "20240331T013000"
        lines = "container status: exit code: 0\\n"
        expected = {
            "ingest": ["--out", "/r/", "--run-id", f"{name}-ingest-{when}", "--reports", "/in/20240331.csv"],
            "train": ["--out", "/r/", "--run-id", f"{name}-train-{when}", "--dataset", f"/r/{name}-ingest-{when}"]
            + ["--base-model", "/m", "--resume", "--set", "lora.r=4"],
            "evaluate": ["--out", "/r/", "--run-id", f"{name}-evaluate-{when}", "--dataset", f"/r/{name}-ingest-{when}"]
            + ["--base-model", "/m", "--adapter", f"adapter=/r/{name}-train-{when}/adapter", "--config", "/e.conf"],
            "publish_report": ["--runs", "/r/", "--out", "/pages"],
        }
        jobs = self.jobs()
        for task_id, flags in expected.items():
            called = self.run_task(dag.tasks[task_id], context, lines=lines)
            module, java_class = jobs[{"evaluate": "eval", "publish_report": "report"}.get(task_id, task_id)]
            jar = next(i for i, word in enumerate(called) if word.endswith(f"pipeline-{module}-job.jar"))
            self.assertEqual(flags, called[jar + 1 :])
            options = called[:jar]
            conf = dict(options[i + 1].split("=", 1) for i, word in enumerate(options) if word == "--conf")
            self.assertEqual(java_class, options[options.index("--class") + 1])
            self.assertEqual("cluster", options[options.index("--deploy-mode") + 1])
            self.assertEqual(fakes.MASTERS["spark_kubernetes" if kubernetes else "spark_default"], options[1])
            self.assertEqual("2" if task_id == "train" else "1", conf["spark.b"])
            for key in ("authenticate", "network.crypto.enabled", "io.encryption.enabled"):
                self.assertEqual("true", conf[f"spark.{key}"])
            wait = "spark.kubernetes.submission.waitAppCompletion" if kubernetes else "spark.yarn.submit.waitAppCompletion"
            self.assertEqual("true", conf[wait])
            if not kubernetes:
                self.assertEqual("1", conf["spark.yarn.maxAppAttempts"])
            options = Path(f"{self.called}.opts").read_text()
            self.assertRegex(options, r"^-Dlog4j2.configurationFile=\S+log4j2.properties -Dmine=1$")
            self.assertTrue(Path(options.split("=", 1)[1].split()[0]).is_file())
            self.assertEqual("/conf", Path(f"{self.called}.conf").read_text())
        self.assertEqual("-Dmine=1", os.environ["SPARK_SUBMIT_OPTS"])
        self.assertNotIn("SPARK_CONF_DIR", os.environ)

    @in_each_layout
    def test_an_exit_code_becomes_a_skip_a_failure_or_a_retry(self, dag):
        expected = {2: "fail", 3: "fail", 4: "skip", 5: "fail", 6: "fail", 7: "fail", 8: "retry", 70: "fail", 1: "retry", 137: "retry", 143: "retry"}
        kinds = {"fail": fakes.AirflowFailException, "skip": fakes.AirflowSkipException, "retry": fakes.AirflowException}
        for code, kind in expected.items():
            if dag.dag_id == "radllama_kubernetes":
                # spark-submit ends with 0 although the driver did not.
                ways = [(0, f"\\t container name: spark-kubernetes-driver\\n\\t exit code: {code}\\n")]
            else:
                words = f"ERROR Client: Application diagnostics message: User application exited with status {code}\\n"
                ways = [(1, words), (1, f"more\\n{words}more\\n"), (code, "")]
            for returned, lines in ways:
                with self.subTest(code=code, returned=returned), self.assertRaises(fakes.AirflowException) as raised:
                    self.run_task(dag.tasks["train"], self.context(dag), returned, lines)
                self.assertIs(kinds[kind], type(raised.exception))
                if kind != "retry":
                    self.assertIn(f"exit {code}, ", str(raised.exception))

    @in_each_layout
    def test_a_later_attempt_waits_for_the_one_before(self, dag):
        words = "User application exited with status 4\\n"
        if dag.dag_id == "radllama_yarn":
            with self.assertRaises(fakes.AirflowException) as raised:
                self.run_task(dag.tasks["train"], self.context(dag, try_number=2), 1, words)
            self.assertIs(fakes.AirflowException, type(raised.exception))
            with self.assertRaises(fakes.AirflowSkipException):
                self.run_task(dag.tasks["train"], self.context(dag, try_number=3), 1, words)

    @in_each_layout
    def test_a_code_is_not_read_out_of_flags(self, dag):
        if dag.dag_id == "radllama_yarn":
            context = self.context(dag, train_settings=["note=exited with status 4"])
            with self.assertRaises(fakes.AirflowException) as raised:
                self.run_task(dag.tasks["train"], context, 1, "lost\\n")
            self.assertIs(fakes.AirflowException, type(raised.exception))

    @in_each_layout
    def test_settings_are_those_of_submit(self, dag):
        called = self.run_task(dag.tasks["ingest"], self.context(dag, spark={}), lines="exit code: 0\\n")
        given = dict(called[i + 1].split("=", 1) for i, word in enumerate(called) if word == "--conf")
        target = dag.dag_id.split("_")[1]
        lines = (ROOT / "deploy" / target / "spark-defaults.conf").read_text().splitlines()
        settings = dict(line.split(None, 1) for line in lines if line and not line.startswith("#"))
        shared = settings.keys() & given.keys()
        self.assertGreater(len(shared), 10)
        self.assertEqual({key: settings[key] for key in shared}, {key: given[key] for key in shared})

    @in_each_layout
    def test_gates_are_jobs_on_the_worker(self, dag):
        context = self.context(
            dag, runs="/r", min_train=7, metric="bleu4", compare_with="e1", spark_conf_dir="/conf", spark={"all": {"spark.a": "1"}}
        )
        name, when = dag.dag_id, "20240331T013000"
        expected = {
            "gate_dataset": ["--runs", "/r", "--dataset", f"{name}-ingest-{when}"]
            + ["--set", "dataset.min-read=1", "--set", "dataset.min-train=7", "--set", "dataset.min-test=1"]
            + ["--set", "dataset.max-rejected-share=0.2", "--set", "dataset.max-leaked-share=0.0"],
            "gate_scores": ["--runs", "/r", "--evaluation", f"{name}-evaluate-{when}", "--set", "scores.system=adapter"]
            + ["--set", "scores.metric=bleu4", "--set", "scores.subset=all", "--set", "scores.compare-with=e1"],
        }
        for task_id, flags in expected.items():
            self.assertEqual("may go on", self.run_gate(dag.tasks[task_id], context, 0, "may go on\\n"))
            called = self.called.read_text().splitlines()
            self.assertEqual(["--master", "local[1]"], called[:2])
            self.assertEqual(self.jobs()["gate"][1], called[called.index("--class") + 1])
            self.assertIn("spark.a=1", called)
            jar = next(i for i, word in enumerate(called) if word.endswith("pipeline-eval-job.jar"))
            self.assertEqual(flags, called[jar + 1 :])
            self.assertEqual("/conf", Path(f"{self.called}.conf").read_text())
            self.assertRegex(Path(f"{self.called}.opts").read_text(), r"log4j2.properties -Dmine=1$")
        settings = {line.split("=")[0].strip() for line in (ROOT / "conf/gate.conf").read_text().splitlines() if " = " in line}
        for flags in expected.values():
            for setting in flags[5::2]:
                self.assertIn(re.split("[.=]", setting)[1], settings)

    @in_each_layout
    def test_a_closed_gate_fails_and_a_silent_file_system_is_asked_again(self, dag):
        said = "WARN something\\nradllama gate: dataset d: train has 3 reports\\n"
        for code, kind in {3: fakes.AirflowFailException, 5: fakes.AirflowException, 1: fakes.AirflowException}.items():
            with self.subTest(code=code), self.assertRaises(fakes.AirflowException) as raised:
                self.run_gate(dag.tasks["gate_dataset"], self.context(dag), code, said)
            self.assertIs(kind, type(raised.exception))
            self.assertEqual("radllama gate: dataset d: train has 3 reports", str(raised.exception))
        with self.assertRaisesRegex(fakes.AirflowException, "ended with 137"):
            self.run_gate(dag.tasks["gate_scores"], self.context(dag), 137, "lost\\n")

    def test_unknown_parameters_are_refused(self):
        fakes.install("2.9")
        pipeline = importlib.import_module("radllama_dags.pipeline")
        with self.assertRaisesRegex(ValueError, "sauces"):
            pipeline.build("d", "", "c", {}, {"sauces": []})
