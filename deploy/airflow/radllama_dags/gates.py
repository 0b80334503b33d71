"""What a dataset and its scores must be to go on. Reads manifest.json, timings.json and metrics.json of published runs."""

import hashlib
import math
from datetime import datetime, timezone

from radllama_dags.files import MissingFile, parsed


class GateClosed(Exception):
    """The run must not go on; the message says what was seen, what was expected, and which parameter changes it."""


def check_dataset(files, run_id, limits):
    """Holds a published dataset against the limits; returns one line for the log.

    :param limits: ``min_read``, ``min_train``, ``min_test``, ``max_rejected_share``, ``max_leaked_share``
    """
    manifest = _manifest(files, run_id, "ingest")
    counts = manifest.get("counts", {})
    read, train, validate, test = (_count(counts, name, run_id) for name in ("read", "train", "validate", "test"))
    rejected, duplicates = _sum(counts, "rejected", run_id), _sum(counts, "duplicates", run_id)
    problems = []
    if read != train + validate + test + rejected + duplicates:
        problems.append(f"{read} reports were read, but the others add up to {train + validate + test + rejected + duplicates}")
    for name, seen in (("read", read), ("train", train), ("test", test)):
        if seen < limits[f"min_{name}"]:
            problems.append(f"{name} has {seen} reports, at least {limits[f'min_{name}']} are wanted (min_{name})")
    _at_most(problems, "rejected", rejected, read, limits["max_rejected_share"], "max_rejected_share")
    leaked = _leaked(manifest, run_id)
    _at_most(problems, "test reports with a neighbour in train", leaked, test, limits["max_leaked_share"], "max_leaked_share")
    if problems:
        raise GateClosed(f"dataset {run_id}: " + "; ".join(problems))
    return f"dataset {run_id}: {read} read, {train} train, {test} test, {rejected} rejected, {leaked} leaked: may go on"


def _leaked(manifest, run_id):
    """Held-out reports whose neighbour is still in train: none where ingest took the neighbours out."""
    policy = manifest.get("configuration", {}).get("dedup", {}).get("leakage", "mark")
    return 0 if policy == "remove" else _count(manifest.get("leakage", {}), "test", run_id)


def _at_most(problems, what, seen, of, limit, parameter):
    share = seen / of if of else 1.0
    if share > limit:
        problems.append(f"{what}: {seen} of {of} ({share:.1%}), at most {limit:.1%} is allowed ({parameter})")


def _count(counts, name, run_id):
    value = counts.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise GateClosed(f"run {run_id}: manifest.json has no count of {name}")
    return value


def _sum(counts, name, run_id):
    parts = counts.get(name)
    if not isinstance(parts, dict):
        raise GateClosed(f"run {run_id}: manifest.json has no counts of {name}")
    return sum(_count(parts, part, run_id) for part in parts)


def check_scores(files, run_id, system, metric, subset, compare_with=None):
    """Holds the scores of an evaluation against the interval of the one before; returns one line for the log.

    :param system: whose scores decide
    :param metric: for instance ``rougeL_fmeasure``
    :param compare_with: a run-id to hold them against, instead of the evaluation that was published before
    """
    manifest = _manifest(files, run_id, "eval")
    scores = _scores(_metrics(files, run_id, manifest), system, metric, subset)
    if scores is None:
        raise GateClosed(f"evaluation {run_id}: metrics.json is damaged")
    if not scores:
        raise GateClosed(f"evaluation {run_id}: no {metric} of system {system} on {subset} reports (system, metric, subset)")
    before = _before(files, run_id, set(scores), system, metric, subset, compare_with)
    problems = [
        f"{' '.join(place)}: {metric} {seen['mean']:.4f} is below {before[place][1]['low']:.4f}, the interval of {before[place][0]}"
        for place, seen in sorted(scores.items())
        if place in before and not seen["mean"] >= before[place][1]["low"]
    ]
    problems += [
        f"{' '.join(place)}: no score, but {name} has one" for place, (name, _) in sorted(before.items()) if place not in scores
    ]
    if problems:
        raise GateClosed(f"evaluation {run_id}, {system} on {subset} reports: " + "; ".join(problems))
    against = ", ".join(sorted({name for name, _ in before.values()})) or "nothing, it is the first"
    return f"evaluation {run_id}: {metric} of {system} held against {against}: may go on"


