"""Scheduler, kubelet, DNS and garbage collector of one node: pods of the namespace become processes in sandboxes of bubblewrap.

A sandbox has the pod's user id, a root file system that is read only, the pod's volumes at their places and, as far as the pod's
service account is mounted, a token of its own. It shares this machine's network: a pod's address is one of loopback.
"""

import base64
import os
import pathlib
import re
import signal
import subprocess
import threading
import time
import traceback

from kubernetes_real.server import NAME, ApiError

PODS = "/api/v1/namespaces/radllama/pods"
STANDIN = "radllama.org/stand-in"


class Image:
    """The Dockerfile's files, from where they were built, and its variables."""

    def __init__(self, root, java):
        self.root, self.java = pathlib.Path(root), pathlib.Path(java)
        lines = re.findall(r"(?m)^ENV ((?:.*\\\n)*.*)$", (self.root / "deploy/kubernetes/Dockerfile").read_text())
        self.environment = dict(pair.split("=", 1) for line in lines for pair in re.split(r"[\s\\]+", line) if pair)

    def mounts(self):
        arguments = []
        for folder in ("/usr", "/etc"):
            arguments += ["--ro-bind", folder, folder]
        for name in ("bin", "sbin", "lib", "lib64"):
            if pathlib.Path("/" + name).is_symlink():
                arguments += ["--symlink", str(pathlib.Path("/" + name).readlink()), "/" + name]
            elif pathlib.Path("/" + name).exists():
                arguments += ["--ro-bind", "/" + name, "/" + name]
        spark = self.root / "deploy/target/spark"
        for name in ("jars", "bin", "RELEASE"):
            arguments += ["--ro-bind", str(spark / name), f"/opt/spark/{name}"]
        files = {"/opt/java/openjdk": self.java, "/opt/radllama/discover-gpus": self.root / "deploy/gpu/discover-gpus",
                 "/opt/entrypoint.sh": self.root / "deploy/kubernetes/entrypoint.sh"}
        for module in ("ingest", "train", "eval"):
            jars = list((self.root / f"pipeline-{module}/target").glob(f"pipeline-{module}-*-job.jar"))
            if len(jars) != 1:
                raise RuntimeError(f"not one job jar of pipeline-{module}: mvn -DskipTests package")
            files[f"/opt/radllama/pipeline-{module}-job.jar"] = jars[0]
        for place, file in files.items():
            arguments += ["--ro-bind", str(file), place]
        return [*parents([*files, "/opt/spark/jars"]), *arguments, "--proc", "/proc", "--dev", "/dev"]


def parents(places):
    """Folders for mounts to lie in; bubblewrap's own would be its user's alone."""
    folders = {str(parent) for place in places for parent in pathlib.Path(place).parents}
    return [word for folder in sorted(folders - {"/"}) for word in ("--perms", "0755", "--dir", folder)]


class Running:
    def __init__(self, pod, process, address):
        self.pod, self.process, self.address = pod, process, address
        self.told = None
        self.reported = "Pending"
        self.started = stamp()

    def tell(self, number):
        """bubblewrap passes no signal on: the pod's own process is its child."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        try:
            for child in children.read_text().split():
                subprocess.run(["kill", f"-{number}", child], check=False)
        except OSError:
            pass  # It has ended.


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def identities(context):
    """How bubblewrap and the program in it get a pod's ids. Root gives them for real; others have only their own, under that name."""
    user, group = str(context["runAsUser"]), str(context.get("runAsGroup", 0))
    if os.geteuid() == 0:
        return [], ["setpriv", "--reuid", user, "--regid", group, "--groups", str(context.get("fsGroup", group))]
    return ["--unshare-user", "--uid", user, "--gid", group], []


