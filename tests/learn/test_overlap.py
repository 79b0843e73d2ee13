"""Figures of overlap are those that paper and pencil give, and those of the libraries they are made by."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from medtext.learn.overlap import LABELS, Overlap, bleu_signature, collapse, normalised

WRITTEN = ("The heart is large.", "No effusion.")
REFERENCES = ("The heart is normal.", "There is no effusion, no nodule.")
CASES = (
    ("The heart is mildly enlarged. No effusion.", "Heart size is mildly enlarged without a pleural effusion."),
    ("No acute disease.", "No acute cardiopulmonary disease is seen."),
    ("The lungs are clear. The lungs are clear. The lungs are clear.", "The lungs are clear."),
    ("Small left effusions.", "There is a small effusion on the left, with some atelectasis."),
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Right-sided, 0.5 cm NODULE?", ["right-sided", "0.5", "cm", "nodule", "."]),
        ("1. Clear lungs.\n2) No change", ["clear", "lungs", ".", "no", "change", "."]),
        ("patient's heart ... is normal . ", ["patient's", "heart", ".", "is", "normal", "."]),
        ("胃窦充血，ＣＴ（－）。", ["胃", "窦", "充", "血", "ct", "."]),
        ("in T12. Measures 4. The", ["in", "t12", ".", "measures", "4", ".", "the", "."]),
        ("", []),
        (" ?! -- ", []),
    ],
)
def test_texts_are_cut_in_one_way(text: str, tokens: list[str]) -> None:
    assert normalised(text) == tokens


def test_bleu_is_what_paper_and_pencil_give() -> None:
    figures = Overlap.of(WRITTEN[:1], REFERENCES[:1]).figures()
    # the heart is large . | the heart is normal . : 4 of 5, 2 of 4, 1 of 3, 0 of 2
    assert figures["bleu_1"] == pytest.approx(4 / 5)
    assert figures["bleu_2"] == pytest.approx((4 / 5 * 2 / 4) ** (1 / 2))
    assert figures["bleu_3"] == pytest.approx((4 / 5 * 2 / 4 * 1 / 3) ** (1 / 3))
    assert figures["bleu_4"] == 0
    individual = [figures[f"bleu_{order}_individual"] for order in range(1, 5)]
    assert individual == pytest.approx([4 / 5, 2 / 4, 1 / 3, 0])


def test_bleu_counts_over_the_whole_corpus_and_punishes_short_ones() -> None:
    figures = Overlap.of(WRITTEN, REFERENCES).figures()
    # no effusion . | there is no effusion no nodule . : 3 of 3, 1 of 2; 8 tokens against 12
    penalty = math.exp(1 - 12 / 8)
    assert figures["bleu_1"] == pytest.approx(penalty * 7 / 8)
    assert figures["bleu_2"] == pytest.approx(penalty * (7 / 8 * 3 / 6) ** (1 / 2))


def test_bleu_is_that_of_sacrebleu_and_nltk() -> None:
    from nltk.translate.bleu_score import corpus_bleu, sentence_bleu
    from sacrebleu.metrics import BLEU

    written, references = ([normalised(text) for text in texts] for texts in zip(*CASES, strict=True))
    overlap = Overlap.of(*zip(*CASES, strict=True))
    figures = overlap.figures()
    by_sacrebleu = BLEU(tokenize="none", smooth_method="none", force=True).corpus_score(
        [" ".join(tokens) for tokens in written], [[" ".join(tokens) for tokens in references]]
    )
    assert figures["bleu_4"] == pytest.approx(by_sacrebleu.score / 100)
    with warnings.catch_warnings(action="ignore"):  # of texts without a match of some order
        for order in range(1, 5):
            even = [1 / order] * order
            alone = [float(each == order) for each in range(1, 5)]
            assert figures[f"bleu_{order}"] == pytest.approx(corpus_bleu([[r] for r in references], written, even))
            by_nltk = [sentence_bleu([r], w, alone) for r, w in zip(references, written, strict=True)]
            assert overlap.bleu_individual[:, order - 1] == pytest.approx(by_nltk)
            assert figures[f"bleu_{order}_individual"] == pytest.approx(np.mean(by_nltk))


def test_the_signature_says_how_bleu_is_made() -> None:
    signature = bleu_signature()
    assert {"nrefs:1", "eff:no", "tok:none", "smooth:none", "tokens:medtext"} <= set(signature.split("|"))


def test_rouge_l_is_of_the_longest_common_subsequence() -> None:
    figures = Overlap.of(["No effusion is seen."], ["No pleural effusion."]).figures()
    precision, recall = 3 / 5, 3 / 4  # no effusion .
    assert figures["rouge_l_f1"] == pytest.approx(2 * precision * recall / (precision + recall))
    assert figures["rouge_l"] == pytest.approx((1 + 1.44) * precision * recall / (recall + 1.44 * precision))


def test_meteor_matches_words_and_stems_but_no_synonyms() -> None:
    figures = [
        Overlap.of([written], ["Small effusion"]).figures()["meteor"]
        for written in ("Small effusion", "Small effusions", "Tiny effusion")
    ]
    # All three tokens in one chunk: 1 - 0.5 (1/3)^3; then two of three, effusion and the point.
    assert figures == pytest.approx([1 - 0.5 / 27, 1 - 0.5 / 27, (1 - 0.5 / 8) * 2 / 3])


def test_cider_weighs_by_how_rare_words_are() -> None:
    overlap = Overlap.of(["a b", "b c"], ["a b", "c b"])
    # Of "a b .", all sequences that are not in both references match, and there is none of four tokens.
    # Of "b c .", only the word c does.
    assert overlap.cider == pytest.approx([10 * 3 / 4, 10 * 1 / 4])


def test_cider_punishes_other_lengths_and_repeated_words() -> None:
    overlap = Overlap.of(["a a", "a c b"], ["a", "c b"])
    # "a a ." against "a .": a counts once of twice; one of two equally rare pairs is there; no longer sequence is.
    assert overlap.cider[0] == pytest.approx(10 / 4 * (1 / 2 + 1 / math.sqrt(2)) * math.exp(-1 / 72))
    assert 0 < overlap.cider[1] < 10


def test_an_empty_text_scores_nothing_and_fails_nothing() -> None:
    for written, references in ((["", "?"], ["No effusion.", "Clear."]), (["Clear."], [""]), ([""], [""])):
        figures = Overlap.of(written, references).figures()
        assert figures == dict.fromkeys(LABELS, 0.0)


def test_a_text_that_equals_its_reference_scores_full() -> None:
    texts = [reference for _, reference in CASES]
    figures = Overlap.of(texts, texts).figures()
    full = ("bleu_1", "bleu_4", "bleu_4_individual", "rouge_l", "rouge_l_f1")
    assert [figures[name] for name in full] == pytest.approx([1] * len(full))
    assert figures["cider"] == pytest.approx(10)
    assert set(figures) == set(LABELS)


def test_rows_are_measured_as_if_they_were_all() -> None:
    written, references = zip(*CASES, strict=True)
    rows = np.array([0, 2, 2, 1])
    chosen = Overlap.of(written, references).figures(rows)
    alone = Overlap.of([written[row] for row in rows], [references[row] for row in rows]).figures()
    # CIDEr's weights are those of all references.
    assert {name: value for name, value in chosen.items() if name != "cider"} == pytest.approx(
        {name: value for name, value in alone.items() if name != "cider"}
    )
    cider = Overlap.of(written, references).cider
    assert chosen["cider"] == pytest.approx(cider[rows].mean())


def test_texts_and_references_are_equally_many_and_some() -> None:
    with pytest.raises(ValueError, match="no text to compare"):
        Overlap.of([], [])
    with pytest.raises(ValueError, match="shorter"):
        Overlap.of(["Clear.", "Clear."], ["Clear."])


def test_a_writer_that_says_the_same_of_everything_is_seen() -> None:
    found = collapse(["Clear lungs.", "clear lungs", "No effusion is seen."], ["Clear.", "Effusion.", "Nodule."])
    assert found == pytest.approx(
        {
            "unique": 2 / 3,
            "commonest": 2 / 3,
            "length": 11 / 3,
            "reference_unique": 1,
            "reference_commonest": 1 / 3,
            "reference_length": 2,
        }
    )
