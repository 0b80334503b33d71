#!/usr/bin/env python3
"""Stand-in for spark-submit, yarn and spark-class: writes down how it was called, and ends as the folder STANDIN says.

STANDIN/CLASS (the main class's last part) holds the codes that calls of it end with, one each; the last one stays. Without the
file it is 0. In cluster mode the code is told as Spark tells it: on YARN in the application's diagnostics, on Kubernetes in the
driver's container status, beside that of a sidecar.
"""

import json
import os
import sys
import time
from pathlib import Path

folder = Path(os.environ["STANDIN"])
words = sys.argv[1:]


def after(option, default=""):
    return words[words.index(option) + 1] if option in words else default


conf = Path(os.environ["SPARK_CONF_DIR"]) if "SPARK_CONF_DIR" in os.environ else None
call = {
    "program": Path(sys.argv[0]).name,
    "words": words,
    "conf": {file.name: file.read_text() for file in sorted(conf.iterdir())} if conf and conf.is_dir() else {},
}
with open(folder / "calls", "a", encoding="utf-8") as calls:
    calls.write(json.dumps(call) + "\n")
if call["program"] != "spark-submit" or "--kill" in words:
    sys.exit(0)

name = after("--class").rsplit(".", 1)[-1]
codes = (folder / name).read_text().split() if (folder / name).exists() else ["0"]
if len(codes) > 1:
    (folder / name).write_text("\n".join(codes[1:]))
code, master = codes[0], after("--master")
if after("--deploy-mode") != "cluster":
    print(f"radllama gate: stand-in ended with {code}")
    sys.exit(int(code))
settings = dict(word.split("=", 1) for option, word in zip(words, words[1:]) if option == "--conf")
if master.startswith("k8s"):
    print("12:00:00 INFO  LoggingPodStatusWatcherImpl: State changed, new state:")
    print(f"\t pod name: {settings['spark.kubernetes.driver.pod.name']}")
    print("\t\t container name: spark-kubernetes-driver\n\t\t container state: waiting", flush=True)
    waits = settings.get("spark.kubernetes.submission.waitAppCompletion") == "true"
else:
    print("12:00:00 INFO  YarnClientImpl: Submitted application application_1700000000000_0001", flush=True)
    waits = settings.get("spark.yarn.submit.waitAppCompletion") == "true"
if not waits:
    sys.exit(0)
if code == "sleep":
    time.sleep(600)
if master.startswith("k8s"):
    for container, ended in (("aa-proxy", "0"), ("spark-kubernetes-driver", code), ("zz-proxy", "2")):
        print(f"\t\t container name: {container}\n\t\t container state: terminated\n\t\t exit code: {ended}")
    sys.exit(0)
if code != "0":
    how = f"User application exited with status {code}" if int(code) > 0 and code != "137" else f"AM Container exited with  exitCode: {code}"
    print(f"12:00:00 ERROR Client: Application diagnostics message: {how}")
sys.exit(code != "0")
