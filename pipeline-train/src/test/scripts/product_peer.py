#!/usr/bin/env python3
"""What ProductBenchmark measures, by torch on one thread.

Usage: product_peer.py ROWS OUT IN COPIES TRIES

Prints the seconds of one product with weights (OUT, IN), the best of some tries over all copies of the weights.
"""
import sys
import time

import torch

rows, out, width, copies, tries = map(int, sys.argv[1:])
torch.set_num_threads(1)
x = torch.ones(rows, width)
weights = [torch.ones(out, width) for _ in range(copies)]
best = float("inf")
with torch.inference_mode():
    for _ in range(tries):
        start = time.perf_counter()
        for w in weights:
            torch.nn.functional.linear(x, w)
        best = min(best, (time.perf_counter() - start) / copies)
print(best)
