"""How a job and a gate are run by spark-submit, and how their endings are told apart."""

import subprocess

from radllama_dags import codes
from radllama_dags.compat import AirflowException, AirflowFailException, BaseOperator
from radllama_dags.provider import JobFailed, SubmitOperator
from radllama_dags.spark_conf import NoLogging, spark_environment


class RadllamaSubmitOperator(SubmitOperator):
    """Runs one of RadLlama's jobs.

    Its jar, flags and Spark settings follow from the DAG run and its parameters. They are there when the task's fields are
    rendered, so that Airflow shows them.

    :param plan: from the context to a ``Submission``
    """

    def __init__(self, *, plan, **kwargs):
        super().__init__(**kwargs)
        self._plan = plan

    def render_template_fields(self, context, jinja_env=None):
        """Fills in the fields; what comes from parameters is not rendered again."""
        super().render_template_fields(context, jinja_env)
        self._fill(self._plan(context))

    def execute(self, context):
        """Submits and waits; fails or raises for a retry by the job's exit code."""
        submission = self._plan(context)
        self._fill(submission)
        try:
            with spark_environment(submission.spark_conf_dir):
                self.submit(context)
        except NoLogging as e:
            raise AirflowFailException(f"{self.task_id}: {e}") from e
        except JobFailed as e:
            self._end(e, context.get("ti"))
        _announce(self, context, submission)

    def _fill(self, submission):
        self.application = submission.application
        self.application_args = list(submission.flags)
        self.conf = dict(submission.conf)
        self.name = submission.name

    def _end(self, failure, task):
        code = failure.code
        attempt, attempts = getattr(task, "try_number", 1), getattr(task, "max_tries", self.retries) + 1
        text = f"{self.task_id}: exit {code}, {codes.MEANING[code]}" if code in codes.MEANING else str(failure)
        if codes.action(code, attempt, attempts) is codes.Action.FAIL:
            raise AirflowFailException(text) from failure
        raise AirflowException(text) from failure


class RadllamaGateOperator(BaseOperator):
    """Runs a gate on this worker, so that the task's log says what it saw, and returns that.

    It reads a few small files and needs no executors, whatever the connection's master is.

    :param plan: from the context to a ``Submission``
    """

    template_fields = ("command",)

    def __init__(self, *, plan, **kwargs):
        super().__init__(**kwargs)
        self._plan = plan
        self.command = []

    def render_template_fields(self, context, jinja_env=None):
        """Fills in the command, so that Airflow shows it."""
        self.command = _gate_command(self._plan(context))

    def execute(self, context):
        """Runs the gate; a closed one fails, others that do not answer are asked again."""
        submission = self._plan(context)
        self.command = _gate_command(submission)
        try:
            with spark_environment(submission.spark_conf_dir):
                done = subprocess.run(  # noqa: S603 a list of arguments, no shell
                    self.command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False
                )
        except NoLogging as e:
            raise AirflowFailException(f"{self.task_id}: {e}") from e
        for line in done.stdout.splitlines():
            self.log.info("%s", line)
        if done.returncode == 0:
            return done.stdout.strip()
        said = [line for line in done.stdout.splitlines() if line.startswith("radllama gate: ")]
        text = said[-1] if said else f"the gate ended with {done.returncode}, see the log above"
        if codes.gate_action(done.returncode) is codes.Action.FAIL:
            raise AirflowFailException(text)
        raise AirflowException(text)


def _gate_command(submission):
    command = ["spark-submit", "--master", "local[1]", "--deploy-mode", "client", "--name", submission.name]
    command += ["--class", submission.java_class]
    command += [word for key, value in submission.conf.items() for word in ("--conf", f"{key}={value}")]
    return [*command, submission.application, *submission.flags]


def _announce(task, context, submission):
    """Tells the task's assets where what is published lies."""
    events = context.get("outlet_events")
    for asset in task.outlets or []:
        if events is not None:
            events[asset].extra = {"published": submission.published}
