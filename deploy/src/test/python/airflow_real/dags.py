"""Both DAGs in the Airflow that runs this file, with a stand-in for spark-submit. Called by deploy/airflow/check.

The environment has AIRFLOW_HOME (installed as the README says, with connections), STANDIN and the stand-in on the path.
"""

import inspect
import json
import logging
import os
import re
import sys
import threading
import time
import types
import unittest
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(os.environ["AIRFLOW_HOME"], "dags")))

import radllama_kubernetes
import radllama_yarn
from airflow import __version__
from airflow.utils.session import create_session
from radllama_dags.pipeline import build
from radllama_dags.provider import SparkSubmitOperator

if __version__.startswith("2"):
    # Tables that those of DAG runs refer to.
    import airflow.providers.fab.auth_manager.models  # noqa: F401

STANDIN = Path(os.environ["STANDIN"])
CONF = os.environ["RADLLAMA_CONF"]
DAGS = (radllama_yarn.dag, radllama_kubernetes.dag)
AIRFLOW_3 = __version__.startswith("3")
DATES = iter(datetime(2024, 3, 31, 1, 30, tzinfo=timezone.utc) + timedelta(days=n) for n in range(1000))
TRACKING = "track_driver_via_k8s_api" in inspect.signature(SparkSubmitOperator.__init__).parameters


def run(dag, only=None, dated=True, codes=None, **params):
    """A DAG run: its state, its tasks' states, and the stand-in's calls. ``only``: the others are taken for done."""
    for file in STANDIN.glob("[A-Z]*"):
        file.unlink()
    (STANDIN / "calls").write_text("")
    for name, ends in (codes or {}).items():
        (STANDIN / name).write_text("\n".join(map(str, ends)))
    for task in dag.tasks:
        task.retry_delay = timedelta(0)
    named = "logical_date" if AIRFLOW_3 else "execution_date"
    arguments = {named: next(DATES) if dated else None}
    if only:
        arguments["mark_success_pattern"] = "|".join(task.task_id for task in dag.tasks if task.task_id != only)
    dag_run = dag.test(run_conf={"spark_conf_dir": CONF, **params}, **arguments)
    states = {ti.task_id: str(getattr(ti.state, "value", ti.state)) for ti in dag_run.get_task_instances()}
    return types.SimpleNamespace(run=dag_run, state=str(getattr(dag_run.state, "value", dag_run.state)), tasks=states, calls=calls())


def calls():
    return [json.loads(line) for line in (STANDIN / "calls").read_text().splitlines()]


def after(call, option):
    return call["words"][call["words"].index(option) + 1]


