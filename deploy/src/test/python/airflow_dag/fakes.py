"""Small stand-ins for Airflow, in the three layouts of its modules, with the hook's way to run spark-submit.

They refuse what Airflow refuses: arguments that an operator does not have, parameters whose defaults their schema does not
allow, two tasks of one name.
"""

import functools
import os
import re
import subprocess
import sys
import types

LAYOUTS = ("2.9", "3.0", "3.3")


class AirflowException(Exception):
    pass


class AirflowFailException(AirflowException):
    pass


class AirflowSkipException(AirflowException):
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

    def __init__(self, *, dag_id, description, schedule, start_date, catchup, max_active_runs, default_args, params, tags, doc_md):
        assert start_date.tzinfo is not None
        self.dag_id, self.schedule, self.catchup, self.max_active_runs = dag_id, schedule, catchup, max_active_runs
        self.default_args, self.params, self.tasks = default_args, params, {}

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


class BaseOperator:
    def __init_subclass__(cls):
        if "execute" in vars(cls):
            cls.execute = _guarded(cls.execute)

    def __init__(
        self, *, task_id, execution_timeout=None, trigger_rule="all_success", owner=None, retries=0, retry_delay=None, depends_on_past=False
    ):
        assert task_id not in DAG.current.tasks, task_id
        self.task_id, self.execution_timeout, self.trigger_rule = task_id, execution_timeout, trigger_rule
        defaults = DAG.current.default_args
        self.retries, self.retry_delay = defaults.get("retries", retries), defaults.get("retry_delay", retry_delay)
        self.downstream = []
        DAG.current.tasks[task_id] = self

    def __rshift__(self, other):
        self.downstream.append(other.task_id)
        return other


class PythonOperator(BaseOperator):
    def __init__(self, *, python_callable, **kwargs):
        super().__init__(**kwargs)
        self.python_callable = python_callable


class Hook:
    """Runs what is named spark-submit on the path, and judges its end as the real one does."""

    def __init__(self, master, command, durable):
        self._master, self._command, self._durable, self._spark_exit_code = master, command, durable, None

    def submit(self):
        with subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True, env=os.environ.copy()
        ) as process:
            self._process_spark_submit_log(iter(process.stdout))
        code = process.returncode
        kubernetes = "k8s" in self._master
        if code or (kubernetes and self._spark_exit_code != 0):
            text = f"Cannot execute: {' '.join(self._command)}. Error code is: {code}."
            raise AirflowException(text + (f" Kubernetes spark exit code is: {self._spark_exit_code}" if kubernetes else ""))

    def _process_spark_submit_log(self, lines):
        for line in lines:
            match = re.search(r"\s*[eE]xit code: (\d+)", line.strip())
            if match and "k8s" in self._master:
                self._spark_exit_code = int(match.group(1))


MASTERS = {"spark_default": "yarn", "spark_kubernetes": "k8s://https://api:6443"}


def _spark_operator(layout):
    mark = "_" if layout == "2.9" else ""

    class SparkSubmitOperator(BaseOperator):
        def __init__(
            self, *, application="", conf=None, conn_id="spark_default", java_class=None, name="arrow-spark", application_args=None, deploy_mode=None, **kwargs
        ):
            super().__init__(**kwargs)
            for field, value in (("application", application), ("conf", conf), ("name", name), ("application_args", application_args)):
                setattr(self, mark + field, value)
            self._conn_id, self._java_class, self._deploy_mode, self._hook = conn_id, java_class, deploy_mode, None
            self._durable = False

        def execute(self, context):
            if self._hook is None:
                self._hook = self._get_hook()
            if layout == "3.3" and self._durable and "yarn" in self._hook._master:
                raise ValueError("YARN cluster mode with durable=True requires yarn_track_via_rm_api=True.")
            self._hook.submit()

        def _get_hook(self):
            master = MASTERS[self._conn_id]
            command = ["spark-submit", "--master", master]
            for key, value in getattr(self, mark + "conf").items():
                command += ["--conf", f"{key}={value}"]
            command += ["--name", getattr(self, mark + "name"), "--class", self._java_class, "--deploy-mode", self._deploy_mode]
            command += [getattr(self, mark + "application"), *getattr(self, mark + "application_args")]
            return Hook(master, command, self._durable)

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
    exceptions = {c.__name__: c for c in (AirflowException, AirflowFailException, AirflowSkipException)}
    spark = {"SparkSubmitOperator": _spark_operator(layout)}
    modules = {"airflow.providers.apache.spark.operators.spark_submit": spark}
    if layout == "2.9":
        modules["airflow"] = {"DAG": DAG}
        modules["airflow.models.param"] = {"Param": Param}
        modules["airflow.exceptions"] = exceptions
        modules["airflow.operators.python"] = {"PythonOperator": PythonOperator}
    else:
        modules["airflow.sdk"] = {"DAG": DAG, "Param": Param}
        modules["airflow.providers.standard.operators.python"] = {"PythonOperator": PythonOperator}
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
