# shellcheck shell=bash
# What yarn/submit and kubernetes/submit share: options before the job's name, the job, its flags. To be sourced behind jobs.sh
# by a script that defines usage, own_flag, own_option and ship.

# The exit code that stands for one of Spark's or YARN's own; any other as it is.
exit_code_for() { # CODE
  case "$1" in
    # YARN's memory limits and a container that could not be set up; Spark: out of memory, no session in time, security.
    -103 | -104 | -1000 | 52 | 13 | 14) echo 5 ;;
    # Spark: executors failed again and again, the resource manager or the driver was not reached.
    11 | 12 | 17) echo 8 ;;
    # Killed (out of memory on the node, by hand), preempted, node lost, told to end early.
    137 | 143 | -100 | -101 | -102 | -105 | -106 | -107 | 16) echo 137 ;;
    # The JVM broke down; an exception that nothing caught.
    10 | 15 | 134) echo 70 ;;
    *) echo "$1" ;;
  esac
}

# What ship made of a file, for the driver.
shipped=""
# --conf options out of settings files, other options of spark-submit, the job's own flags.
settings=() options=() flags=()

# Lines "key value" of a properties file become --conf options.
read_settings() { # FILE
  local key value
  [ -r "$1" ] || fail 2 "--settings: cannot read $1"
  while read -r key value || [ -n "$key" ]; do
    case "$key" in
      "" | "#"*) ;;
      *) settings+=(--conf "$key=$value") ;;
    esac
  done <"$1"
}

# Reads the command line up to the job, and sets job, module and class; what follows stays in flags.
read_command_line() { # ARGS...
  while [ $# -gt 0 ]; do
    case "$1" in
      -h | --help | help)
        usage
        exit 0
        ;;
      --verbose | -v)
        options+=("$1")
        shift
        ;;
      --*=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
      -*)
        if own_flag "$1"; then
          shift
          continue
        fi
        [ $# -ge 2 ] || fail 2 "$1 wants a value"
        case "$1" in
          --settings) read_settings "$2" ;;
          --master | --deploy-mode) fail 2 "$1 is set here, see --help" ;;
          *) own_option "$1" "$2" || options+=("$1" "$2") ;;
        esac
        shift 2
        ;;
      *) break ;;
    esac
  done
  [ $# -gt 0 ] || {
    usage >&2
    exit 2
  }
  job=$1
  flags=("${@:2}")
  find_job "$job" || own_job || fail 2 "unknown job: $job ($(job_names))"
}

# Has a configuration file of this machine shipped, since the job's driver runs on another.
ship_config() {
  local given=("${flags[@]}") i
  for ((i = 0; i + 1 < ${#given[@]}; i++)); do
    if [ "${given[i]}" = --config ] && [ -f "${given[i + 1]}" ]; then
      ship "${given[i + 1]}"
      flags[i + 1]=$shipped
    fi
  done
}

# Sets SPARK_HOME, or exits 5.
find_spark() {
  if [ -z "${SPARK_HOME:-}" ] && [ ! -x "$ROOT/deploy/target/spark/bin/spark-submit" ] && command -v spark-submit >/dev/null; then
    SPARK_HOME="$(cd "$(dirname "$(readlink -f "$(command -v spark-submit)")")/.." && pwd)"
  fi
  export SPARK_HOME="${SPARK_HOME:-$ROOT/deploy/target/spark}"
  [ -x "$SPARK_HOME/bin/spark-submit" ] || fail 5 "no bin/spark-submit in $SPARK_HOME: mvn -DskipTests package, or set SPARK_HOME"
}
