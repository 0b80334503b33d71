"""deploy/kubernetes on a real API server. Called by deploy/kubernetes/check.

The environment has ROOT (the repository, built), BINARIES (etcd, kube-apiserver, perhaps kubectl), JAVA_HOME, and OPERATOR: a folder
with the operator's CustomResourceDefinitions, or nothing.
"""

import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import unittest

from kubernetes_real.node import PODS, STANDIN, Image, Node
from kubernetes_real.server import NAME, ApiError, Server

ROOT = pathlib.Path(os.environ["ROOT"])
HERE = ROOT / "deploy/kubernetes"
PATIENCE = 600
cluster = None


class Cluster:
    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="radllama-kubernetes-")
        self.folder = pathlib.Path(self.scratch.name)
        self.folder.chmod(0o755)
        self.data, self.runs = self.folder / "data", self.folder / "runs"
        for folder in (self.data, self.runs, self.folder / "server", self.folder / "pods"):
            folder.mkdir()
        java, jar = os.environ["JAVA_HOME"], next((ROOT / "pipeline-ingest/target").glob("pipeline-ingest-*-job.jar"))
        subprocess.run(
            [f"{java}/bin/java", "-Xmx512m", "-cp", f"{jar}:{ROOT}/deploy/target/spark/jars/*",
             "org.radllama.ingest.synthetic.SyntheticMain", "--out", self.data, "--seed=7", "--mimic-cxr=250", "--openi=1"],
            check=True, capture_output=True)
        self._own()
        self.server = Server(os.environ["BINARIES"], self.folder / "server")
        claims = {"radllama-data": self.data, "radllama-runs": self.runs}
        self.node = Node(self.server, Image(ROOT, java), self.folder / "pods", claims)

    def _own(self):
        """As README.md has it for NFS, which knows no fsGroup: no pod but one of these ids reads or writes."""
        if os.geteuid() == 0:
            os.chown(self.runs, 10001, 10001)
            self.runs.chmod(0o2770)
            subprocess.run(["chgrp", "-R", "10001", self.data], check=True)
            subprocess.run(["chmod", "-R", "g+rX,o-rwx", self.data], check=True)

    def start(self):
        self.server.__enter__()
        self.applied = self.server.kubectl("apply", "-k", HERE / "base")
        self.submitter = self.server.login(self.server.token("radllama-submitter"), "submitter.json")
        self.node.__enter__()

    def stop(self):
        if self.node._thread.is_alive():
            self.node.__exit__()
        self.server.__exit__()
        self.scratch.cleanup()

    def submit(self, *arguments, conf=(), options=()):
        """deploy/kubernetes/submit with the rights of radllama-submitter; what it says comes to a file."""
        environment = {**os.environ, "RADLLAMA_MASTER": "k8s://" + self.server.address, "RADLLAMA_IMAGE": "registry.example/radllama:1",
                       "KUBECONFIG": str(self.submitter), "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1"}
        settings = [f"spark.kubernetes.driver.master=https://{NAME}:{self.server.port}",
                    "spark.driver.memory=512m", "spark.executor.memory=512m",
                    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1", "spark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1"]
        command = [str(HERE / "submit"), *options]
        for setting in (*settings, *conf):
            command += ["--conf", setting]
        said = tempfile.NamedTemporaryFile(dir=self.folder, suffix=".log", delete=False)
        process = subprocess.Popen([*command, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        process.said = lambda: pathlib.Path(said.name).read_text()
        return process


def setUpModule():
    global cluster
    cluster = Cluster()
    unittest.addModuleCleanup(cluster.stop)
    cluster.start()


def wait_for(condition, what, patience=PATIENCE):
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"not after {patience} s: {what}")
        time.sleep(0.3)


class Manifests(unittest.TestCase):
    def test_the_base_is_made_and_then_stands(self):
        self.assertEqual(len(cluster.applied.splitlines()), 11, cluster.applied)
        self.assertNotIn("Warning", cluster.applied)
        again = cluster.server.kubectl("apply", "-k", HERE / "base")
        self.assertTrue(all(line.endswith(" unchanged") for line in again.splitlines()), again)

    @unittest.skipUnless(os.environ.get("OPERATOR"), "the operator's CustomResourceDefinitions were not fetched")
    def test_applications_are_what_the_operator_takes(self):
        server = cluster.server
        made = server.kubectl("create", "-f", os.environ["OPERATOR"]).splitlines()
        server.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", "--all")
        self.assertGreaterEqual(len(made), 2)
        stores = cluster.folder / "stores"
        stores.mkdir()
        overlay, component = (os.path.relpath(HERE / name, stores) for name in ("overlays/gpu", "components/s3"))
        (stores / "kustomization.yaml").write_text(json.dumps({"resources": [overlay], "components": [component]}))
        for flag in ("--dry-run=server", "--dry-run=server --server-side --force-conflicts"):
            for folder, count in ((HERE / "jobs", 3), (HERE / "overlays/cpu", 14), (HERE / "overlays/gpu", 14), (stores, 14)):
                with self.subTest(folder=folder.name, flag=flag):
                    said = server.kubectl("apply", *flag.split(), "-k", folder)
                    named = [line for line in said.splitlines() if not line.startswith("Warning: failed to migrate ")]
                    self.assertEqual(len(named), count, said)
            said = server.kubectl("apply", *flag.split(), "-f", HERE / "jobs/nightly-ingest.yaml")
            self.assertIn("radllama-nightly-ingest", said)
        # The README's own command, and a field that the operator does not know.
        said = server.kubectl("apply", "--dry-run=server", "-k", HERE / "overlays/cpu", "-l", "radllama.org/job=ingest")
        self.assertEqual(len(said.splitlines()), 1, said)
        wrong = cluster.folder / "wrong.yaml"
        wrong.write_text((HERE / "jobs/ingest.yaml").read_text().replace("sparkVersion:", "sparkVersions:"))
        said = server.kubectl("apply", "--dry-run=server", "-f", wrong, fails=True)
        self.assertIn("sparkVersion", said)


class Rights(unittest.TestCase):
    def test_each_account_may_do_its_own(self):
        may = {"radllama-driver": ["create pods", "deletecollection pods", "watch pods"],
               "radllama-submitter": ["create pods", "watch pods", "patch services", "get pods --subresource=log"], "radllama-executor": []}
        acts = {act for granted in may.values() for act in granted} | {"get secrets", "create roles", "list nodes"}
        for account, granted in may.items():
            config = cluster.server.login(cluster.server.token(account), "account.json")
            for act in sorted(acts):
                with self.subTest(account=account, act=act):
                    allowed = act in granted
                    said = cluster.server.kubectl(
                        "auth", "can-i", "--namespace=radllama", *act.split(), config=config, fails=not allowed)
                    self.assertEqual(said.split()[-1], "yes" if allowed else "no")

    def test_a_pod_that_could_leave_its_container_is_refused(self):
        container = {"name": "a", "image": "registry.example/a:1"}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, 
               "spec": {"serviceAccountName": "radllama-executor", "hostNetwork": True, "containers": [container]}}
        with self.assertRaisesRegex(ApiError, 'violates PodSecurity \\\\"restricted'):
            cluster.server.call("POST", PODS, pod)


class Codes(unittest.TestCase):
    """Drivers' pods are real ones; in them a line of shell stands for the driver."""

    def submit(self, standin):
        return cluster.submit("ingest", "--out", "/runs", conf=[f"spark.kubernetes.driver.annotation.{STANDIN}={standin}"])

    def test_codes_come_back(self):
        for standin, code in {"exit 0": 0, "exit 3": 3, "exit 4": 4, "exit 70": 70, "exit 11": 8, "kill -9 $$": 137}.items():
            with self.subTest(standin=standin):
                submission = self.submit(standin)
                self.assertEqual(submission.wait(PATIENCE), code, submission.said())
                self.assertNotIn("orbidden", submission.said())

    def test_a_stopped_submission_takes_its_driver_along(self):
        before = len(cluster.node.pods())
        submission = self.submit("trap 'exit 143' TERM; while true; do sleep 0.2; done")
        wait_for(lambda: len(cluster.node.pods()) > before, "the driver's pod")
        pod = cluster.node.pods()[-1]["metadata"]["name"]
        time.sleep(2)
        submission.send_signal(signal.SIGTERM)
        self.assertEqual(submission.wait(PATIENCE), 143, submission.said())
        wait_for(lambda: gone(pod), "the end of the driver's pod", 60)
        self.assertEqual(cluster.node.alive(), [])


def gone(pod):
    try:
        cluster.server.call("GET", f"{PODS}/{pod}")
        return False
    except ApiError as refused:
        return refused.code == 404


class Jobs(unittest.TestCase):
    """Real drivers and executors."""

    def ingest(self, run_id, *flags, conf=()):
        return cluster.submit(
            "ingest", "--out", "/runs", "--run-id", run_id, "--mimic-cxr", "/data/mimic-cxr",
            "--split-file", "mimic-cxr=/data/mimic-cxr/mimic-cxr-2.0.0-split.csv.gz", *flags, conf=conf)

    def everything(self, submission):
        logs = [f"--- {pod['metadata']['name']}\n{cluster.node.log(pod)[-3000:]}" for pod in cluster.node.pods()[-3:]]
        return "\n".join([submission.said(), *logs])

    def test_an_ingest_runs_in_pods(self):
        submission = self.ingest("dataset")
        self.assertEqual(submission.wait(PATIENCE), 0, self.everything(submission))
        self.assertTrue((cluster.runs / "dataset/_SUCCESS").exists())
        driver = cluster.node.pods(**{"spark-role": "driver"})[-1]
        executors = cluster.node.pods(**{"spark-role": "executor", "spark-app-selector": driver["metadata"]["labels"]["spark-app-selector"]})
        self.assertGreaterEqual(len(executors), 1)
        for executor in executors:
            owners = [(owner["kind"], owner["uid"]) for owner in executor["metadata"]["ownerReferences"]]
            self.assertEqual(owners, [("Pod", driver["metadata"]["uid"])])
            self.assertEqual(executor["spec"]["serviceAccountName"], "radllama-executor")
            mounts = [mount["mountPath"] for mount in executor["spec"]["containers"][0]["volumeMounts"]]
            self.assertFalse([mount for mount in mounts if "serviceaccount" in mount], mounts)
        self.assertNotIn("orbidden", self.everything(submission))
        wait_for(lambda: all(gone(executor["metadata"]["name"]) for executor in executors), "the end of the executors' pods", 90)
        self.assertEqual(cluster.server.call("GET", f"{PODS}/{driver['metadata']['name']}")["status"]["phase"], "Succeeded")

    def test_bad_flags_of_a_real_driver_come_back(self):
        submission = self.ingest("bad", "--set=nonsense=1")
        self.assertEqual(submission.wait(PATIENCE), 2, self.everything(submission))

    def test_executors_of_a_deleted_driver_go_with_it(self):
        submission = self.ingest("deleted", conf=["spark.executor.instances=1"])
        application = {}

        def executor_runs():
            self.assertIsNone(submission.poll(), self.everything(submission))
            drivers = [p for p in cluster.node.pods(**{"spark-role": "driver"}) if "deleted" in p["spec"]["containers"][0]["args"]]
            if drivers:
                application.update({"spark-app-selector": drivers[-1]["metadata"]["labels"]["spark-app-selector"]})
            return drivers and cluster.node.pods(**{"spark-role": "executor"}, **application)

        wait_for(executor_runs, "an executor's pod")
        driver = cluster.node.pods(**{"spark-role": "driver"}, **application)[0]["metadata"]["name"]
        cluster.server.kubectl("delete", "pod", "--namespace=radllama", "--wait=false", driver)
        self.assertEqual(submission.wait(PATIENCE), 137, self.everything(submission))
        wait_for(lambda: not cluster.node.alive(), "the end of all pods", 180)
        left = cluster.server.call("GET", f"{PODS}?labelSelector=spark-app-selector%3D{application['spark-app-selector']}")["items"]
        self.assertEqual(left, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
