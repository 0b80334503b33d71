"""The DAGs as Airflow would load and run them, in each layout of its modules."""

import functools
import importlib
import os
import re
import stat
import sys
import tempfile
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from airflow_dag import fakes

ROOT = Path(os.environ["RADLLAMA_ROOT"])
STALE_AFTER = timedelta(minutes=2)
ORDER = ["ingest", "gate_dataset", "train", "evaluate", "gate_scores", "publish_report"]

LOGGING = (ROOT / "conf/log4j2.properties").read_text()

# Writes down how it was called, prints LINES and ends with CODE.
SUBMIT = """#!/bin/sh
printf '%s\\n' "$@" >"$CALLED"
printf '%s' "$SPARK_SUBMIT_OPTS" >"$CALLED.opts"
cat "$SPARK_CONF_DIR/log4j2.properties" >"$CALLED.conf"
printf '%s\\n' "$@" >>"$CALLED.all"
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
                    self.called.unlink(missing_ok=True)
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
            "params": {**{name: p.value for name, p in dag.params.items()}, "spark_conf_dir": str(ROOT / "conf"), **params},
            "ti": types.SimpleNamespace(try_number=try_number, max_tries=max_tries),
        }

    @staticmethod
    def jobs():
        """Module and main class by command, out of the scripts' own list."""
        text = (ROOT / "deploy/jobs.sh").read_text()
        return {m[1]: (m[2], m[3]) for m in re.finditer(r"^(\w+) +(\w+) +(org\.radllama\S+) ", text, re.MULTILINE)}

    def run_gate(self, task, context, code, lines=""):
        os.environ["CODE"], os.environ["LINES"] = str(code), lines
        return task.execute(context)

    def run_task(self, task, context, code=0, lines=""):
        os.environ["CODE"], os.environ["LINES"] = str(code), lines
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
            # A failed task ends the DAG run: nothing is published.
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
            self.assertEqual(LOGGING, Path(f"{self.called}.conf").read_text())
        self.assertEqual("-Dmine=1", os.environ["SPARK_SUBMIT_OPTS"])
        self.assertNotIn("SPARK_CONF_DIR", os.environ)

    @in_each_layout
    def test_an_exit_code_becomes_a_failure_or_a_retry(self, dag):
        expected = {2: "fail", 3: "fail", 4: "retry", 5: "fail", 6: "fail", 7: "fail", 8: "retry", 70: "fail", 1: "retry", 137: "retry", 143: "retry"}
        kinds = {"fail": fakes.AirflowFailException, "retry": fakes.AirflowException}
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
    def test_a_sidecar_s_end_is_not_the_driver_s(self, dag):
        def ends(driver, sidecar):
            both = (("spark-kubernetes-driver", driver), ("zz-proxy", sidecar))
            return "".join(f"\\t container name: {name}\\n\\t exit code: {code}\\n" for name, code in both)

        if dag.dag_id == "radllama_kubernetes":
            self.run_task(dag.tasks["train"], self.context(dag), 0, ends(0, 143))
            for driver, kind in ((7, fakes.AirflowFailException), (137, fakes.AirflowException)):
                with self.assertRaises(fakes.AirflowException) as raised:
                    self.run_task(dag.tasks["train"], self.context(dag), 0, ends(driver, 0))
                self.assertIs(kind, type(raised.exception))

    @in_each_layout
    def test_a_run_id_in_other_hands_never_ends_well(self, dag):
        words = "User application exited with status 4\\n"
        if dag.dag_id == "radllama_yarn":
            for attempt, kind in ((1, fakes.AirflowException), (2, fakes.AirflowException), (3, fakes.AirflowFailException)):
                with self.assertRaises(fakes.AirflowException) as raised:
                    self.run_task(dag.tasks["train"], self.context(dag, try_number=attempt), 1, words)
                self.assertIs(kind, type(raised.exception))

    @in_each_layout
    def test_without_the_projects_logging_nothing_is_submitted(self, dag):
        for name in ("train", "gate_scores"):
            with self.assertRaisesRegex(fakes.AirflowFailException, f"{name}: spark_conf_dir: no /nowhere/log4j2.properties"):
                dag.tasks[name].execute(self.context(dag, spark_conf_dir="/nowhere"))
        self.assertFalse(self.called.exists())

    @in_each_layout
    def test_what_will_be_run_is_rendered(self, dag):
        train, gate, context = dag.tasks["train"], dag.tasks["gate_scores"], self.context(dag, base_model="{{ not }}")
        for task in (train, gate):
            task.render_template_fields(context)
        self.assertIn("{{ not }}", train.application_args)
        self.assertTrue(train.application.endswith("pipeline-train-job.jar"))
        self.assertEqual(f"{dag.dag_id}-train-20240331T013000", train.name)
        self.assertEqual("36g", train.conf["spark.executor.memoryOverhead"])
        self.assertEqual("spark-submit", gate.command[0])
        self.assertIn("command", gate.template_fields)

    @in_each_layout
    def test_a_stopped_task_ends_its_application(self, dag):
        kubernetes = dag.dag_id == "radllama_kubernetes"
        task = dag.tasks["train"]
        task.on_kill()
        self.assertFalse(self.called.exists())
        yarn = Path(self.scratch.name, "yarn")
        yarn.write_text(SUBMIT)
        yarn.chmod(yarn.stat().st_mode | stat.S_IXUSR)
        ended = "exit code: 0\\n" if kubernetes else "Submitted application application_1_2\\n"
        submitted = self.run_task(task, self.context(dag), lines=ended)
        os.environ["SPARK_CONF_DIR"] = str(ROOT / "conf")
        task.on_kill()
        killed = self.called.read_text().splitlines()
        if kubernetes:
            pod = next(word.split("=", 1)[1] for word in submitted if word.startswith("spark.kubernetes.driver.pod.name="))
            self.assertRegex(pod, "^radllama-kubernetes-train-[a-z0-9-]{1,30}-driver$")
            self.assertEqual(["--kill", f"radllama:{pod}", "--master", fakes.MASTERS["spark_kubernetes"]], killed[:4])
        else:
            self.assertEqual(["application", "-kill", "application_1_2"], killed)

    @in_each_layout
    def test_7b_models_have_the_memory_that_the_guides_say(self, dag):
        for task in ("train", "evaluate"):
            conf = dict(self.conf(dag.tasks[task], self.context(dag)))
            self.assertEqual("36g", conf["spark.executor.memoryOverhead"])

    @staticmethod
    def conf(task, context):
        task.render_template_fields(context)
        return task.conf

    @in_each_layout
    def test_what_is_published_is_an_asset(self, dag):
        for task_id in ("ingest", "train", "evaluate", "publish_report"):
            task = dag.tasks[task_id]
            self.assertEqual([f"x-radllama://{dag.dag_id}/{task_id}"], [asset.uri for asset in task.outlets])
            event = types.SimpleNamespace(extra={})
            context = {**self.context(dag, runs="/r/", reports="/pages"), "outlet_events": {task.outlets[0]: event}}
            self.run_task(task, context, lines="exit code: 0\\n")
            place = "/pages" if task_id == "publish_report" else f"/r/{dag.dag_id}-{task_id}-20240331T013000"
            self.assertEqual({"published": place}, event.extra)

    @in_each_layout
    def test_both_versions_of_airflow_run_on_the_same_days(self, dag):
        self.assertEqual(("0 0 * * 0", "UTC"), (dag.schedule.cron, dag.schedule.timezone))

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
            dag, runs="/r", min_train=7, metric="bleu4", compare_with="e1", spark={"all": {"spark.a": "1"}}
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
            self.assertEqual(LOGGING, Path(f"{self.called}.conf").read_text())
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

    def test_every_task_has_what_is_asked_for_all(self):
        fakes.install("3.0")
        pipeline = importlib.import_module("radllama_dags.pipeline")
        call = object()
        dag = pipeline.build("d", "", "c", {}, {"jar": "j", "base_model": "m"}, pool="p", queue="q", on_failure_callback=call)
        for task in dag.tasks.values():
            self.assertEqual(("p", "q", call), (task.pool, task.queue, task.on_failure_callback))

    def test_a_provider_that_is_not_known_is_refused_with_words(self):
        fakes.install("3.0")
        hook = sys.modules["airflow.providers.apache.spark.hooks.spark_submit"]
        hook.SparkSubmitHook = type("SparkSubmitHook", (), {"submit": None})
        with self.assertRaisesRegex(ImportError, "SparkSubmitHook has no _process_spark_submit_log.* They were run with 6"):
            importlib.import_module("radllama_yarn")
        fakes.install("3.0")
        pipeline = importlib.import_module("radllama_dags.pipeline")
        with self.assertRaisesRegex(ValueError, 'tracking="api" needs apache-airflow-providers-apache-spark'):
            pipeline.build("d", "", "c", {}, {"jar": "j", "base_model": "m"}, tracking="api")

    def test_unknown_parameters_are_refused(self):
        fakes.install("2.11")
        pipeline = importlib.import_module("radllama_dags.pipeline")
        with self.assertRaisesRegex(ValueError, "sauces"):
            pipeline.build("d", "", "c", {}, {"sauces": []})
