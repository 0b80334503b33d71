"""Small stand-ins for Airflow, in the three layouts of its modules, with the hook's way to run spark-submit.

They refuse what Airflow refuses: arguments that an operator does not have, parameters whose defaults their schema does not
allow, two tasks of one name.
"""

import functools
import logging
import os
import re
import subprocess
import sys
import types

LAYOUTS = ("2.11", "3.0", "3.3")


class AirflowException(Exception):
    pass


class AirflowFailException(AirflowException):
    pass


class Param:
    def __init__(self, default, *, description=None, **schema):
        self.value, self.description, self.schema = default, description, schema
        kinds = {"string": str, "array": list, "object": dict, "integer": int, "number": (int, float), "null": type(None)}
        types_of = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(isinstance(default, kinds[t]) for t in types_of), (default, schema)
        assert not isinstance(default, str) or len(default) >= schema.get("minLength", 0), schema
        assert not isinstance(default, str) or re.search(schema.get("pattern", ""), default), schema


class DAG:
    current = None

    def __init__(self, *, dag_id, description, schedule, start_date, catchup, max_active_runs, params, tags, doc_md):
        assert start_date.tzinfo is not None
        self.dag_id, self.schedule, self.catchup, self.max_active_runs = dag_id, schedule, catchup, max_active_runs
        self.params, self.tasks = params, {}

    def __enter__(self):
        DAG.current = self
        return self

    def __exit__(self, *_):
        DAG.current = None


def _guarded(execute):
    """Airflow may refuse an execute inside another."""

    @functools.wraps(execute)
    def guarded(self, context):
        if getattr(self, "_executes", False):
            raise AirflowException("execute cannot be called outside TaskInstance!")
        self._executes = True
        try:
            return execute(self, context)
        finally:
            self._executes = False

    return guarded


class TaskGroup:
    def __init__(self, group_id, *, prefix_group_id=True):
        self.group_id, self.prefix_group_id = group_id, prefix_group_id

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


class Asset:
    def __init__(self, uri):
        self.uri = uri


class CronTriggerTimetable:
    def __init__(self, cron, *, timezone):
        self.cron, self.timezone = cron, timezone


class BaseOperator:
    template_fields = ()

    def __init_subclass__(cls):
        if "execute" in vars(cls):
            cls.execute = _guarded(cls.execute)

    def __init__(
        self,
        *,
        task_id,
        execution_timeout=None,
        trigger_rule="all_success",
        owner=None,
        retries=0,
        retry_delay=None,
        outlets=(),
        pool=None,
        queue=None,
        on_failure_callback=None,
    ):
        assert task_id not in DAG.current.tasks, task_id
        self.task_id, self.execution_timeout, self.trigger_rule = task_id, execution_timeout, trigger_rule
        self.retries, self.retry_delay, self.outlets = retries, retry_delay, outlets
        self.pool, self.queue, self.on_failure_callback = pool, queue, on_failure_callback
        self.downstream, self.log = [], logging.getLogger("task")
        DAG.current.tasks[task_id] = self

    def __rshift__(self, other):
        self.downstream.append(other.task_id)
        return other

    def render_template_fields(self, context, jinja_env=None):
        for field in self.template_fields:
            assert hasattr(self, field), field

    def on_kill(self):
        pass


class Hook:
    """Runs what is named spark-submit on the path, and judges its end as the real one does."""

    def __init__(self, master, conf, command):
        self._connection = {"master": master, "spark_binary": "spark-submit", "namespace": conf.get("spark.kubernetes.namespace")}
        self._conf, self._rest, self._spark_exit_code, self._submit_sp = conf, command, None, None
        self._is_yarn, self._is_kubernetes = master == "yarn", "k8s" in master
        self._yarn_application_id = self._kubernetes_driver_pod = None

    def submit(self):
        settings = [word for key, value in self._conf.items() for word in ("--conf", f"{key}={value}")]
        command = ["spark-submit", "--master", self._connection["master"], *settings, *self._rest]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, env=os.environ.copy()
        ) as self._submit_sp:
            self._process_spark_submit_log(iter(self._submit_sp.stdout))
        code = self._submit_sp.returncode
        if code or (self._is_kubernetes and self._spark_exit_code != 0):
            text = f"Cannot execute: {' '.join(command)}. Error code is: {code}."
            raise AirflowException(text + (f" Kubernetes spark exit code is: {self._spark_exit_code}" if self._is_kubernetes else ""))

    def _process_spark_submit_log(self, lines):
        for line in lines:
            match = re.search(r"\s*[eE]xit code: (\d+)", line.strip())
            if match and self._is_kubernetes:
                self._spark_exit_code = int(match.group(1))
            match = re.search("application_[0-9_]+", line)
            if match and self._is_yarn:
                self._yarn_application_id = match.group(0)