def _before(files, run_id, wanted, system, metric, subset, compare_with):
    """By dataset and split, the newest score before this run's, with the run it is of.

    What the run just before has and this one has not is among them too: no corpus is lost in silence.

    :param wanted: the datasets and splits that this run has
    """
    if compare_with:
        manifest = _manifest(files, compare_with, "eval")
        scores = _scores(_metrics(files, compare_with, manifest), system, metric, subset)
        if not scores:
            raise GateClosed(f"evaluation {compare_with}: no {metric} of system {system} on {subset} reports (compare_with)")
        return {place: (compare_with, score) for place, score in scores.items()}
    own_end = _end(parsed(files.read(f"{run_id}/timings.json")))
    if own_end is None:
        raise GateClosed(f"evaluation {run_id}: timings.json is damaged")
    before = {}
    for name, manifest in _earlier(files, run_id, own_end):
        try:
            scores = _scores(_metrics(files, name, manifest), system, metric, subset)
        except (GateClosed, MissingFile):
            continue  # A damaged run is no measure, the one before it is.
        newest = not before
        for place, score in (scores or {}).items():
            if newest or place in wanted:
                before.setdefault(place, (name, score))
        if before and wanted <= set(before):
            break
    return before


def _earlier(files, run_id, own_end):
    """Evaluations that ended before, the newest first."""
    earlier = []
    for name, contents in files.runs(["manifest.json", "timings.json"]):
        manifest, end = contents["manifest.json"], _end(contents["timings.json"])
        if name != run_id and manifest and manifest.get("job") == "eval" and end is not None and end < own_end:
            earlier.append((end, name, manifest))
    return [(name, manifest) for _, name, manifest in sorted(earlier, key=lambda e: e[:2], reverse=True)]


def _end(timings):
    """When a run ended. Java writes nanoseconds, which Python's dates do not hold."""
    text = (timings or {}).get("end")
    try:
        whole, _, fraction = text.rstrip("Z").partition(".")
        moment = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
        return moment.timestamp(), int(fraction.ljust(9, "0")[:9] or 0)
    except (AttributeError, ValueError):
        return None


def _manifest(files, run_id, job):
    try:
        manifest = parsed(files.read(f"{run_id}/manifest.json"))
        files.read(f"{run_id}/_SUCCESS")
    except MissingFile as e:
        raise GateClosed(f"run {run_id} is not published: {e}") from e
    if manifest is None or manifest.get("job") != job:
        raise GateClosed(f"run {run_id}: manifest.json is damaged, or not of {job}")
    return manifest


def _metrics(files, run_id, manifest):
    """The scores, if they are the bytes that the run published."""
    try:
        content = files.read(f"{run_id}/metrics.json")
    except MissingFile as e:
        raise GateClosed(f"evaluation {run_id}: no metrics.json") from e
    published = manifest.get("outputs", {}).get("metrics.json", {}).get("sha256")
    if hashlib.sha256(content).hexdigest() != published:
        raise GateClosed(f"evaluation {run_id}: metrics.json is not the one that was published")
    return parsed(content)


def _scores(metrics, system, metric, subset):
    """By (dataset, split); None for damaged scores."""
    found = {}
    try:
        for dataset, splits in metrics["systems"].get(system, {}).items():
            for split, subsets in splits.items():
                score = subsets.get(subset, {}).get(metric)
                if score is not None:
                    if not all(_is_number(score[key]) for key in ("mean", "low")):
                        return None
                    found[dataset, split] = score
    except (AttributeError, KeyError, TypeError):
        return None
    return found


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
