#!/usr/bin/env python3
"""Writes src/test/resources/org/radllama/eval/rouge/porter-stems.tsv: word, tab, nltk's stem.

Needs nltk 3.8 (Debian: apt-get install python3-nltk). Run: /usr/bin/python3 porter-stems.py > porter-stems.tsv

The words are made here, so that every rule of every step meets stems of measure 0, 1, 2 and more,
ending in each kind of letter: radiology's own words, roots with every suffix of the algorithm (also
two of them), runs of y, digits, and seeded random strings.
"""
import random
import sys

import nltk
from nltk.stem.porter import PorterStemmer

WORDS = """
airway airways assay kidney kidneys pathway pathways delay delayed relay relays survey surveyed used using uses aging
aged ages eye eyes icing ice died dies dying lying lies lied tied ties tying drying dried dries trying tried tries plying
plied news inning innings outing outings canning cannings howe proceed exceed succeed proceeds exceeded sky skies biology
geology theology radiology pathology histology cardiology neurology oncology urology etiology morphology cytology
dermatology audiology osteology odontology possibly visibly responsibly reversibly terribly horribly carefully usefully
helpfully respectfully additionally conditionally traditionally proportionally radiologically pathologically bilaterally
pneumothorax effusion effusions atelectasis atelectatic consolidation consolidations cardiomegaly cardiomediastinal
silhouette opacity opacities opacification pulmonary edema vascular congestion interstitial infiltrate infiltrates
infiltration granuloma granulomatous calcified calcification calcifications degenerative osteophytes spondylosis
scoliosis kyphosis fracture fractures fractured emphysema emphysematous hyperinflated hyperinflation hyperexpanded
hyperexpansion stable unchanged unremarkable normal abnormal abnormality abnormalities acute active disease process
processes evidence suggest suggests suggesting suggestive suggested consistent compatible representing represents
sternotomy thoracotomy cholecystectomy tortuous tortuosity atherosclerotic atherosclerosis aorta aortic mediastinum
mediastinal hilar perihilar adenopathy lymphadenopathy pleural pericardial thickening blunting costophrenic diaphragm
hemidiaphragm elevated elevation eventration catheter catheters tube tubes tubing placement placed terminates
terminating tip overlying underlying overlies projecting projects nodule nodules nodular masses mass lesions
lesion metastatic metastases metastasis malignancy neoplasm neoplastic inflammatory infectious pneumonia pneumonitis bronchitis
bronchiectasis bronchial bronchovascular markings crowding scarring scarred fibrosis fibrotic reticular reticulonodular
feed feeding feeds agreed agreeing bleed bleeding bled freed need needed speed seed seeding indeed exceedingly
happy happily enjoy enjoyed enjoying employ employment say says saying day days boy boys spy spied fly flies flying cry
cries crying try sizing sized troubled troubling conflated conflating hopping hoped hoping falling hissing fizzing
filing failing failed tanned planning controlling controlled rolling rolled rolls caresses ponies caress cats
rational relational national sensational valency hesitancy digitizer conformably radically differently vilely
analogously vietnamization predication operator feudalism decisiveness hopefulness callousness formality sensitivity
sensibility triplicate formative formalize electricity electrical hopeful goodness revival allowance inference airliner
gyroscopic adjustable defensible irritant replacement adjustment dependent adoption homologous communism activate
angularity effective bowdlerize probate rate cease controll roll ally rally tally totally finally really orally
equally locally globally wholly fully dully gully sully bully jolly eyed dyed dye dyes toy toys syzygy yyy yyyy yyyyed
b22ed a22ed 12ied 1ied 12ies 1ies c7ed l4ing t12s 3ing 9ed 55ly 2logy a1logy xxxx xxxxs xxxxing xxxxed mm cm
"""

ROOTS = """
a e o y b t st tr tree ap oat ivy eye ice us ag sky geo theo bio patho radio cardio trouble privat orrer oaten
sit fil fail hop hopp bl abl at conflat iz siz fall hiss fizz will ruff add odd egg egg2 x2 2 22 a2 a22 b33 sens
form rel relat condit valen hesit digit conform radic differ vil analog viet predic oper feud decis hope call
sensib triplic electr good reviv allow infer airlin gyroscop adjust defens irrit replac depend adop homolog commun
activ angular effect bowdler prob ceas roll contr tox ser cap nod cyst opac calc fibr gran vasc inter hyp dys
yt ty yey eyy syz wyx box snow play way grey
""".split()

SUFFIXES = """
s es ies sses ss ied eed ed ing ated ating bled bling ized izing y ly ally ational tional enci ency anci ancy izer
ization ation ator alism iveness fulness ousness aliti ality iviti ivity biliti bility alli bli ably ibly ably entli
ently eli ely ousli ously fulli fully logi logy logies icate ative alize iciti icity ical ful ness al ance ence er ic
able ible ant ement ment ent ion sion tion ou ism ate iti ity ous ive ize e ee le lle ll l el ell oll i ii yed ying yy
""".split()

MOST = 40000


def random_words(count):
    generator = random.Random(20260101)
    letters = "aaeeiioouuyybcdfghjklmnpqrstvwxz0123456789"
    for _ in range(count):
        root = "".join(generator.choice(letters) for _ in range(generator.randint(1, 6)))
        yield root + generator.choice(SUFFIXES)


def main():
    stemmer = PorterStemmer()
    words = set(WORDS.split())
    single = [r + s for r in ROOTS for s in SUFFIXES]
    words.update(single)
    generator = random.Random(7)
    double = sorted({r + a + b for r in ROOTS for a in SUFFIXES for b in SUFFIXES} - words)
    generator.shuffle(double)
    for word in random_words(8000):
        words.add(word)
    for word in double:
        if len(words) >= MOST:
            break
        words.add(word)
    print("nltk", nltk.__version__, len(words), "words", file=sys.stderr)
    for word in sorted(words):
        print(word + "\t" + stemmer.stem(word))


main()
