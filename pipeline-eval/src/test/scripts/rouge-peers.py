#!/usr/bin/env python3
"""ROUGE-1, -2 and -L with the stemmer beside rouge-score-rs (Rust) and rouge_score: pairs a CPU second, and whether every bit is equal.

    python rouge-peers.py OPENI.csv CLASSPATH [PAIRS]

OPENI.csv has a column "impression" (indiana_reports.csv or openi_report_sections_all.csv); pairs are drawn from it with a fixed seed, 40,000
unless said otherwise. CLASSPATH is that of pipeline-eval's tests. Needs rouge_score 0.1.2 with nltk, and rouge-score-rs 0.2.1. All three run in
turn, one thread each, three times; the best of each counts. rouge_score, which is slow, scores every tenth pair, and those are compared.
"""

import csv
import hashlib
import json
import random
import struct
import subprocess
import sys
import tempfile
import time

import rouge_score_rs.rouge_scorer
from rouge_score import rouge_scorer

TYPES = ["rouge1", "rouge2", "rougeL"]


def run(scorer, pairs):
    start = time.process_time()
    scores = [scorer.score(reference, prediction) for reference, prediction in pairs]
    seconds = time.process_time() - start
    values = [v for score in scores for t in TYPES for v in (score[t].precision, score[t].recall, score[t].fmeasure)]
    return seconds, hashlib.sha256(struct.pack(f">{len(values)}d", *values)).hexdigest()


def ours(pairs, classpath):
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(pair) + "\n" for pair in pairs)
        file.flush()
        command = ["java", "-Xmx1g", "-cp", classpath, "org.radllama.eval.rouge.RougePairs", file.name, "8"]
        lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    rounds = [line.split() for line in lines if line]
    return min(float(seconds) for seconds, _ in rounds), rounds[-1][1]


def main():
    texts = [row["impression"] for row in csv.DictReader(open(sys.argv[1], newline="")) if (row["impression"] or "").strip()]
    draw = random.Random(7)
    pairs = [(draw.choice(texts), draw.choice(texts)) for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 40000)]
    some = pairs[::10]
    rust = rouge_score_rs.rouge_scorer.RougeScorer(TYPES, use_stemmer=True)
    python = rouge_scorer.RougeScorer(TYPES, use_stemmer=True)
    rates = {"ours": 0, "rouge-score-rs": 0, "rouge_score": 0}
    for _ in range(3):
        seconds, all_ours = ours(pairs, sys.argv[2])
        rates["ours"] = max(rates["ours"], len(pairs) / seconds)
        seconds, all_rust = run(rust, pairs)
        rates["rouge-score-rs"] = max(rates["rouge-score-rs"], len(pairs) / seconds)
        seconds, some_python = run(python, some)
        rates["rouge_score"] = max(rates["rouge_score"], len(some) / seconds)
    for name, rate in rates.items():
        print(f"{name}: {rate:.0f} pairs a CPU second, ours is {rates['ours'] / rate:.1f} times as fast")
    print("every bit as rouge-score-rs:", all_ours == all_rust)
    print("every bit as rouge_score:", ours(some, sys.argv[2])[1] == some_python)


if __name__ == "__main__":
    main()
