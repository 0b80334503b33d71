"""The pipeline as an Airflow DAG: for Airflow 2.11 and 3, standard library besides.

``compat`` knows the versions of Airflow, ``provider`` those of the Spark provider; ``submit`` says how a job or a gate is run,
``pipeline`` the DAG. ``run_ids``, ``codes`` and ``spark_conf`` know nothing of Airflow.
"""
