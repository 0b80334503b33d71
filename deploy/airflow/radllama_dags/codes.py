"""The jobs' exit codes: how a task learns them, and what it does."""

import re
from enum import Enum

USAGE, INPUT, BUSY, RESOURCES, DIVERGED, TAKEN, DEFECT = 2, 3, 4, 5, 6, 7, 70

MEANING = {
    USAGE: "bad flags or configuration",
    INPUT: "input unreadable or too much of it rejected, or a gate closed",
    BUSY: "another process is writing this run-id now",
    RESOURCES: "resources missing (GPU, memory, slots)",
    DIVERGED: "training diverged",
    TAKEN: "this run-id was made from other inputs or settings",
    DEFECT: "a defect of RadLlama",
}


class Action(Enum):
    """What becomes of the task."""

    SKIP = "skip"
    FAIL = "fail"
    RETRY = "retry"


# YARN's diagnostics; Kubernetes' container status. Both as Spark logs them.
_DRIVER = re.compile(r"exited with status (\d+)|\bexit ?code: (\d+)", re.IGNORECASE)

# The hook's words after the command, which may hold anything.
_SUBMIT = re.compile(r"\. Error code is: (\d+)\.(?: Kubernetes spark exit code is: (\d+))?")


def of_line(line):
    """The driver's exit code that a line of spark-submit's log tells, or None."""
    found = None
    for match in _DRIVER.finditer(line):
        found = int(next(group for group in match.groups() if group is not None))
    return found


def of_failure(lines, error):
    """The job's exit code, or None when nobody said one of ours.

    spark-submit ends with it in client mode. In cluster mode it ends with 1 on YARN and with 0 on Kubernetes, but logs what
    the driver ended with.
    """
    submit = _SUBMIT.search(error)
    codes = [int(code) for code in submit.groups() if code] if submit else []
    codes += [code for code in map(of_line, lines) if code is not None][::-1]
    return next((code for code in codes if code in MEANING), None)


def action(code, attempt=1, attempts=1):
    """What a task does after this code (None: not known).

    On a first attempt code 4 means that somebody else has the run. On a later one it may be the task's own attempt before,
    whose worker was lost while its driver lives on: its result is waited for as long as there are attempts.
    """
    if code == BUSY:
        return Action.RETRY if 1 < attempt < attempts else Action.SKIP
    return Action.RETRY if code is None else Action.FAIL


def gate_action(code):
    """What a gate does after this code: a closed one fails; where the file system did not answer, it is asked again."""
    return Action.FAIL if code in MEANING and code != RESOURCES else Action.RETRY
