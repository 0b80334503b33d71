"""How a job and a gate are run by spark-submit, and how their endings are told apart."""

import inspect
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

from radllama_dags import codes
from radllama_dags.compat import AirflowException, AirflowFailException, AirflowSkipException, SparkSubmitOperator

# Airflow 2.9 and later take an execute inside another for a mistake, and may refuse it: this is the one without that check.
_SUBMIT = inspect.unwrap(SparkSubmitOperator.execute)

_LOGGING = Path(__file__).with_name("log4j2.properties")


class RadllamaSubmitOperator(SparkSubmitOperator):
    """Runs one of RadLlama's jobs.

    Its jar, flags and Spark settings are known when it runs, since they follow from the DAG run and its parameters.

    :param plan: from the context to a ``Submission``
    """

    def __init__(self, *, plan, **kwargs):
        # Later providers leave spark-submit at once to track the application by other means, which lose the exit code.
        known = inspect.signature(SparkSubmitOperator.__init__).parameters
        for later in ("durable", "reconnect_on_retry"):
            if later in known:
                kwargs[later] = False
                break
        super().__init__(**kwargs)
        self._plan = plan
        self._seen = []

    def execute(self, context):
        """Submits and waits; skips, fails or raises for a retry by the job's exit code."""
        submission = self._plan(context)
        self._set("application", submission.application)
        self._set("application_args", list(submission.flags))
        self._set("conf", dict(submission.conf))
        self._set("name", submission.name)
        self._seen = []
        try:
            with _environment(submission.environment):
                return _SUBMIT(self, context)
        except (AirflowException, RuntimeError) as e:
            self._end(codes.of_failure(self._seen, str(e)), context, e)

    def _get_hook(self):
        """The hook, with an eye on what spark-submit prints."""
        hook = super()._get_hook()
        inner = getattr(hook, "_process_spark_submit_log", None)
        if inner is not None:
            hook._process_spark_submit_log = lambda lines: inner(self._watched(lines))
        return hook

    def _watched(self, lines):
        for line in lines:
            if codes.of_line(line) is not None:
                self._seen.append(line)
            yield line

    def _set(self, name, value):
        """Older providers keep the same values under a name with an underscore."""
        setattr(self, name if hasattr(self, name) else f"_{name}", value)

    def _end(self, code, context, error):
        task = context.get("ti")
        attempt = getattr(task, "try_number", 1)
        action = codes.action(code, attempt, getattr(task, "max_tries", self.retries) + 1)
        text = f"{self.task_id}: exit {code}, {codes.MEANING[code]}" if code in codes.MEANING else str(error)
        if action is codes.Action.SKIP:
            raise AirflowSkipException(text) from error
        if action is codes.Action.FAIL:
            raise AirflowFailException(text) from error
        if code is None:
            raise error
        raise AirflowException(text) from error


def run_gate(submission):
    """Runs a gate on this worker, so that the task's log says what it saw; returns that.

    It reads a few small files and needs no executors, whatever the connection's master is.
    """
    command = ["spark-submit", "--master", "local[1]", "--name", submission.name, "--class", submission.java_class]
    command += [word for key, value in submission.conf.items() for word in ("--conf", f"{key}={value}")]
    command += [submission.application, *submission.flags]
    with _environment(submission.environment):
        done = subprocess.run(  # noqa: S603 a list of arguments, no shell
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False
        )
    print(done.stdout)
    if done.returncode == 0:
        return done.stdout.strip()
    said = [line for line in done.stdout.splitlines() if line.startswith("radllama gate: ")]
    text = said[-1] if said else f"the gate ended with {done.returncode}, see the log above"
    if codes.gate_action(done.returncode) is codes.Action.FAIL:
        raise AirflowFailException(text)
    raise AirflowException(text)


@contextmanager
def _environment(more):
    """spark-submit's own logging, and what the target needs; a task is a process of its own, and left as it was."""
    options = os.environ.get("SPARK_SUBMIT_OPTS", "")
    values = {"SPARK_SUBMIT_OPTS": f"-Dlog4j2.configurationFile={_LOGGING} {options}".strip(), **more}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
