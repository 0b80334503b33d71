"""The DAG: ingest, a gate on the dataset, train, evaluate, a gate on the scores, and the report over all runs."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from radllama_dags.compat import DAG, Asset, CronTriggerTimetable, Param, TaskGroup
from radllama_dags.run_ids import date, run_id
from radllama_dags.submit import RadllamaGateOperator, RadllamaSubmitOperator

#: Longer than run.stale-after (2 minutes), for which an attempt would watch the lease of a dead one.
RETRY_DELAY = timedelta(minutes=5)

#: Module and main class by task, as deploy/jobs.sh has them.
JOBS = {
    "ingest": ("ingest", "org.radllama.ingest.IngestJob"),
    "train": ("train", "org.radllama.train.TrainJob"),
    "evaluate": ("eval", "org.radllama.eval.EvalJob"),
    "publish_report": ("eval", "org.radllama.eval.ReportJob"),
    "gate_dataset": ("eval", "org.radllama.eval.GateJob"),
    "gate_scores": ("eval", "org.radllama.eval.GateJob"),
}


#: Sundays at midnight, UTC. A timetable of triggers, since "@weekly" is one in Airflow 3 and one of intervals in Airflow 2: the
#: logical date is the time of the run in both.
WEEKLY = CronTriggerTimetable("0 0 * * 0", timezone="UTC")


@dataclass(frozen=True)
class Submission:
    """What one task submits."""

    application: str
    java_class: str
    name: str
    flags: list
    conf: dict
    #: Where log4j2.properties of drivers and executors lies on the worker.
    spark_conf_dir: str
    #: The directory that the job publishes.
    published: str


def build(dag_id, description, connection, conf, defaults, schedule=WEEKLY, tracking="submit", on_failure_callback=None, **task):
    """One DAG.

    :param connection: Airflow's connection that names the Spark master
    :param conf: Spark settings of every job; the parameter ``spark`` wins over them
    :param defaults: of the parameters, by name; the rest has defaults here
    :param schedule: anything that Airflow takes: a timetable, cron, assets, None
    :param tracking: see ``pipeline``
    :param on_failure_callback: called with the context of the task that failed for good
    :param task: more for every task, such as ``pool`` and ``queue``
    """
    with DAG(
        dag_id=dag_id,
        description=description,
        schedule=schedule,
        start_date=datetime(2024, 1, 1, tzinfo=timezone.utc),
        catchup=False,
        # The gate holds a run against the one before it.
        max_active_runs=1,
        params=parameters(defaults),
        tags=["radllama"],
        doc_md=__doc__,
    ) as dag:
        pipeline(dag_id, connection, conf, tracking, on_failure_callback=on_failure_callback, **task)
    return dag


def pipeline(dag_id, connection, conf, tracking="submit", **task):
    """The tasks as a group, for a DAG of one's own: with ``params=parameters(...)`` and max_active_runs=1, and once in it.

    :param tracking: "submit": spark-submit waits for the application. "api": it ends, and the task asks YARN's resource manager
        or Kubernetes
    :param task: for every task; wins over what is set here
    :returns: a TaskGroup
    """
    if tracking not in ("submit", "api"):
        raise ValueError(f'tracking must be "submit" or "api", not {tracking!r}')
    shared = {"owner": "radllama", "retries": 2, "retry_delay": RETRY_DELAY, "trigger_rule": "all_success", **task}

    def job(task_id, flags, hours):
        return RadllamaSubmitOperator(
            task_id=task_id,
            plan=_plan(task_id, flags, conf),
            conn_id=connection,
            java_class=JOBS[task_id][1],
            deploy_mode="cluster",
            by_api=tracking == "api",
            execution_timeout=timedelta(hours=hours),
            outlets=[Asset(uri=f"x-radllama://{dag_id}/{task_id}")],
            **shared,
        )

    def gate(task_id, flags):
        return RadllamaGateOperator(task_id=task_id, plan=_plan(task_id, flags, {}), execution_timeout=timedelta(minutes=30), **shared)

    with TaskGroup("radllama", prefix_group_id=False) as group:
        (
            job("ingest", ingest_flags, hours=6)
            >> gate("gate_dataset", dataset_gate_flags)
            >> job("train", train_flags, hours=72)
            >> job("evaluate", evaluate_flags, hours=24)
            >> gate("gate_scores", scores_gate_flags)
            >> job("publish_report", report_flags, hours=1)
        )
    return group


def parameters(defaults):
    """The parameters with their JSON schemas; Airflow's form for a manual run is made of them."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    least = {"type": "integer", "minimum": 0}
    strings = {"type": "array", "items": {"type": "string"}}
    maybe = {"type": ["null", "string"]}
    schema = {
        "runs": ("/data/radllama/runs", "Directory of published runs, --out of every job.", {"type": "string", "minLength": 1}),
        "reports": ("/data/radllama/reports", "Where latest-report.html is kept.", {"type": "string", "minLength": 1}),
        "jar": ("", "The jobs' jars; {module} stands for ingest, train or eval.", {"type": "string", "minLength": 1}),
        "sources": ([], "Source flags of ingest. {date} in them is the day of the run in UTC, as 20240131.", strings),
        "base_model": ("", "Hugging Face checkpoint directory.", {"type": "string", "minLength": 1}),
        "ingest_config": (None, "Settings file of ingest, a path that the driver reads.", maybe),
        "train_config": (None, "Settings file of train.", maybe),
        "evaluate_config": (None, "Settings file of eval.", maybe),
        "ingest_settings": ([], "Single settings of ingest, as key=value.", strings),
        "train_settings": ([], "Single settings of train.", strings),
        "evaluate_settings": ([], "Single settings of eval.", strings),
        "spark": ({}, "Spark settings by task, and under all for every one.", {"type": "object"}),
        "spark_conf_dir": (
            "/opt/radllama/conf",
            "The project's conf/ on the worker: its log4j2.properties goes to drivers and executors.",
            {"type": "string", "minLength": 1},
        ),
        "min_read": (1, "Fewer reports read close the gate.", least),
        "min_train": (1, "Fewer reports to train on close the gate.", least),
        "min_test": (1, "Fewer reports to test on close the gate.", least),
        "max_rejected_share": (0.2, "A larger share of rejected reports closes the gate.", share),
        "max_leaked_share": (0.0, "A larger share of test reports with a neighbour still in train closes it.", share),
        "system": ("adapter", "Name of the adapter in the evaluation; its score decides.", {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}),
        "metric": ("rougeL_fmeasure", "The score that decides, as metrics.json names it.", {"type": "string", "minLength": 1}),
        "subset": ("all", "The reports that decide: all, clean, ...", {"type": "string", "minLength": 1}),
        "compare_with": (None, "Run-id of the evaluation to hold it against; else the one published before.", maybe),
        "other_test_set": (None, "pass or close: the gate where evaluations before scored other reports only.", {"type": ["null", "string"], "enum": [None, "pass", "close"]}),
    }
    unknown = set(defaults) - set(schema)
    if unknown:
        raise ValueError(f"no such parameters: {sorted(unknown)}")
    return {
        name: Param(defaults.get(name, default), description=description, **rules)
        for name, (default, description, rules) in schema.items()
    }


