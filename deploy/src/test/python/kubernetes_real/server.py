"""An API server and its etcd on loopback, and calls to them."""

import json
import os
import pathlib
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

ADMIN = "admin-of-this-check"
NAME = "kubernetes.default.svc"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ApiError(Exception):
    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


class Server:
    """Starts both on entry and ends both on exit. Rights are on (RBAC), and so are all admission plugins of the default set."""

    def __init__(self, binaries, folder):
        self.binaries = pathlib.Path(binaries)
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.address = f"https://127.0.0.1:{self.port}"
        self.authority = self.folder / "apiserver.crt"
        self.processes = []

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self):
        etcd, peers = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
        self._run(
            "etcd", f"--data-dir={self.folder}/etcd", f"--listen-client-urls={etcd}", f"--advertise-client-urls={etcd}",
            f"--listen-peer-urls={peers}", f"--initial-advertise-peer-urls={peers}", f"--initial-cluster=default={peers}",
            "--unsafe-no-fsync", "--log-level=warn")
        key, public = self.folder / "accounts.key", self.folder / "accounts.pub"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True, capture_output=True)
        tokens = self.folder / "tokens.csv"
        tokens.write_text(f'{ADMIN},admin,1000,"system:masters"\n')
        self._run(
            "kube-apiserver", f"--etcd-servers={etcd}", "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            f"--secure-port={self.port}",
            f"--cert-dir={self.folder}", f"--service-account-key-file={public}", f"--service-account-signing-key-file={key}",
            f"--service-account-issuer=https://{NAME}", f"--token-auth-file={tokens}", "--authorization-mode=RBAC,Node",
            "--service-cluster-ip-range=10.96.0.0/24", "--endpoint-reconciler-type=none")
        until = time.monotonic() + 180
        while not self._ready():
            for process in self.processes:
                if process.poll() is not None:
                    raise RuntimeError(f"{process.args[3]} ended with {process.returncode}: {self._tail(process)}")
            if time.monotonic() > until:
                raise RuntimeError("the API server is not ready after 180 s: " + self._tail(self.processes[-1]))
            time.sleep(0.3)

    def _run(self, name, *flags):
        with open(self.folder / f"{name}.log", "wb") as log:
            self.processes.append(
                subprocess.Popen(["setpriv", "--pdeathsig", "TERM", str(self.binaries / name), *flags], stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def _tail(self, process):
        return (self.folder / (pathlib.Path(process.args[3]).name + ".log")).read_text()[-1500:]

    def _ready(self):
        if not self.authority.exists():
            return False
        try:
            self.call("GET", "/readyz")
            self.call("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin")
            return True
        except (ApiError, OSError):
            return False

    def call(self, method, path, body=None, kind="application/json", token=ADMIN):
        """A request, its answer read as JSON where it is JSON. Raises ApiError for every status from 400 on."""
        request = urllib.request.Request(
            self.address + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": kind})
        context = ssl.create_default_context(cafile=str(self.authority))
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # The certificates that the server made for itself lack key identifiers.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(request, timeout=60) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as refused:
            raise ApiError(refused.code, refused.read().decode()) from None
        return json.loads(text) if text.startswith("{") else text

    def token(self, account, pod=None):
        """A service account's own token, bound to a pod where one is given."""
        spec = {"expirationSeconds": 3600}
        if pod:
            spec["boundObjectRef"] = {"apiVersion": "v1", "kind": "Pod", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        path = f"/api/v1/namespaces/radllama/serviceaccounts/{account}/token"
        return self.call("POST", path, body)["status"]["token"]

    def login(self, token, name):
        """A kubeconfig for the holder of a token."""
        file = self.folder / name
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "here",
            "clusters": [{"name": "here", "cluster": {"server": self.address, "certificate-authority": str(self.authority)}}],
            "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me", "namespace": "radllama"}}],
            "users": [{"name": "me", "user": {"token": token}}]}
        file.write_text(json.dumps(config))
        file.chmod(0o600)
        return file

    def kubectl(self, *arguments, config=None, fails=False):
        """What kubectl says, as the administrator or another; raises where it fails, or where it does not though it should."""
        own = self.binaries / "kubectl"
        environment = {**os.environ, "KUBECONFIG": str(config or self.login(ADMIN, "admin.json")), "HOME": str(self.folder),
                       "NO_PROXY": "127.0.0.1"}
        done = subprocess.run(
            [str(own) if own.exists() else "kubectl", *map(str, arguments)], env=environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120)
        if (done.returncode != 0) != fails:
            raise AssertionError(f"kubectl {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}")
        return done.stdout
