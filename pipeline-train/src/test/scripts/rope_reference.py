"""Makes rope-reference.json: what transformers makes of rope_scaling and rope_parameters in a config.json.

usage: rope_reference.py OUT; with torch and transformers (5.24 made the committed file). Each case has the keys of the
config.json that matter and the frequencies of the rotary embedding.
"""

import json
import sys

from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

SCALED = {
    "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
PLAIN = {"rope_type": "default", "rope_theta": 700.0}
CASES = [
    {"rope_theta": 500.0},
    {"rope_theta": 500.0, "rope_scaling": None},
    {"rope_theta": 500.0, "rope_scaling": SCALED},
    {"rope_theta": 500.0, "rope_scaling": SCALED, "rope_parameters": None},
    {"rope_theta": 500.0, "rope_scaling": SCALED, "rope_parameters": {"rope_type": "default"}},
    {"rope_theta": 500.0, "rope_scaling": SCALED, "rope_parameters": PLAIN},
    {"rope_theta": 500.0, "rope_scaling": {}, "rope_parameters": dict(SCALED, rope_theta=900.0)},
    {"rope_theta": 500.0, "rope_scaling": None, "rope_parameters": SCALED},
    {"rope_parameters": PLAIN},
    {"rope_parameters": dict(SCALED, rope_theta=900.0)},
]


def frequencies(case):
    config = LlamaConfig(
        vocab_size=31, hidden_size=64, intermediate_size=20, num_hidden_layers=1, num_attention_heads=4,
        max_position_embeddings=512, **json.loads(json.dumps(case)))
    return [float(f) for f in LlamaRotaryEmbedding(config).inv_freq]


with open(sys.argv[1], "w", encoding="utf-8") as out:
    cases = [{"config": case, "frequencies": frequencies(case)} for case in CASES]
    out.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
