"""Names of runs, the same for every attempt of a DAG run, so that a retry, a cleared task or a backfill repeats no work."""

import hashlib
import re
from datetime import timezone

# Of the DAG's name and of the run's; with the stage's they stay below the 128 that a run-id may have.
_LONGEST = 50
_ALLOWED = re.compile(r"[^A-Za-z0-9._=-]+")


def moment(context):
    """When a DAG run is of: its logical date in UTC, or its run-id where it has none (Airflow 3: manual runs, assets)."""
    date = context.get("logical_date")
    if date is None:
        return _cleaned(context["run_id"])
    # A date without a zone is UTC to Airflow too.
    utc = date.replace(tzinfo=timezone.utc) if date.tzinfo is None else date.astimezone(timezone.utc)
    return utc.strftime("%Y%m%dT%H%M%S") + (f".{utc.microsecond:06d}" if utc.microsecond else "")


def run_id(context, stage):
    """The run directory's name of one stage."""
    return f"{_cleaned(context['dag'].dag_id)}-{stage}-{moment(context)}"


def _cleaned(text):
    """Other texts give other names: where something is lost, a digest of all of it is added."""
    cleaned = _ALLOWED.sub("-", text).strip("-.=_") or "run"
    if cleaned == text and len(cleaned) <= _LONGEST:
        return cleaned
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()[:8]
    return f"{cleaned[: _LONGEST - 9]}-{digest}"
