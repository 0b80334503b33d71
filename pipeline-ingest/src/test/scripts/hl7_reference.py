"""Writes hl7-reference.json: made-up ORU^R01 messages and what python-hl7 and hl7apy read from them.

    python hl7_reference.py > src/test/resources/org/radllama/ingest/format/hl7-reference.json

Made with hl7 0.4.5 and hl7apy 1.3.5. The texts are random words; the separators are those of the standard and others.
"""

import json
import random
import sys

import hl7
from hl7apy.parser import parse_message

WORDS = "lungs clear heart normal no effusion left|right a^b x~y p&q c\\d é ü 5 mm # $ @".split(" ")
SEPARATORS = ["|^~\\&", "|^~\\&", "$@~\\&", "#^*%&", "|:!?;"]


def escaped(text, marks):
    field, component, repetition, escape, sub = marks
    codes = {field: "F", component: "S", repetition: "R", escape: "E", sub: "T"}
    return "".join(f"{escape}{codes[c]}{escape}" if c in codes else c for c in text)


def message(rng, number):
    marks = rng.choice(SEPARATORS)
    field, component, repetition, escape, sub = marks
    ids = (f"ACC{number}", f"P{rng.randrange(100)}")
    lines = [
        field.join(["MSH", marks[1:], "RIS", "H", "X", "Y", "20300101", "", f"ORU{component}R01", f"M{number}", "P", "2.5"]),
        field.join(["PID", "1", "", f"{ids[1]}{component}{component}{component}H{component}MR", "", f"A{component}B"]),
        field.join(["OBR", "1", f"PL{number}", ids[0] + component + "RIS", f"71020{component}CHEST"]),
    ]
    for i in range(rng.randrange(1, 5)):
        words = [rng.choice(WORDS) for _ in range(rng.randrange(0, 7))]
        value = repetition.join(escaped(" ".join(part), marks) for part in (words[:3], words[3:]) if part)
        value += rng.choice(["", "", f"{escape}X4142{escape}", f" {escape}E{escape}{escape}F{escape}"])
        lines.append(field.join(["OBX", str(i + 1), rng.choice(["TX", "FT"]), f"R{component}Report", "1", value, "", "", "", "", "", "F"]))
    return "\r".join(lines) + "\r"


def read(text):
    parsed = hl7.parse(text)
    values = []
    for segment in parsed.segments("OBX"):
        repetitions = str(segment[5]).split(parsed.separators[2])
        values.append("\n".join(parsed.unescape(one) for one in repetitions))
    whole = parse_message(text.replace("é", "e").replace("ü", "u"), find_groups=False)
    return {
        "message": text,
        "id": whole.obr.obr_3.obr_3_1.to_er7(),
        "patient": whole.pid.pid_3.pid_3_1.to_er7(),
        "texts": values,
    }


def main():
    rng = random.Random(7)
    json.dump([read(message(rng, number)) for number in range(14)], sys.stdout, indent=1, ensure_ascii=True)
    print()


if __name__ == "__main__":
    main()
