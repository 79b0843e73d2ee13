"""The network of a run in a folder that tools for ``transformers`` open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast
from transformers.utils import logging

from medtext.plugin import fold_width
from medtext.workspace.exchange import export_network
from medtext.workspace.ready import Ready
from wrapped import TextCNNConfig, TextCNNForSequenceClassification

_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def export(ready: Ready, folder: Path) -> None:
    """Write network and tokenizer of a run into an empty folder. Raises OptionError for a network without a form."""
    if ready.setup.model.name == "text-cnn":
        quiet: Any = logging  # which has no types
        quiet.disable_progress_bar()
        _network(ready).save_pretrained(folder)
        _tokenizer(ready).save_pretrained(folder)
    else:
        export_network(ready, folder)


def folded(text: str) -> str:
    """Write a text as the characters of a text-cnn are numbered: half width, lower case, no blanks.

    >>> folded("Ｈｐ （＋）")
    'hp(+)'
    """
    return "".join("".join(each.lower() if len(each.lower()) == 1 else each for each in fold_width(text)).split())


def _network(ready: Ready) -> TextCNNForSequenceClassification:
    options: Any = ready.setup.model.options
    config = TextCNNConfig(
        vocab_size=len(ready.predictor.batcher.tokenizer.vocabulary),
        width=options.width,
        filters=options.filters,
        kernels=options.kernels,
        id2label=dict(enumerate(ready.labels)),
        label2id={label: number for number, label in enumerate(ready.labels)},
        pad_token_id=0,
    )
    model = TextCNNForSequenceClassification(config)
    model.network.load_state_dict(ready.predictor.model.state_dict())
    return model


def _tokenizer(ready: Ready) -> Any:
    """Return what numbers every character of a folded text as medtext does, between [CLS] and [SEP]."""
    tokens = ready.predictor.batcher.tokenizer.vocabulary.tokens
    numbers = {token: number for number, token in enumerate([*_SPECIAL, *tokens])}
    cutter = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))  # noqa: S106  # no password
    cutter.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Split(Regex("."), "isolated")]
    )
    cutter.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    fast: Any = PreTrainedTokenizerFast
    pad, unknown, start, end, mask = _SPECIAL
    return fast(
        tokenizer_object=cutter, pad_token=pad, unk_token=unknown, cls_token=start, sep_token=end, mask_token=mask
    )
