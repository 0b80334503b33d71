"""What lies in different places in Airflow 2.11 and 3."""

from airflow import __version__

try:  # Airflow 3
    from airflow.sdk import DAG, Asset, BaseOperator, Param, TaskGroup
except ImportError:
    from airflow import DAG
    from airflow.datasets import Dataset as Asset
    from airflow.models.baseoperator import BaseOperator
    from airflow.models.param import Param
    from airflow.utils.task_group import TaskGroup

try:  # Airflow 3.1 and later; 3.0 has them where 2 has them
    from airflow.sdk.exceptions import AirflowException, AirflowFailException
except ImportError:
    from airflow.exceptions import AirflowException, AirflowFailException

try:  # Airflow 3.2 and later
    from airflow.sdk import CronTriggerTimetable
except ImportError:
    from airflow.timetables.trigger import CronTriggerTimetable

#: Airflow's version, as (3, 1).
AIRFLOW = tuple(int(part) for part in __version__.split(".")[:2])

__all__ = [
    "AIRFLOW",
    "DAG",
    "AirflowException",
    "AirflowFailException",
    "Asset",
    "BaseOperator",
    "CronTriggerTimetable",
    "Param",
    "TaskGroup",
]
