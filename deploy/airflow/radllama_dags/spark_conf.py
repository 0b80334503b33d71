"""SPARK_CONF_DIR of spark-submit: the site's own files, and the project's logging."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

_LOGGING = "log4j2.properties"

# Of spark-submit's own process. What goes to drivers and executors lies in SPARK_CONF_DIR.
_OWN_LOGGING = Path(__file__).with_name(_LOGGING)


class NoLogging(Exception):
    """There is no log4j2.properties where it should be; Spark's default would let report text into logs."""


def site_directory(environment, binary="spark-submit"):
    """Spark's settings on this machine, as spark-submit itself finds them; None where there are none."""
    if environment.get("SPARK_CONF_DIR"):
        found = Path(environment["SPARK_CONF_DIR"])
    elif environment.get("SPARK_HOME"):
        found = Path(environment["SPARK_HOME"], "conf")
    else:
        submit = shutil.which(binary, path=environment.get("PATH"))
        if submit is None:
            return None
        found = Path(submit).resolve().parent.parent / "conf"
    return found if found.is_dir() else None


@contextmanager
def spark_environment(directory, environment=os.environ, binary="spark-submit"):
    """Environment variables for spark-submit, until the end of the block.

    SPARK_CONF_DIR is a copy of the site's (spark-defaults.conf, spark-env.sh, ...) with the log4j2.properties of ``directory``,
    which Spark ships to drivers and executors. SPARK_SUBMIT_OPTS has spark-submit log how the application ends.

    :raises NoLogging: where ``directory`` has no log4j2.properties
    """
    logging = Path(directory or "", _LOGGING)
    if not directory or not logging.is_file():
        raise NoLogging(
            f"spark_conf_dir: no {logging} on this worker. It keeps report text out of the logs: put the project's conf/ there, or"
            " name its place in the parameter spark_conf_dir"
        )
    with tempfile.TemporaryDirectory(prefix="radllama-conf-") as merged:
        site = site_directory(environment, binary)
        for file in sorted(site.iterdir()) if site else []:
            if file.is_file():
                shutil.copy(file, merged)
        shutil.copyfile(logging, Path(merged, _LOGGING))
        options = environment.get("SPARK_SUBMIT_OPTS", "")
        values = {"SPARK_SUBMIT_OPTS": f"-Dlog4j2.configurationFile={_OWN_LOGGING} {options}".strip(), "SPARK_CONF_DIR": merged}
        with _set(environment, values):
            yield


@contextmanager
def _set(environment, values):
    before = {name: environment.get(name) for name in values}
    environment.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                environment.pop(name, None)
            else:
                environment[name] = value