class Dags(unittest.TestCase):
    def test_an_exit_code_becomes_success_a_failure_or_a_retry(self):
        expected = {0: 1, 2: 1, 3: 1, 5: 1, 6: 1, 7: 1, 70: 1, 4: 3, 8: 3, 137: 3}
        for dag in DAGS:
            for code, attempts in expected.items():
                with self.subTest(dag=dag.dag_id, code=code):
                    ended = run(dag, only="train", codes={"TrainJob": [code]})
                    state = "failed" if code else "success"
                    self.assertEqual((state, state, attempts), (ended.state, ended.tasks["train"], len(ended.calls)))

    def test_a_node_that_is_lost_is_asked_again(self):
        ended = run(DAGS[0], only="train", codes={"TrainJob": [-100, 0]})
        self.assertEqual(("success", 2), (ended.state, len(ended.calls)))

    def test_a_run_id_in_other_hands_is_asked_again_and_never_green_without_a_run(self):
        for dag in DAGS:
            for second, state in ((0, "success"), (7, "failed")):
                with self.subTest(dag=dag.dag_id, second=second):
                    ended = run(dag, only="train", codes={"TrainJob": [4, second]})
                    self.assertEqual((state, 2), (ended.state, len(ended.calls)))

    def test_a_closed_gate_ends_the_dag_run(self):
        for dag in DAGS:
            with self.subTest(dag=dag.dag_id):
                ended = run(dag, codes={"GateJob": [0, 3]})
                self.assertEqual("failed", ended.state)
                self.assertEqual("failed", ended.tasks["gate_scores"])
                self.assertEqual("upstream_failed", ended.tasks["publish_report"])
                classes = [after(call, "--class").rsplit(".", 1)[-1] for call in ended.calls]
                self.assertEqual(["IngestJob", "GateJob", "TrainJob", "EvalJob", "GateJob"], classes)

    def test_names_and_dates_with_and_without_a_logical_date(self):
        for dag in DAGS:
            for dated in (True, False):
                with self.subTest(dag=dag.dag_id, dated=dated):
                    sources = ["--reports", "/in/{date}.csv"]
                    ended = run(dag, only="ingest", dated=dated, codes={"IngestJob": [8, 0]}, sources=sources)
                    self.assertEqual(("success", 2), (ended.state, len(ended.calls)))
                    first, second = ({o: after(c, o) for o in ("--run-id", "--reports")} for c in ended.calls)
                    self.assertEqual(first, second)
                    logical = getattr(ended.run, "logical_date", None)
                    when = logical or ended.run.run_after
                    self.assertEqual(f"/in/{when:%Y%m%d}.csv", first["--reports"])
                    if dated:
                        self.assertEqual(f"{dag.dag_id}-ingest-{when:%Y%m%dT%H%M%S}", first["--run-id"])
                    elif AIRFLOW_3:
                        self.assertIsNone(logical)
                        self.assertTrue(first["--run-id"].startswith(f"{dag.dag_id}-ingest-manual__"), first)

    def test_the_sites_settings_are_kept_and_logging_is_the_projects(self):
        for dag in DAGS:
            with self.subTest(dag=dag.dag_id):
                (call,) = run(dag, only="ingest").calls
                self.assertEqual("spark.site true\n", call["conf"]["spark-defaults.conf"])
                self.assertEqual(Path(CONF, "log4j2.properties").read_text(), call["conf"]["log4j2.properties"])
                ended = run(dag, only="ingest", spark_conf_dir="/nowhere")
                self.assertEqual(("failed", []), (ended.state, ended.calls))

    def test_the_weekly_run_is_of_the_sunday_on_which_it_starts(self):
        for dag in DAGS:
            timetable = dag.timetable
            self.assertEqual("CronTriggerTimetable", type(timetable).__name__)
            self.assertEqual("0 0 * * 0", getattr(timetable, "_expression", None) or timetable.expression)

    def test_what_is_rendered_is_the_command(self):
        from airflow.models.renderedtifields import RenderedTaskInstanceFields as Fields

        for dag in DAGS:
            ended = run(dag)
            self.assertEqual("success", ended.state)
            ((app, args, conf),) = [
                (f["application"], f["application_args"], f["conf"]) for f in rendered(Fields, ended.run, "train")
            ]
            self.assertTrue(app.endswith("pipeline-train-job.jar"))
            self.assertIn("--base-model", args)
            self.assertEqual("36g", conf["spark.executor.memoryOverhead"])
            (gate,) = rendered(Fields, ended.run, "gate_scores")
            self.assertIn("org.radllama.eval.GateJob", gate["command"])

    def test_published_runs_are_assets(self):
        try:
            from airflow.models.asset import AssetEvent as Event
        except ImportError:
            from airflow.models.dataset import DatasetEvent as Event

        for dag in DAGS:
            ended = run(dag, only="train", runs="/r")
            with create_session() as session:
                found = session.query(Event).filter_by(source_run_id=ended.run.run_id, source_task_id="train").all()
                told = [event.extra for event in found]
            name = after(ended.calls[0], "--run-id")
            self.assertEqual([f"/r/{name}"], [extra["published"] for extra in told])


def rendered(fields, dag_run, task_id):
    with create_session() as session:
        found = session.query(fields).filter_by(dag_id=dag_run.dag_id, task_id=task_id, run_id=dag_run.run_id).all()
        return [one.rendered_fields for one in found]


class Killed(unittest.TestCase):
    """A task that is told to end, as Airflow tells it: on_kill from beside."""

    def setUp(self):
        # Outside a DAG run, Airflow 3 finds connections in the environment alone.
        connections = {
            "AIRFLOW_CONN_SPARK_DEFAULT": {"conn_type": "spark", "host": "yarn"},
            "AIRFLOW_CONN_SPARK_KUBERNETES": {"conn_type": "spark", "host": "k8s://https://127.0.0.1", "port": 6443},
        }
        patch = mock.patch.dict(os.environ, {name: json.dumps(value) for name, value in connections.items()})
        patch.start()
        self.addCleanup(patch.stop)

    def stop(self, dag):
        (STANDIN / "calls").write_text("")
        (STANDIN / "TrainJob").write_text("sleep")
        task = dag.get_task("train")
        when = next(DATES)
        params = {name: getattr(p, "value", p) for name, p in dag.params.items()}
        context = {"dag": dag, "logical_date": when, "run_id": "manual__1", "params": {**params, "spark_conf_dir": CONF}}
        raised = []

        def execute():
            try:
                inspect.unwrap(type(task).execute)(task, context)
            except Exception as e:
                raised.append(e)

        thread = threading.Thread(target=execute)
        thread.start()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (calls() and task._hook and (task._hook._kubernetes_driver_pod or task._hook._yarn_application_id)):
            time.sleep(0.2)
        task.on_kill()
        thread.join(30)
        self.assertFalse(thread.is_alive())
        self.assertEqual(1, len(raised))
        return calls()

    def test_on_yarn_the_application_is_killed(self):
        last = self.stop(DAGS[0])[-1]
        self.assertEqual(("yarn", ["application", "-kill", "application_1700000000000_0001"]), (last["program"], last["words"]))

    def test_on_kubernetes_the_drivers_pod_is_killed(self):
        submitted, killed = self.stop(DAGS[1])
        pod = next(w.split("=", 1)[1] for w in submitted["words"] if w.startswith("spark.kubernetes.driver.pod.name="))
        self.assertRegex(pod, r"^radllama-kubernetes-train-[a-z0-9-]+-driver$")
        self.assertEqual(["--kill", f"radllama:{pod}", "--master", after(submitted, "--master")], killed["words"][:4])
        self.assertIn("spark.kubernetes.appKillPodDeletionGracePeriod=120s", killed["words"])


