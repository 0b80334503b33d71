# shellcheck shell=bash disable=SC2034
# What the scripts share: the jobs, and where they find Java and this project's version. To be sourced, with ROOT (this
# repository) and PROGRAM (the script's name in messages) set.

# One job a line: command, module (its jar is pipeline-MODULE), main class, what it does.
# deploy/airflow/radllama_dags/pipeline.py, which is installed without this file, names some of them again; a test compares.
jobs() {
  cat <<'END'
synthetic  ingest  org.radllama.ingest.synthetic.SyntheticMain  writes synthetic corpora in the layouts of MIMIC-CXR and OpenI
ingest     ingest  org.radllama.ingest.IngestJob                reports to an instruction dataset
tokenizer  train   org.radllama.train.TokenizerJob              a Llama-style tokenizer from a dataset
train      train   org.radllama.train.TrainJob                  a LoRA adapter, or a small base model from scratch
export     train   org.radllama.train.ExportJob                 an adapter as a merged model, GGUF or GGUF adapter, for other programs
eval       eval    org.radllama.eval.EvalJob                    generates impressions and scores them, beside baselines
generate   eval    org.radllama.eval.GenerateJob                impressions for new findings, which have no references
report     eval    org.radllama.eval.ReportJob                  one page over all published runs: scores over time, what changed, which run was made from which
gate       eval    org.radllama.eval.GateJob                    exits 3 if a dataset may not be trained on, or scores are worse than before
publish    ingest  org.radllama.publish.PublishJob              hands a run on: to MLflow, as a folder for the Hugging Face Hub, or to a table
study      eval    org.radllama.eval.StudyJob                   pack: blinded forms for readers; score: their ratings, unblinded
END
}

module="" class=""
# Sets module and class to a job's; false where there is no job of this name.
find_job() { # COMMAND
  local command
  while read -r command module class _; do
    if [ "$command" = "$1" ]; then
      return
    fi
  done < <(jobs)
  return 1
}

job_names() {
  jobs | awk '{ names = names (NR > 1 ? ", " : "") $1 } END { print names }'
}

JOB_CODES="0 done, 2 bad flags or configuration, 3 input unreadable or a gate closed, 4 another process is writing the run-id,
5 resources missing here, 6 training diverged, 7 run-id made from other inputs or settings, 8 network or cluster failed: try again,
70 a defect"

fail() { # CODE MESSAGE
  echo "$PROGRAM: $2" >&2
  exit "$1"
}

# Sets JAVA_HOME to a JDK 17, or exits 5.
find_java() {
  JAVA_HOME="$("$ROOT/deploy/local/java17")" || exit $?
  export JAVA_HOME
}

version() {
  sed -n 's:^ *<version>\(.*\)</version>.*:\1:p' "$ROOT/pom.xml" | head -n 1
}

# One of several jobs on this machine, each of which finds its run finished where it was called before.
step() { # NUMBER WHAT COMMAND ARGS...
  local began=$SECONDS number=$1 what=$2
  shift 2
  echo "[$number] $what" >&2
  "$ROOT/deploy/local/radllama" "$@" || {
    local code=$?
    fail "$code" "step ${number%/*} ($1) exited $code; call again to continue there"
  }
  echo "[$number] done in $((SECONDS - began)) s" >&2
}