MASTERS = {"spark_default": "yarn", "spark_kubernetes": "k8s://https://api:6443"}


def _spark_operator(layout):
    class SparkSubmitOperator(BaseOperator):
        template_fields = ("application", "conf", "name", "application_args")

        def __init__(
            self, *, application="", conf=None, conn_id="spark_default", java_class=None, name="arrow-spark", application_args=None, deploy_mode=None, **kwargs
        ):
            super().__init__(**kwargs)
            self.application, self.conf, self.name, self.application_args = application, conf, name, application_args
            self._conn_id, self._java_class, self._deploy_mode, self._hook = conn_id, java_class, deploy_mode, None
            self._durable = layout == "3.3"

        def execute(self, context):
            if self._hook is None:
                self._hook = self._get_hook()
            if self._durable and self._hook._is_yarn:
                raise ValueError("YARN cluster mode with durable=True requires yarn_track_via_rm_api=True.")
            self._hook.submit()

        def _get_hook(self):
            command = ["--name", self.name, "--class", self._java_class, "--deploy-mode", self._deploy_mode, self.application]
            return Hook(MASTERS[self._conn_id], self.conf, [*command, *self.application_args])

    if layout != "3.3":
        return SparkSubmitOperator

    class Durable(SparkSubmitOperator):
        def __init__(self, *, durable=None, **kwargs):
            super().__init__(**kwargs)
            self._durable = durable is not False

    return Durable


def install(layout):
    """Puts modules of this layout in the place of Airflow, and forgets what was imported with another."""
    for name in [n for n in sys.modules if n.split(".")[0] in ("airflow", "radllama_dags", "radllama_yarn", "radllama_kubernetes")]:
        del sys.modules[name]
    exceptions = {c.__name__: c for c in (AirflowException, AirflowFailException)}
    timetables = {"CronTriggerTimetable": CronTriggerTimetable}
    modules = {
        "airflow": {"__version__": f"{layout}.2"},
        "airflow.timetables.trigger": timetables,
        "airflow.providers.apache.spark.operators.spark_submit": {"SparkSubmitOperator": _spark_operator(layout)},
        "airflow.providers.apache.spark.hooks.spark_submit": {"SparkSubmitHook": Hook},
    }
    if layout == "2.11":
        modules["airflow"]["DAG"] = DAG
        modules["airflow.models.param"] = {"Param": Param}
        modules["airflow.models.baseoperator"] = {"BaseOperator": BaseOperator}
        modules["airflow.datasets"] = {"Dataset": Asset}
        modules["airflow.utils.task_group"] = {"TaskGroup": TaskGroup}
        modules["airflow.exceptions"] = exceptions
    else:
        sdk = {c.__name__: c for c in (DAG, Asset, BaseOperator, Param, TaskGroup)}
        modules["airflow.sdk"] = {**sdk, **(timetables if layout == "3.3" else {})}
        # 3.0's SDK has a module of this name with other exceptions.
        modules["airflow.sdk.exceptions"] = exceptions if layout == "3.3" else {}
        modules["airflow.exceptions"] = {"AirflowException": AirflowException} if layout == "3.3" else exceptions
    for name, content in modules.items():
        parts = name.split(".")
        for i in range(1, len(parts) + 1):
            path = ".".join(parts[:i])
            if path not in sys.modules:
                sys.modules[path] = types.ModuleType(path)
                sys.modules[path].__path__ = []
        vars(sys.modules[name]).update(content)
