"""RadLlama on Kubernetes, as an Airflow DAG. Edit the defaults below; each can be changed for a manual run.

The connection spark_kubernetes names the master: host k8s://https://HOST, and its port. The gates run on Airflow's workers: the
volume of the runs and eval's jar are there too, under the paths that the pods see. The settings are those of deploy/kubernetes.
"""

from radllama_dags.pipeline import build

dag = build(
    dag_id="radllama_kubernetes",
    description="Reports to an evaluated adapter, on Kubernetes",
    connection="spark_kubernetes",
    conf={
        # Airflow waits for the driver's exit code, which spark-submit prints when it waits too.
        "spark.kubernetes.submission.waitAppCompletion": "true",
        "spark.kubernetes.namespace": "radllama",
        "spark.kubernetes.container.image": "radllama:0.2.0",
        "spark.kubernetes.authenticate.driver.serviceAccountName": "radllama-driver",
        "spark.kubernetes.authenticate.executor.serviceAccountName": "radllama-executor",
        "spark.kubernetes.driver.podTemplateFile": "/opt/radllama/deploy/kubernetes/pods/driver.yaml",
        "spark.kubernetes.executor.podTemplateFile": "/opt/radllama/deploy/kubernetes/pods/executor.yaml",
        "spark.kubernetes.driver.podTemplateContainerName": "spark-kubernetes-driver",
        "spark.kubernetes.executor.podTemplateContainerName": "spark-kubernetes-executor",
        # A stopped driver writes its checkpoint first.
        "spark.kubernetes.appKillPodDeletionGracePeriod": "120s",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.memory": "2g",
        "spark.driver.memoryOverhead": "4g",
        "spark.executor.instances": "2",
        "spark.executor.cores": "1",
        "spark.executor.memory": "2g",
        "spark.executor.memoryOverhead": "4g",
        "spark.driver.defaultJavaOptions": "-Duser.timezone=UTC -Dorg.bytedeco.javacpp.cachedir=/tmp/javacpp"
        " -Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "spark.executor.defaultJavaOptions": "-Duser.timezone=UTC -Dorg.bytedeco.javacpp.cachedir=/tmp/javacpp"
        " -Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.ui.enabled": "false",
    },
    defaults={
        "runs": "/runs",
        "reports": "/runs",
        "jar": "local:///opt/radllama/pipeline-{module}-job.jar",
        "sources": ["--openi-xml", "/data/NLMCXR_reports.tgz"],
        "base_model": "/data/Llama-2-7b-hf",
        # A base of 7 billion weights in 4 bytes each, in every executor that computes with it.
        "spark": {"train": {"spark.executor.memoryOverhead": "36g"}, "evaluate": {"spark.executor.memoryOverhead": "36g"}},
        "spark_conf_dir": "/opt/radllama/conf",
    },
)