@unittest.skipUnless(TRACKING, "this provider cannot ask YARN or Kubernetes")
class ByApi(unittest.TestCase):
    """tracking="api": spark-submit ends at once, and the end is learned from a resource manager or an API server."""

    def setUp(self):
        patch = mock.patch("airflow.providers.apache.spark.hooks.spark_submit.time", types.SimpleNamespace(sleep=lambda _: None))
        patch.start()
        self.addCleanup(patch.stop)

    @staticmethod
    def dag(like):
        task = like.get_task("train")
        plan = task._plan
        made = build(
            dag_id=like.dag_id,
            description="",
            connection="spark_asked" if like is DAGS[0] else task._conn_id,
            conf={k: v for k, v in plan.__closure__[[*plan.__code__.co_freevars].index("conf")].cell_contents.items()},
            defaults={name: getattr(p, "value", p) for name, p in like.params.items()},
            tracking="api",
            pool="default_pool",
            queue="default",
            on_failure_callback=lambda context: None,
        )
        made.fileloc = like.fileloc
        return made

    def test_on_yarn(self):
        for diagnostics, attempts, state in (
            ("", 1, "success"),
            ("User application exited with status 7", 1, "failed"),
            ("User application exited with status 8", 3, "failed"),
            ("Application killed by user", 3, "failed"),
        ):
            final = "FAILED" if diagnostics else "SUCCEEDED"
            app = {"state": "FINISHED", "finalStatus": final, "diagnostics": diagnostics}
            with self.subTest(diagnostics), answering({"app": app}) as port:
                extra = json.dumps({"yarn_resourcemanager_webapp_address": f"127.0.0.1:{port}"})
                connection = json.dumps({"conn_type": "spark", "host": "yarn", "extra": extra})
                with mock.patch.dict(os.environ, {"AIRFLOW_CONN_SPARK_ASKED": connection}):
                    ended = run(self.dag(DAGS[0]), only="train")
                self.assertEqual((state, attempts), (ended.state, len(ended.calls)))

    def test_on_kubernetes_the_drivers_container_counts(self):
        from airflow.providers.cncf.kubernetes import kube_client

        def pod(phase, driver):
            ends = (("aa-proxy", 2), ("spark-kubernetes-driver", driver))
            states = [(name, types.SimpleNamespace(exit_code=code, reason="", started_at="", finished_at="")) for name, code in ends]
            statuses = [types.SimpleNamespace(name=n, state=types.SimpleNamespace(terminated=t)) for n, t in states]
            return types.SimpleNamespace(status=types.SimpleNamespace(phase=phase, container_statuses=statuses))

        gone = kube_client.ApiException(status=404)
        for answer, attempts, state in (
            (pod("Succeeded", 0), 1, "success"),
            (pod("Failed", 7), 1, "failed"),
            (pod("Failed", 8), 3, "failed"),
            (pod("Failed", 137), 3, "failed"),
            (gone, 3, "failed"),
        ):
            client = mock.Mock()
            client.read_namespaced_pod.side_effect = lambda *_, a=answer: a if a is not gone else (_ for _ in ()).throw(gone)
            with self.subTest(str(answer)), mock.patch.object(kube_client, "get_kube_client", return_value=client):
                ended = run(self.dag(DAGS[1]), only="train")
                self.assertEqual((state, attempts), (ended.state, len(ended.calls)))


class answering:  # noqa: N801 used as a function
    """A server on this machine that answers every request with one JSON value."""

    def __init__(self, value):
        said = json.dumps(value).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_port

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL if not re.search("-v", " ".join(sys.argv)) else logging.NOTSET)
    unittest.main()
