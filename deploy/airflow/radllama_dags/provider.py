"""What is leant on of apache-airflow-providers-apache-spark beyond its public API: in this class and nowhere else."""

import inspect
import re
import shutil
import subprocess
import uuid
from importlib import metadata
from pathlib import Path

from airflow.providers.apache.spark.hooks.spark_submit import SparkSubmitHook
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

from radllama_dags import codes
from radllama_dags.compat import AIRFLOW, AirflowException

PACKAGE = "apache-airflow-providers-apache-spark"

#: The version that deploy/airflow/check ran with.
TRIED = "6.3.4"

_DRIVERS_CONTAINER = "spark-kubernetes-driver"
_POD = "spark.kubernetes.driver.pod.name"
_WAITS = ("spark.yarn.submit.waitAppCompletion", "spark.kubernetes.submission.waitAppCompletion")

# Airflow leaves a task that is told to end a minute (killed_task_cleanup_time).
_PATIENCE = 50


class JobFailed(Exception):
    """The job did not end well.

    :ivar code: its exit code, or None when nobody said one of ours
    """

    def __init__(self, code, said):
        super().__init__(said)
        self.code = code


def require(owner, *names):
    """Refuses a provider without something that is leant on.

    :raises ImportError: says what is missing, and which versions have it
    """
    missing = [name for name in names if not hasattr(owner, name)]
    if missing:
        try:
            version = metadata.version(PACKAGE)
        except metadata.PackageNotFoundError:
            version = "of unknown version"
        raise ImportError(
            f"{PACKAGE} {version}: {getattr(owner, '__name__', type(owner).__name__)} has no {', '.join(missing)}, which RadLlama's"
            f" DAGs need. They were run with {TRIED}: install that"
        )


require(SparkSubmitHook, "_process_spark_submit_log", "submit")
require(SparkSubmitOperator, "_get_hook", "execute", "on_kill")


# Airflow may refuse an execute inside another, or warn of it: this is the one without that check.
_EXECUTE = inspect.unwrap(SparkSubmitOperator.execute)


