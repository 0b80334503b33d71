#!/usr/bin/env python3
"""Writes src/test/resources/org/radllama/eval/rouge/bootstrap-intervals.json: what numpy gives for rouge_score's bootstrap.

Needs numpy (any version since 1.24 gives the same). Run: python3 bootstrap-intervals.py > bootstrap-intervals.json
rouge_score's BootstrapAggregator draws, type by type, rows of (precision, recall, F) by numpy.random.choice from the global
generator, takes the mean of each draw and percentiles of the means. This does the same with numpy, of invented rows.
Numbers are Python's float.hex, so that they compare to the last bit.
"""
import json
import random

import numpy as np


def percentiles(rows, samples, confidence):
    matrix = np.array(rows)
    means = np.zeros((samples, 3))
    for i in range(samples):
        means[i] = np.mean(matrix[np.random.choice(np.arange(len(rows)), size=len(rows))], axis=0)
    delta = (1 - confidence) / 2
    return np.percentile(means, q=100 * np.array([delta, 0.5, 1 - delta]), axis=0)


def main():
    cases = []
    for seed, n, samples, confidence, types in [
            (0, 1, 1000, 0.95, 1), (1, 2, 1000, 0.95, 2), (7, 17, 1000, 0.95, 3), (123, 64, 501, 0.9, 2),
            (2 ** 32 - 1, 257, 100, 0.99, 2), (42, 700, 300, 0.95, 1)]:
        generator = random.Random(n)
        data = [[[generator.random() if generator.random() < 0.7 else generator.choice([0.0, 1.0, 1 / 3]) for _ in range(3)]
                 for _ in range(n)] for _ in range(types)]
        np.random.seed(seed)
        cases.append({
            "seed": seed,
            "samples": samples,
            "confidence": confidence,
            "rows": [[[v.hex() for v in row] for row in rows] for rows in data],
            "bounds": [[[float(v).hex() for v in bound] for bound in percentiles(rows, samples, confidence)] for rows in data],
        })
    np.random.seed(5489)
    raw = [int(v) for v in np.random.randint(0, 2 ** 32, size=2000, dtype=np.uint32)]
    np.random.seed(9)
    below = [[m, [int(v) for v in np.random.choice(m, size=50)]] for m in [2, 3, 4, 5, 100, 1023, 1024, 1025, 65536]]
    print(json.dumps({"numpy": np.__version__, "cases": cases, "raw": raw, "below": below}))


main()
