#!/usr/bin/env python3
"""Writes src/test/resources/org/radllama/eval/bleu/sacrebleu-scores.jsonl: invented texts with sacreBLEU's values.

Needs sacrebleu 2.6.0 (pip install sacrebleu). Run: python3 sacrebleu-scores.py > sacrebleu-scores.jsonl
Each line holds a prediction, its references (most have one), the prediction's tokens, the counts of BLEU and of chrF and
the scores of the pair (BLEU with effective_order); the last line the scores of all pairs together by their first reference.
"""
import json
import random

from sacrebleu.metrics import BLEU, CHRF

WORDS = """No acute cardiopulmonary abnormality. pleural effusions, 2.5cm 3-4 L4-L5 T2-weighted 10,000 1. 2. (stable) [see] {x} a/b
"quoted" can't ___ XXXX 5. ...  .. ,, .5 5.a ,5 -5 5- 5-- x-5 <skipped> &quot; &amp;lt; &gt; &lt;b&gt; & &amp; naïve 肺炎 ﬁbrosis
\U0001FAC1 \U0001FAC1. ½ \u0130ON mild~right lower^lobe `tick` $5.00 50% #1 a@b.c x=y; z: ok! why? back\\slash pipe|d + * under_score the the of""".split(" ")
GAPS = [" "] * 10 + ["  ", "\n", "-\n", "\t", "\u00a0", "\u2028", "\u001c", "", ". ", ", "]


def text(generator, longest):
    return "".join(generator.choice(WORDS) + generator.choice(GAPS) for _ in range(generator.randint(0, longest)))


def varied(generator, source):
    words = source.split(" ")
    return " ".join(w for w in words if generator.random() < 0.85)


def main():
    generator = random.Random(2018)
    bleu, sentence_bleu, chrf = BLEU(), BLEU(effective_order=True), CHRF()
    predictions, firsts = [], []
    for i in range(300):
        references = [text(generator, 60 if i % 10 == 0 else 12)]
        prediction = varied(generator, references[0]) if i % 2 else text(generator, 12)
        if i % 5 == 0:
            references += [varied(generator, prediction), text(generator, 12)]
        predictions.append(prediction)
        firsts.append(references[0])
        nested = [[r] for r in references]
        print(json.dumps({
            "references": references,
            "prediction": prediction,
            "tokens": bleu.tokenizer(prediction.rstrip()).split(),
            "bleu": [int(v) for v in bleu._extract_corpus_statistics([prediction], nested)[0]],
            "chrf": [int(v) for v in chrf._extract_corpus_statistics([prediction], nested)[0]],
            "sentence_bleu": sentence_bleu.sentence_score(prediction, references).score,
            "sentence_chrf": chrf.sentence_score(prediction, references).score,
        }))
    print(json.dumps({
        "corpus_bleu": bleu.corpus_score(predictions, [firsts]).score,
        "corpus_chrf": chrf.corpus_score(predictions, [firsts]).score,
        "signatures": [str(bleu.get_signature()), str(chrf.get_signature())],
    }))


main()
