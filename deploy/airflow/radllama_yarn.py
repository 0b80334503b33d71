"""RadLlama on YARN, as an Airflow DAG. Edit the defaults below; each can be changed for a manual run.

The connection spark_default names the master: host yarn.
"""

from radllama_dags.pipeline import build

dag = build(
    dag_id="radllama_yarn",
    description="Reports to an evaluated adapter, on YARN",
    connection="spark_default",
    conf={
        # The retry is Airflow's, which knows by the exit code whether another attempt makes sense.
        "spark.yarn.maxAppAttempts": "1",
        "spark.yarn.submit.waitAppCompletion": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.executor.cores": "1",
        "spark.executor.memory": "2g",
        "spark.executor.memoryOverhead": "4g",
        "spark.executor.defaultJavaOptions": "-Duser.timezone=UTC -Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "spark.executorEnv.OMP_NUM_THREADS": "1",
        "spark.yarn.appMasterEnv.OMP_NUM_THREADS": "1",
        "spark.driver.memory": "4g",
        "spark.driver.defaultJavaOptions": "-Duser.timezone=UTC -Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        # Token ids of reports travel with tasks and lie in blocks on disks.
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.ui.enabled": "false",
    },
    defaults={
        "runs": "hdfs:///radllama/runs",
        "reports": "hdfs:///radllama/reports",
        "jar": "hdfs:///radllama/jars/pipeline-{module}-job.jar",
        "sources": ["--openi-xml", "hdfs:///radllama/sources/NLMCXR_reports.tgz"],
        "base_model": "hdfs:///models/Llama-2-7b-hf",
        # A base of 7 billion weights in 4 bytes each, in every executor that computes with it.
        "spark": {
            "train": {"spark.executor.instances": "4", "spark.executor.memoryOverhead": "36g"},
            "evaluate": {"spark.executor.instances": "4", "spark.executor.memoryOverhead": "36g"},
        },
        "spark_conf_dir": "/opt/radllama/conf",
    },
)