class Node:
    def __init__(self, server, image, folder, claims):
        self.server, self.image, self.claims = server, image, claims
        self.folder = pathlib.Path(folder)
        self.running = {}
        self.failure = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._loop, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopped.set()
        self._thread.join(30)
        for found in self.running.values():
            if found.process.poll() is None:
                found.process.kill()
                found.process.wait()

    def pods(self, **labels):
        """Every pod there ever was, as it was created, with these labels."""
        if self.failure:
            raise RuntimeError(self.failure)
        found = [running.pod for running in list(self.running.values())]
        return [pod for pod in found if labels.items() <= pod["metadata"]["labels"].items()]

    def log(self, pod):
        return (self.folder / pod["metadata"]["name"] / "log").read_text(errors="replace")

    def alive(self):
        return [found for found in list(self.running.values()) if found.process.poll() is None]

    def _loop(self):
        while not self._stopped.wait(0.2):
            try:
                pods = self.server.call("GET", PODS)["items"]
                living = {pod["metadata"]["uid"] for pod in pods}
                for pod in pods:
                    try:
                        self._look(pod, living)
                    except ApiError as changed:
                        if changed.code not in (404, 409):
                            raise
            except Exception:
                self.failure = traceback.format_exc()

    def _look(self, pod, living):
        meta = pod["metadata"]
        found = self.running.get(meta["uid"])
        path = f"{PODS}/{meta['name']}"
        owners = meta.get("ownerReferences", [])
        if meta.get("deletionTimestamp"):
            self._end(pod, found, path)
        elif owners and not any(owner["uid"] in living for owner in owners):
            self.server.call("DELETE", path)
        elif not found:
            self._start(pod, path)
        else:
            self._report(pod, found, path)

    def _end(self, pod, found, path):
        if found and found.process.poll() is None:
            if found.told is None:
                found.told = time.monotonic()
                found.tell(signal.SIGTERM)
            elif time.monotonic() - found.told > pod["metadata"].get("deletionGracePeriodSeconds", 30):
                found.tell(signal.SIGKILL)
            return
        if found:
            self._report(pod, found, path)
        self.server.call("DELETE", path, {"kind": "DeleteOptions", "apiVersion": "v1", "gracePeriodSeconds": 0})

    def _report(self, pod, found, path):
        code = found.process.poll()
        phase = "Running" if code is None else "Succeeded" if code == 0 else "Failed"
        if phase == found.reported:
            return
        container = pod["spec"]["containers"][0]
        state = {"running": {"startedAt": found.started}}
        if code is not None:
            code = 128 - code if code < 0 else code
            state = {"terminated": {"exitCode": code, "reason": "Completed" if code == 0 else "Error",
                                    "startedAt": found.started, "finishedAt": stamp()}}
        ready = str(code is None)
        status = {"phase": phase, "podIP": found.address, "podIPs": [{"ip": found.address}], "startTime": found.started,
                  "conditions": [{"type": "Ready", "status": ready}],
                  "containerStatuses": [{"name": container["name"], "image": container["image"], "imageID": "",
                                         "ready": code is None, "restartCount": 0, "state": state}]}
        self.server.call("PATCH", path + "/status", {"status": status}, "application/merge-patch+json")
        found.reported = phase

    def _start(self, pod, path):
        meta = pod["metadata"]
        if not pod["spec"].get("nodeName"):
            target = {"apiVersion": "v1", "kind": "Node", "name": "here"}
            body = {"apiVersion": "v1", "kind": "Binding", "metadata": {"name": meta["name"]}, "target": target}
            self.server.call("POST", path + "/binding", body)
        address = f"127.77.{len(self.running) // 250}.{len(self.running) % 250 + 1}"
        folder = self.folder / meta["name"]
        folder.mkdir(parents=True, exist_ok=True)
        command = self._command(pod, folder, address)
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                       env={"PATH": os.environ["PATH"]})
        self.running[meta["uid"]] = Running(pod, process, address)

    def _command(self, pod, folder, address):
        container = pod["spec"]["containers"][0]
        user, identity = identities(pod["spec"]["securityContext"])
        volumes = {volume["name"]: self._volume(volume, pod, folder) for volume in pod["spec"].get("volumes", [])}
        hosts = folder / "hosts"
        hosts.write_text(f"127.0.0.1 localhost {NAME}\n{address} {pod['metadata']['name']}\n" + self._services(pod, address))
        command = ["bwrap", *user, "--unshare-uts", "--hostname", pod["metadata"]["name"][:63], "--die-with-parent",
                   *self.image.mounts(), "--ro-bind", str(hosts), "/etc/hosts"]
        command += parents(mount["mountPath"] for mount in container["volumeMounts"])
        for mount in sorted(container["volumeMounts"], key=lambda mount: mount["mountPath"]):
            bind = "--ro-bind" if mount.get("readOnly") else "--bind"
            command += [bind, str(volumes[mount["name"]]), mount["mountPath"]]
        if container["securityContext"].get("readOnlyRootFilesystem"):
            command += ["--remount-ro", "/"]
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOSTNAME": pod["metadata"]["name"], "SPARK_LOCAL_IP": address}
        environment |= self.image.environment
        for variable in container.get("env", []):
            environment[variable["name"]] = self._value(variable, pod, address)
        for name, value in environment.items():
            command += ["--setenv", name, value]
        standin = pod["metadata"].get("annotations", {}).get(STANDIN)
        if standin:
            return [*command, *identity, "bash", "-c", standin]
        return [*command, "--chdir", "/work", *identity, "/opt/entrypoint.sh", *container.get("args", [])]

    def _volume(self, volume, pod, folder):
        if "persistentVolumeClaim" in volume:
            return self.claims[volume["persistentVolumeClaim"]["claimName"]]
        place = folder / "volumes" / volume["name"]
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o777)
        if "configMap" in volume:
            self._config_map(volume["configMap"], place)
        for source in volume.get("projected", {}).get("sources", []):
            if "serviceAccountToken" in source:
                (place / source["serviceAccountToken"]["path"]).write_text(self.server.token(pod["spec"]["serviceAccountName"], pod))
            elif "downwardAPI" in source:
                (place / "namespace").write_text("radllama")
            elif source.get("configMap", {}).get("name") == "kube-root-ca.crt":
                (place / "ca.crt").write_text(self.server.authority.read_text())
            else:
                raise RuntimeError(f"a source that this node does not know: {source}")
        return place

    def _config_map(self, source, place):
        data = self.server.call("GET", f"/api/v1/namespaces/radllama/configmaps/{source['name']}").get("data", {})
        for item in source.get("items") or [{"key": key, "path": key} for key in data]:
            (place / item["path"]).write_text(data[item["key"]])

    def _services(self, pod, address):
        """DNS: names of services without an address of their own lead to the pods that they select."""
        lines = []
        for service in self.server.call("GET", "/api/v1/namespaces/radllama/services")["items"]:
            selector = service["spec"].get("selector", {})
            addresses = [address] if selector.items() <= pod["metadata"]["labels"].items() else []
            addresses += [r.address for r in self.running.values() if selector.items() <= r.pod["metadata"]["labels"].items()]
            if selector and addresses:
                lines.append(f"{addresses[-1]} {service['metadata']['name']}.radllama.svc\n")
        return "".join(lines)

    def _value(self, variable, pod, address):
        source = variable.get("valueFrom")
        if not source:
            return variable.get("value", "")
        if "secretKeyRef" in source:
            name, key = source["secretKeyRef"]["name"], source["secretKeyRef"]["key"]
            secret = self.server.call("GET", f"/api/v1/namespaces/radllama/secrets/{name}")
            return base64.b64decode(secret["data"][key]).decode()
        return {"status.podIP": address, "metadata.name": pod["metadata"]["name"]}[source["fieldRef"]["fieldPath"]]
