"""What a plugin offers: frozen descriptions, cheap to make, checked as they are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from medtext.corpus.fetching import Remote
from medtext.corpus.record import Input, Record, Task
from medtext.errors import PluginError
from medtext.plugin.options import option_fields

if TYPE_CHECKING:
    from torch import Tensor, nn

    from medtext.corpus.token import Tokenizer
    from medtext.explain.attribution import Attribution
    from medtext.learn.predict import Prediction

_KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class NoOptions:
    """For offers that have nothing to set."""


@dataclass(frozen=True, slots=True)
class ModelShape:
    """What a network has to fit: sizes known only once the records were read.

    ``vocabulary_size`` counts the special tokens; ``max_length`` is in tokens;
    ``image_size`` in pixels, or None for models of texts. ``labels`` are the names of ``label_count`` labels, in order.
    """

    task: Task
    vocabulary_size: int
    label_count: int
    max_length: int
    image_size: int | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What every offer has: a name to type, a line that says what it is, and its options.

    ``name`` is in kebab-case; ``options`` is a frozen dataclass, each field of which
    can be set by ``-o field=value``.
    """

    kind: ClassVar[str] = ""
    name: str
    summary: str
    options: type = NoOptions

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _KEBAB.fullmatch(self.name):
            raise PluginError(f"the {self.kind} name {self.name!r} is not in kebab-case, such as 'text-cnn'")
        if not self.summary or "\n" in self.summary:
            raise PluginError(f"the summary of {self.kind} '{self.name}' must be one line")
        made = getattr(self.options, "__dataclass_params__", None)
        if not isinstance(self.options, type) or made is None or not made.frozen:
            raise PluginError(f"the options of {self.kind} '{self.name}' must be a frozen dataclass")
        option_fields(self.options)  # refuses fields that cannot be set
        for name in ("tasks", "labels"):
            if isinstance(getattr(self, name, ()), str):
                raise PluginError(f"the {name} of {self.kind} '{self.name}' are one text: put them in brackets, (x,)")


@dataclass(frozen=True, kw_only=True)
class DatasetSpec(Spec):
    """A corpus: how its files are read, and what is asked of its records.

    ``read(path, options)`` yields records and raises RecordError with file and line.
    ``tasks`` are those its records can serve, the default first; an options class may
    have a property ``task`` that says otherwise. ``labels`` fixes the
    labels and their order; empty, they are taken from the records. ``tokenizer`` and
    ``model`` are what ``train`` takes by default; ``sample`` is a bundled source.
    ``answers(predictions, labels)`` yields the lines in which predictions are handed in for this corpus
    (a competition's file), ``labels`` in the order of the probabilities; ``medtext batch-predict --format dataset``
    reads a file by ``read`` and writes these. ``remotes`` are the files that it is published as,
    for ``medtext data fetch``. ``make(folder, count, seed, told)`` writes a folder of ``count`` synthetic records that
    ``read`` reads, for ``medtext data make``, whole or not at all; it calls ``told`` after each.
    """

    kind: ClassVar[str] = "dataset"
    read: Callable[[Path, Any], Iterable[Record]]
    tasks: tuple[Task, ...] = (Task.CLASSIFY,)
    labels: tuple[str, ...] = ()
    tokenizer: str = "characters"
    model: str = "text-cnn"
    sample: Path | None = None
    answers: Callable[[Iterable[Prediction], tuple[str, ...]], Iterable[str]] | None = None
    remotes: tuple[Remote, ...] = ()
    make: Callable[[Path, int, int, Callable[[], None]], None] | None = None
    licence: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Pretrained:
    """What a model can start from.

    ``options`` are those of the model that give the weights their shape, ``tokenizer`` is
    the state of its tokenizer and ``tokenizer_options`` what that was made with.
    ``weights`` reads tensors by the names they have in the network, when it is called.
    ``labels`` and ``task`` are those of the head among them; none where there is no head.
    ``lr`` is a learning rate that suits going on.
    """

    options: Mapping[str, Any]
    tokenizer: dict[str, Any]
    weights: Callable[[], Mapping[str, Tensor]]
    tokenizer_options: Mapping[str, Any] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    task: Task | None = None
    lr: float | None = None


@dataclass(frozen=True, kw_only=True)
class ModelSpec(Spec):
    """A network: ``build(shape, options)`` makes an untrained one, an ``nn.Module`` that keeps to ``learn.model``.

    ``tokenizer`` names the one the model must have, and wins over the dataset's.
    ``baseline`` marks a cheap model that is trained beside every other one of its
    tasks, so that each result is printed next to it. The rest are the training
    settings that suit the network, where the user names none. ``encoder`` is what the names of its encoder's weights
    begin with: ``--init`` takes those over from a run of another model that has the same. A model that reads
    images has an option ``image_size``, in pixels. One that has a ``table`` of token
    vectors (``Tabled``) may have an option ``vectors: Path | None``: before training the
    table is filled from that file.

    A model whose weights come and go in a form of other tools has both of:
    ``adopt(origin)``, which reads a folder or a name on a hub (cheaply: weights are read later)
    and raises OptionError for what it cannot use; ``export(network, tokenizer, labels, task, folder)``,
    which writes into an empty folder what ``adopt`` and those tools read.
    """

    kind: ClassVar[str] = "model"
    build: Callable[[ModelShape, Any], nn.Module]
    adopt: Callable[[str], Pretrained] | None = None
    export: Callable[[Any, Any, tuple[str, ...], Task, Path], None] | None = None
    tasks: frozenset[Task] = frozenset({Task.CLASSIFY, Task.TAG})
    reads: Input = Input.TEXT
    tokenizer: str | None = None
    baseline: bool = False
    encoder: str = ""
    epochs: int = 20
    batch_size: int = 32
    lr: float = 1e-3
    weight_decay: float = 0.01

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.reads is Input.IMAGES and all(field.name != "image_size" for field in option_fields(self.options)):
            raise PluginError(f"model '{self.name}' reads images: give its options a field image_size: int")


@dataclass(frozen=True, kw_only=True)
class TokenizerSpec(Spec):
    """A way to cut texts: ``build(options)`` makes a tokenizer that has not seen a text yet."""

    kind: ClassVar[str] = "tokenizer"
    build: Callable[[Any], Tokenizer]


@dataclass(frozen=True, kw_only=True)
class RendererSpec(Spec):
    """A way to draw attributions: ``render(attributions, options)`` returns a file's content.

    ``suffix`` is the usual ending of the file, with its dot. Options called
    ``threshold``, ``format`` and ``color`` are set by the command line: the threshold that
    was asked for, the ending of the output file, and no colours in a file.
    Record text is untrusted: whatever writes markup escapes it.
    """

    kind: ClassVar[str] = "renderer"
    render: Callable[[list[Attribution], Any], str | bytes]
    suffix: str
