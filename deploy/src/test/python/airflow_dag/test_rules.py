"""Run-ids, exit codes and the table of jobs: what knows nothing of Airflow."""

import os
import random
import re
import subprocess
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from radllama_dags import codes, run_ids

# As RunDirectory.java has it.
RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}")


class RunIds(unittest.TestCase):
    @staticmethod
    def context(logical_date=None, run_id="", dag_id="d"):
        context = {"run_id": run_id, "dag": types.SimpleNamespace(dag_id=dag_id)}
        if logical_date is not None:
            context["logical_date"] = logical_date
        return context

    def test_of_the_logical_date_in_utc(self):
        east = datetime(2024, 1, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
        self.assertEqual("d-train-20231231T230203", run_ids.run_id(self.context(east), "train"))
        self.assertEqual("20231231T230203", run_ids.moment(self.context(east.astimezone(timezone.utc))))
        self.assertEqual("20240101T010203.000004", run_ids.moment(self.context(datetime(2024, 1, 1, 1, 2, 3, 4))))

    def test_of_the_dag_run_where_there_is_no_date(self):
        manual = "manual__2025-02-03T04:05:06.789012+00:00_Ab3"
        self.assertTrue(run_ids.moment(self.context(run_id=manual)).startswith("manual__2025-02-03T04-05-06.789012"))
        with_none = {**self.context(run_id=manual), "logical_date": None}
        self.assertEqual(run_ids.moment(self.context(run_id=manual)), run_ids.moment(with_none))

    def test_always_a_run_id_and_never_the_same_for_two(self):
        source = random.Random(5)
        letters = "aZ09._+=-: /\\é\u2028%\"'\n"
        seen = {}
        for _ in range(5000):
            text = "".join(source.choice(letters) for _ in range(source.randrange(1, 200)))
            made = run_ids.run_id(self.context(run_id=text, dag_id=text), "evaluate")
            self.assertTrue(RUN_ID.fullmatch(made), made)
            self.assertEqual(text, seen.setdefault(made, text))


class Codes(unittest.TestCase):
    def test_the_driver_s_word_is_found_where_spark_submit_says_another(self):
        of = codes.of_failure
        self.assertEqual(4, of([], "Cannot execute: spark-submit. Error code is: 4."))
        self.assertEqual(5, of(["User application exited with status 5"], "Cannot execute: x. Error code is: 1."))
        self.assertEqual(6, of([], "Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: 6"))
        self.assertEqual(3, of(["\t exit code: 3"], "Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: None"))
        self.assertEqual(70, of(["Final app status: FAILED, exitCode: 70, (reason: ...)"], "Error code is: 1."))
        # The last one counts: an earlier attempt's stands before it.
        self.assertEqual(2, of(["exit code: 5", "exit code: 2"], ""))
        # Words of the command are no endings.
        self.assertIsNone(of([], "Cannot execute: submit --set exited with status 4. Error code is: 1."))
        for nothing in ("Error code is: 1.", "Error code is: 137.", "KRB5CCNAME is missing", ""):
            self.assertIsNone(of([], nothing))
        self.assertIsNone(of(["exited with status 143"], "Error code is: 1."))
        self.assertEqual(5, of(["AM Container exited with  exitCode: -104", "Exit code is 143"], "Error code is: 1."))
        self.assertIsNone(of(["AM Container exited with  exitCode: -102"], "Error code is: 1."))
        self.assertIsNone(of(["INFO Allocator: executor 3 exit code: 5"], "Error code is: 1."))

    def test_sparks_and_yarn_s_own_codes_stand_for_the_same_here_and_in_the_submit_scripts(self):
        script = Path(os.environ["RADLLAMA_ROOT"], "deploy/submit.sh")
        told = [*range(-1001, -990), *range(-110, 0), *range(1, 150)]
        shell = f'. "{script}"; for code in {" ".join(map(str, told))}; do exit_code_for "$code"; done'
        ours = subprocess.run(["bash", "-c", shell], check=True, capture_output=True, text=True).stdout.split()
        self.assertEqual(len(told), len(ours))
        for code, expected in zip(told, map(int, ours)):
            found = codes.of_failure([f"exitCode: {code}, (reason: ...)"], "Error code is: 1.")
            self.assertEqual(expected if expected in codes.MEANING else None, found, code)
            if code > 0:
                hook = codes.of_failure([], f"Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: {code}")
                self.assertEqual(found, hook, code)
        self.assertEqual(["5", "8", "70", "137"], [ours[told.index(code)] for code in (52, 11, 134, -100)])

    def test_of_a_pod_s_containers_the_driver_s_counts_alone(self):
        def of(*ends, hook):
            lines = [line for name, code in ends for line in (f"\t\t container name: {name}", f"\t\t exit code: {code}")]
            return codes.of_failure(lines, f"Error code is: 0. Kubernetes spark exit code is: {hook}")

        driver = "spark-kubernetes-driver"
        for code, expected in ((137, None), (4, 4), (3, 3), (8, 8)):
            for beside in (0, 2, 143):
                for hook in (code, beside):
                    self.assertEqual(expected, of((driver, code), ("proxy", beside), hook=hook))
                    self.assertEqual(expected, of(("proxy", beside), (driver, code), hook=hook))

    def test_every_code_of_the_jobs_has_an_action(self):
        source = Path(os.environ["RADLLAMA_ROOT"], "pipeline-ingest/src/main/java/org/radllama/run/ExitCode.java").read_text()
        of_jobs = {int(code) for code in re.findall(r"^  [A-Z]+\((\d+)\)[,;]", source, re.MULTILINE)}
        self.assertEqual(of_jobs - {0}, set(codes.MEANING))

    def test_a_closed_gate_fails_and_a_silent_file_system_is_asked_again(self):
        expected = {2: "fail", 3: "fail", 70: "fail", 5: "retry", 8: "retry", 1: "retry", 101: "retry", 137: "retry", -9: "retry"}
        self.assertEqual(expected, {code: codes.gate_action(code).value for code in expected})
