"""The pipeline as an Airflow DAG: for Airflow 2.9 and 3, standard library besides.

``compat`` knows the versions of Airflow, ``submit`` how a job or a gate is run, ``pipeline`` the DAG. ``run_ids`` and ``codes``
know nothing of Airflow.
"""
