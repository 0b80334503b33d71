"""Names of runs, the same for every attempt of a DAG run, so that a retry, a cleared task or a backfill repeats no work."""

import hashlib
import re
from datetime import timezone

# Of the DAG's name and of the run's; with the stage's they stay below the 128 that a run-id may have.
_LONGEST = 50
_ALLOWED = re.compile(r"[^A-Za-z0-9._=-]+")


def moment(context):
    """When a DAG run is of: its logical date in UTC, or its run-id where it has none (Airflow 3: manual runs, assets)."""
    when = context.get("logical_date")
    if when is None:
        return _cleaned(context["run_id"])
    utc = _utc(when)
    return utc.strftime("%Y%m%dT%H%M%S") + (f".{utc.microsecond:06d}" if utc.microsecond else "")


def date(context):
    """The day of a DAG run in UTC, as 20240131: of its logical date, else of the time from which it may run.

    :raises ValueError: where it has neither
    """
    when = context.get("logical_date") or getattr(context.get("dag_run"), "run_after", None)
    if when is None:
        raise ValueError("{date}: this DAG run has no logical date and no run_after; give a logical date, or sources without {date}")
    return _utc(when).strftime("%Y%m%d")


def run_id(context, stage):
    """The run directory's name of one stage."""
    return f"{_cleaned(context['dag'].dag_id)}-{stage}-{moment(context)}"


def _utc(when):
    """A date without a zone is UTC to Airflow too."""
    return when.replace(tzinfo=timezone.utc) if when.tzinfo is None else when.astimezone(timezone.utc)


def _cleaned(text):
    """Other texts give other names: where something is lost, a digest of all of it is added."""
    cleaned = _ALLOWED.sub("-", text).strip("-.=_") or "run"
    if cleaned == text and len(cleaned) <= _LONGEST:
        return cleaned
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    return f"{cleaned[: _LONGEST - 9]}-{digest}"