class SubmitOperator(SparkSubmitOperator):
    """spark-submit that tells the driver's exit code, and ends what it submitted when the task is stopped.

    :param by_api: spark-submit ends when the application is there, which is then asked after at the API of YARN or Kubernetes
    """

    def __init__(self, *, by_api=False, **kwargs):
        known = inspect.signature(SparkSubmitOperator.__init__).parameters
        tracking = ("track_driver_via_k8s_api", "yarn_track_via_rm_api")
        if by_api and not all(name in known for name in tracking):
            raise ValueError(f'tracking="api" needs {PACKAGE} {TRIED} or later: this one knows no {" and no ".join(tracking)}')
        # Airflow 3.3 would leave spark-submit at once on YARN and ask the resource manager, unless it is told not to.
        if not by_api and AIRFLOW >= (3, 3) and "durable" in known:
            kwargs["durable"] = False
        super().__init__(**kwargs)
        self._by_api = by_api
        self._seen = []

    def submit(self, context):
        """Submits and waits.

        :raises JobFailed: however the job failed
        """
        self._seen = []
        if self._by_api:
            self.conf = {key: value for key, value in self.conf.items() if key not in _WAITS}
        self._hook = None
        try:
            _EXECUTE(self, context)
        except (AirflowException, RuntimeError) as e:
            if self._ended_well():
                self.log.info("the driver ended with 0; a container beside it did not")
                return
            raise JobFailed(self._code(e), str(e)) from e
        if self._ended_well() is False:
            raise JobFailed(codes.of_failure(self._seen, ""), f"{self.task_id}: the driver did not end with 0, a container beside it did")

    def on_kill(self):
        """Ends the application: whatever reaches the cluster to submit reaches it for that, too."""
        hook = self._hook
        if hook is None:
            return
        if self._by_api:
            super().on_kill()
            return
        process = hook._submit_sp
        if process is not None and process.poll() is None:
            # Before the rest: afterwards, nothing can be submitted any more.
            process.kill()
        if hook._is_kubernetes:
            self._run(self._kill_pod(hook))
        elif hook._is_yarn and hook._yarn_application_id:
            self._run(_kill_application(hook))

    def _get_hook(self):
        hook = super()._get_hook()
        require(hook, "_conf", "_submit_sp", "_connection", "_is_yarn", "_is_kubernetes", "_yarn_application_id")
        inner = hook._process_spark_submit_log
        hook._process_spark_submit_log = lambda lines: inner(self._watched(lines))
        if hook._is_kubernetes:
            # Named here, so that it can be ended before spark-submit tells of it.
            name = re.sub("[^a-z0-9]+", "-", self.name.lower())[:40].strip("-")
            hook._conf.setdefault(_POD, f"{name}-{uuid.uuid4().hex[:8]}-driver")
        if self._by_api:
            require(hook, "_track_driver_via_k8s_api", "_yarn_track_via_rm_api", "_poll_k8s_driver_via_api")
            # Which of the two is only known with the connection.
            for one in (self, hook):
                one._track_driver_via_k8s_api, one._yarn_track_via_rm_api = hook._is_kubernetes, hook._is_yarn
            hook._poll_k8s_driver_via_api = _told(hook._poll_k8s_driver_via_api)
        return hook

    def _watched(self, lines):
        for line in lines:
            if codes.of_line(line) is not None:
                self._seen.append(line)
            yield line

    def _ended_well(self):
        """By the log of a spark-submit that waited; another tells of containers that have only begun."""
        return None if self._by_api else codes.ended_well(self._seen)

    def _code(self, error):
        hook = self._hook
        if self._by_api and hook is not None and hook._is_kubernetes and hook._kubernetes_driver_pod:
            return self._code_of_pod(hook)
        return codes.of_failure(self._seen, str(error))

    def _code_of_pod(self, hook):
        """Of the driver's container. The provider tells that of the first one, which may be a sidecar."""
        from airflow.providers.cncf.kubernetes import kube_client

        try:
            pod = kube_client.get_kube_client().read_namespaced_pod(hook._kubernetes_driver_pod, hook._connection["namespace"])
        except kube_client.ApiException as e:
            self.log.warning("how the driver %s ended is not known: HTTP %s", hook._kubernetes_driver_pod, e.status)
            return None
        for status in pod.status.container_statuses or []:
            if status.name == _DRIVERS_CONTAINER and status.state.terminated:
                return codes.of_driver(status.state.terminated.exit_code)
        return None

    def _kill_pod(self, hook):
        """By spark-submit, with the login that it submitted with: inside the cluster or by a kubeconfig."""
        settings = [word for key, value in hook._conf.items() for word in ("--conf", f"{key}={value}")]
        pod = f"{hook._connection['namespace'] or 'default'}:{hook._conf[_POD]}"
        return [hook._connection["spark_binary"], "--kill", pod, "--master", hook._connection["master"], *settings]

    def _run(self, command):
        what = f"ending the application ({' '.join(command[:4])})"
        try:
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=_PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as e:
            self.log.error("%s failed; the application may go on: %s", what, e)
            return
        if done.returncode:
            self.log.error("%s ended with %s; the application may go on: %s", what, done.returncode, done.stdout[-2000:])
        else:
            self.log.info("%s: done", what)


def _told(poll):
    def watched():
        phase = poll()
        if phase is None:
            raise RuntimeError("the driver's pod is gone (deleted or evicted): how it ended is not known")
        return phase

    return watched


def _kill_application(hook):
    """By the yarn command, or by the same classes as Spark brings them."""
    kill = ["application", "-kill", hook._yarn_application_id]
    yarn = shutil.which("yarn")
    if yarn:
        return [yarn, *kill]
    submit = shutil.which(hook._connection["spark_binary"]) or "spark-submit"
    return [str(Path(submit).resolve().with_name("spark-class")), "org.apache.hadoop.yarn.client.cli.ApplicationCLI", *kill]
