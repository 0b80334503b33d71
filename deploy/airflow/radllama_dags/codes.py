"""The jobs' exit codes: how a task learns them, and what it does."""

import re
from enum import Enum

USAGE, INPUT, BUSY, RESOURCES, DIVERGED, TAKEN, ENVIRONMENT, DEFECT = 2, 3, 4, 5, 6, 7, 8, 70

MEANING = {
    USAGE: "bad flags or configuration",
    INPUT: "input unreadable or too much of it rejected, or a gate closed",
    BUSY: "another process is writing this run-id now",
    RESOURCES: "resources missing (GPU, memory, slots, disk, access)",
    DIVERGED: "training diverged",
    TAKEN: "this run-id was made from other inputs or settings",
    ENVIRONMENT: "the network or the cluster failed",
    DEFECT: "a defect of RadLlama",
}


class Action(Enum):
    """What happens to the task."""

    FAIL = "fail"
    RETRY = "retry"


# YARN's diagnostics; Kubernetes' container status, on lines of their own. Both as Spark logs them.
_DRIVER = re.compile(r"exited with status (\d+)|\bexitCode: (-?\d+)|^\s*exit code: (\d+)\s*$", re.IGNORECASE)
_CONTAINER = re.compile(r"^\s*container name: (\S+)\s*$")

# Sidecars stand beside it in the driver's pod.
_DRIVERS_CONTAINER = "spark-kubernetes-driver"

# YARN's and Spark's own codes, as exit_code_for in deploy/submit.sh has them; other ends are not known.
_CLUSTER = {
    **dict.fromkeys((-103, -104, -1000, 52, 13, 14), RESOURCES),
    **dict.fromkeys((11, 12, 17), ENVIRONMENT),
    **dict.fromkeys((10, 15, 134), DEFECT),
}

# What follows in the words of one who asked YARN's resource manager.
_DIAGNOSTICS = "\nDiagnostics: "

# The hook's words after the command, which may hold anything.
_SUBMIT = re.compile(r"\. Error code is: (\d+)\.(?: Kubernetes spark exit code is: (\d+))?")


def of_line(line):
    """What a line of spark-submit's log tells of an end: an exit code, the name of the container whose code comes next, or None."""
    container = _CONTAINER.match(line)
    if container:
        return container.group(1)
    found = None
    for match in _DRIVER.finditer(line):
        found = int(next(group for group in match.groups() if group is not None))
    return found


def _of_driver(lines):
    """The codes that the driver ended with, the last first, and whether the lines tell its container from others."""
    codes, container = [], None
    for told in map(of_line, lines):
        if isinstance(told, str):
            container = told
        elif told is not None and container in (None, _DRIVERS_CONTAINER):
            codes.append(_CLUSTER.get(told, told))
    return codes[::-1], container is not None


def of_failure(lines, error):
    """The job's exit code, or None when nobody said one of ours.

    spark-submit ends with it in client mode. In cluster mode it ends with 1 on YARN and with 0 on Kubernetes, but logs what
    the driver ended with, and on Kubernetes what each container beside it did: those do not count.

    :param lines: of spark-submit's log, those that ``of_line`` knows
    :param error: the provider's words
    """
    if error.startswith("YARN application "):
        lines = error.partition(_DIAGNOSTICS)[2].splitlines()
    codes, by_container = _of_driver(lines)
    if not by_container:
        submit = _SUBMIT.search(error)
        words = [int(code) for code in submit.groups() if code] if submit else []
        codes = [_CLUSTER.get(code, code) for code in words] + codes
    return next((code for code in codes if code in MEANING), None)


def ended_well(lines):
    """What a pod's container statuses tell of its driver: whether it ended with 0, or None where they tell of no container.

    The provider takes the last container's code for the driver's, and so a sidecar's end for a success or a failure.
    """
    codes, by_container = _of_driver(lines)
    return codes[:1] == [0] if by_container else None


def of_driver(code):
    """The job's exit code by that of the driver's container, or None when it is none of ours."""
    code = _CLUSTER.get(code, code)
    return code if code in MEANING else None


def action(code, attempt=1, attempts=1):
    """What a task does after this code (None: not known).

    Code 4 means that another process has the run-id: somebody's, or the task's own attempt before, whose worker was lost while
    its driver lives on. It is asked again as long as there are attempts: then the run is finished (0), or was made from other
    inputs (7). A task never ends well with it, since nothing is published yet.
    """
    if code == BUSY:
        return Action.RETRY if attempt < attempts else Action.FAIL
    return Action.RETRY if code in (None, ENVIRONMENT) else Action.FAIL


def gate_action(code):
    """What a gate does after this code: a closed one fails; where the file system did not answer, it is asked again."""
    return Action.FAIL if code in MEANING and code not in (RESOURCES, ENVIRONMENT) else Action.RETRY