def ingest_flags(context):
    """Flags of ingest."""
    params = context["params"]
    return [
        *_common("ingest", context),
        *(source.replace("{date}", date(context)) if "{date}" in source else source for source in params["sources"]),
        *_settings("ingest", params),
    ]


def train_flags(context):
    """Flags of train; --resume does a first attempt no harm."""
    params = context["params"]
    return [
        *_common("train", context),
        *("--dataset", _path(context, "ingest")),
        *("--base-model", params["base_model"]),
        "--resume",
        *_settings("train", params),
    ]


def evaluate_flags(context):
    """Flags of eval: the base, the adapter, and eval's baselines."""
    params = context["params"]
    return [
        *_common("evaluate", context),
        *("--dataset", _path(context, "ingest")),
        *("--base-model", params["base_model"]),
        *("--adapter", f"{params['system']}={_path(context, 'train')}/adapter"),
        *_settings("evaluate", params),
    ]


def report_flags(context):
    """Flags of report. Its run-id follows from the runs it tells of, so that a later attempt tells of later runs too."""
    params = context["params"]
    return ["--runs", params["runs"], "--out", params["reports"]]


def dataset_gate_flags(context):
    """Flags of the gate between ingest and train."""
    names = ("min_read", "min_train", "min_test", "max_rejected_share", "max_leaked_share")
    return ["--runs", context["params"]["runs"], "--dataset", run_id(context, "ingest"), *_limits("dataset", names, context)]


def scores_gate_flags(context):
    """Flags of the gate between eval and report."""
    names = ("system", "metric", "subset", "compare_with", "other_test_set")
    return ["--runs", context["params"]["runs"], "--evaluation", run_id(context, "evaluate"), *_limits("scores", names, context)]


def _limits(kind, names, context):
    """Parameters as the gate's settings; one that is not set keeps the gate's default."""
    given = [(name.replace("_", "-"), context["params"][name]) for name in names]
    return [word for name, value in given if value is not None for word in ("--set", f"{kind}.{name}={value}")]


def _common(stage, context):
    return ["--out", context["params"]["runs"], "--run-id", run_id(context, stage)]


def _path(context, stage):
    return f"{context['params']['runs'].rstrip('/')}/{run_id(context, stage)}"


def _settings(stage, params):
    config = params[f"{stage}_config"]
    flags = ["--config", config] if config else []
    for setting in params[f"{stage}_settings"]:
        flags += ["--set", setting]
    return flags


def _plan(task_id, flags, conf):
    module, java_class = JOBS[task_id]

    def plan(context):
        params = context["params"]
        spark = params["spark"] or {}
        return Submission(
            application=params["jar"].replace("{module}", module),
            java_class=java_class,
            name=run_id(context, task_id),
            flags=flags(context),
            conf={**conf, **spark.get("all", {}), **spark.get(task_id, {})},
            spark_conf_dir=params["spark_conf_dir"],
            published=params["reports"] if task_id == "publish_report" else _path(context, task_id),
        )

    return plan
