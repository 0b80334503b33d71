"""The pipeline as an Airflow DAG: for Airflow 2.9 and 3, standard library besides.

``compat`` knows the versions of Airflow, ``submit`` the operator that runs a job, ``pipeline`` the DAG. ``run_ids``, ``codes``,
``files`` and ``gates`` know nothing of Airflow.
"""
