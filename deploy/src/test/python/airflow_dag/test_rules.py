"""Run-ids, exit codes and the table of jobs: what knows nothing of Airflow."""

import os
import random
import re
import subprocess
import tempfile
import types
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

from radllama_dags import codes, run_ids, spark_conf

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

    def test_the_day_of_a_run_is_of_its_logical_date_or_of_the_time_from_which_it_may_run(self):
        east = datetime(2024, 1, 1, 1, 2, 3, tzinfo=timezone(timedelta(hours=2)))
        self.assertEqual("20231231", run_ids.date(self.context(east)))
        after = {**self.context(run_id="manual__x"), "logical_date": None, "dag_run": types.SimpleNamespace(run_after=east)}
        self.assertEqual("20231231", run_ids.date(after))
        with self.assertRaisesRegex(ValueError, "no logical date and no run_after"):
            run_ids.date(self.context(run_id="manual__x"))

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

    def test_the_resource_manager_s_diagnostics_count(self):
        words = "YARN application application_1_2 ended with final status: FAILED"
        self.assertEqual(7, codes.of_failure(["exit code: 3"], f"{words}\nDiagnostics: User application exited with status 7"))
        self.assertEqual(5, codes.of_failure([], f"{words}\nDiagnostics: AM Container exited with  exitCode: -104\nFailing this attempt"))
        self.assertIsNone(codes.of_failure([], f"{words}\nDiagnostics: Application killed by user"))
        self.assertIsNone(codes.of_failure([], words))
        self.assertEqual([5, 7, None], [codes.of_driver(code) for code in (52, 7, 137)])

    def test_a_run_id_in_other_hands_is_asked_again_and_fails_at_last(self):
        self.assertEqual(["retry", "retry", "fail"], [codes.action(codes.BUSY, n, 3).value for n in (1, 2, 3)])

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


class SparkConf(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.ours, self.site, self.spark = (Path(scratch.name, name) for name in ("ours", "site", "spark"))
        for folder in (self.ours, self.site, self.spark / "conf", self.spark / "bin"):
            folder.mkdir(parents=True)
        (self.ours / "log4j2.properties").write_text("ours")
        (self.ours / "spark-defaults.conf").write_text("of another machine")
        (self.site / "log4j2.properties").write_text("theirs")
        (self.site / "spark-defaults.conf").write_text("theirs")

    def merged(self, environment):
        with spark_conf.spark_environment(str(self.ours), environment):
            folder = Path(environment["SPARK_CONF_DIR"])
            return {file.name: file.read_text() for file in folder.iterdir()}

    def test_the_sites_files_with_the_projects_logging(self):
        environment = {"SPARK_CONF_DIR": str(self.site), "SPARK_SUBMIT_OPTS": "-Dmine=1"}
        expected = {"log4j2.properties": "ours", "spark-defaults.conf": "theirs"}
        self.assertEqual(expected, self.merged(environment))
        self.assertEqual({"SPARK_CONF_DIR": str(self.site), "SPARK_SUBMIT_OPTS": "-Dmine=1"}, environment)

    def test_the_sites_files_are_found_as_spark_finds_them(self):
        submit = self.spark / "bin" / "spark-submit"
        submit.write_text("")
        submit.chmod(0o755)
        (self.spark / "conf" / "spark-env.sh").write_text("env")
        for environment in ({"SPARK_HOME": str(self.spark)}, {"PATH": str(submit.parent)}):
            self.assertEqual({"log4j2.properties": "ours", "spark-env.sh": "env"}, self.merged(environment))
        self.assertEqual({"log4j2.properties": "ours"}, self.merged({"PATH": str(self.site)}))

    def test_without_the_projects_logging_nothing_is_submitted(self):
        for directory in (None, "", str(self.spark), "/nowhere"):
            with self.assertRaisesRegex(spark_conf.NoLogging, "spark_conf_dir: no .*log4j2.properties"):
                with spark_conf.spark_environment(directory, {}):
                    self.fail()
