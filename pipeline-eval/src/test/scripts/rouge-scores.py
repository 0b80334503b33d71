#!/usr/bin/env python3
"""Writes src/test/resources/org/radllama/eval/rouge/rouge-scores.jsonl: pairs of invented texts with rouge_score's values.

Needs rouge_score (google-research/rouge) and nltk 3.8. Run: python3 rouge-scores.py > rouge-scores.jsonl
Values are Python's float.hex, so that they compare to the last bit: for each type precision, recall, F; with the stemmer,
then without.
"""
import json
import random

from rouge_score import rouge_scorer

TYPES = ["rouge1", "rouge2", "rouge3", "rougeL", "rougeLsum"]
WORDS = """no acute cardiopulmonary abnormality abnormalities effusion effusions pleural stable using used US L4-L5 2.5 cm
kidneys airways aging radiology pathology possibly carefully additionally Heart lungs are clear the the of and is XXXX ___
degenerative changes naïve dying news exceed ION \u0130ON \u212Aelvin ﬁbrosis mild right lower lobe opacity opacities""".split()
GAPS = [" "] * 8 + [". ", ".\n", "\n", "\n\n", ", ", "\r\n", "\u2028", "\u0085"]


def text(generator, longest):
    return "".join(
        generator.choice(WORDS) + generator.choice(GAPS) for _ in range(generator.randint(0, longest)))


def varied(generator, source):
    lines = source.split("\n")
    generator.shuffle(lines)
    words = " \n ".join(lines).split(" ")
    return " ".join(w for w in words if generator.random() < 0.8)


def main():
    generator = random.Random(2004)
    stemmed = rouge_scorer.RougeScorer(TYPES, use_stemmer=True)
    plain = rouge_scorer.RougeScorer(TYPES, use_stemmer=False)
    for i in range(160):
        target = text(generator, 90 if i % 10 == 0 else 25)
        prediction = varied(generator, target) if i % 2 else text(generator, 25)
        values = []
        for scorer in (stemmed, plain):
            scores = scorer.score(target, prediction)
            for name in TYPES:
                values.extend(float(v).hex() for v in scores[name])
        print(json.dumps({"target": target, "prediction": prediction, "values": values}))


main()
