#!/usr/bin/env bash
# What Spark on Kubernetes asks of an image: the arguments "driver ..." and "executor" start Spark's processes; anything else is
# run as it is. Works for any user id and on a read-only root file system: the only file that it may write is one in TMPDIR.
set -euo pipefail

export SPARK_HOME="${SPARK_HOME:-/opt/spark}"
SPARK_CONF_DIR="${SPARK_CONF_DIR:-$SPARK_HOME/conf}"

# Spark hands an executor's JVM options over one by one, as SPARK_JAVA_OPT_0, SPARK_JAVA_OPT_1, ...
java_options=()
while
  name="SPARK_JAVA_OPT_${#java_options[@]}"
  [ -n "${!name+set}" ]
do
  java_options+=("${!name}")
done

# A user id that the cluster chose has no name, and without one Hadoop's login fails ("invalid null input: name").
if ! getent passwd "$(id -u)" >/dev/null; then
  wrapper="$(find "${LIBRARIES:-/usr/lib}" -name libnss_wrapper.so -print -quit 2>/dev/null || true)"
  if [ -z "$wrapper" ]; then
    echo "entrypoint: user $(id -u) has no name here, and there is no libnss_wrapper.so to give it one" >&2
    exit 5
  fi
  NSS_WRAPPER_PASSWD="$(mktemp -t passwd.XXXXXX)"
  { cat /etc/passwd && echo "radllama-$(id -u):x:$(id -u):$(id -g)::/work:/usr/sbin/nologin"; } >"$NSS_WRAPPER_PASSWD"
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP=/etc/group LD_PRELOAD="$wrapper${LD_PRELOAD:+:$LD_PRELOAD}"
fi

# Settings first, then what the user put before Spark (spark.executor.extraClassPath), then Spark.
class_path="$SPARK_CONF_DIR:${HADOOP_CONF_DIR:+$HADOOP_CONF_DIR:}${SPARK_CLASSPATH:+$SPARK_CLASSPATH:}$SPARK_HOME/jars/*"
class_path="$class_path${SPARK_EXTRA_CLASSPATH:+:$SPARK_EXTRA_CLASSPATH}${SPARK_DIST_CLASSPATH:+:$SPARK_DIST_CLASSPATH}"

case "${1:-}" in
  driver)
    shift
    command=("$SPARK_HOME/bin/spark-submit"
      --conf "spark.driver.bindAddress=$SPARK_DRIVER_BIND_ADDRESS"
      --deploy-mode client
      "$@")
    ;;
  executor)
    command=("${JAVA_HOME:+$JAVA_HOME/bin/}java"
      "${java_options[@]}"
      "-Xms$SPARK_EXECUTOR_MEMORY"
      "-Xmx$SPARK_EXECUTOR_MEMORY"
      -cp "$class_path"
      org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend
      --driver-url "$SPARK_DRIVER_URL"
      --executor-id "$SPARK_EXECUTOR_ID"
      --cores "$SPARK_EXECUTOR_CORES"
      --app-id "$SPARK_APPLICATION_ID"
      --hostname "$SPARK_EXECUTOR_POD_IP"
      --resourceProfileId "$SPARK_RESOURCE_PROFILE_ID"
      --podName "$SPARK_EXECUTOR_POD_NAME")
    ;;
  "")
    echo "entrypoint: give driver, executor or a command" >&2
    exit 2
    ;;
  *)
    command=("$@")
    ;;
esac

# The first process of a container has no default signal handlers and must collect orphans; tini does both.
if [ "$$" = 1 ]; then
  command=(tini -- "${command[@]}")
fi
exec "${command[@]}"
