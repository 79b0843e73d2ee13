"""The door: four hooks, all of one form. Each takes nothing and yields frozen specs.

A hook is called whenever medtext starts, so it must be cheap: torch is imported
inside ``build``, never at the top of a plugin's module.
"""

from __future__ import annotations

from collections.abc import Iterable

import pluggy

from medtext.plugin.specs import DatasetSpec, ModelSpec, RendererSpec, TokenizerSpec

PROJECT = "medtext"
"""The pluggy project, and the entry-point group of installed plugins."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def medtext_datasets() -> Iterable[DatasetSpec]:
    r"""Offer corpora (``--dataset NAME``).

    A whole plugin::

        from medtext.plugin import DatasetSpec, Record, hookimpl, read_lines

        def read(path, options):
            for number, line in enumerate(read_lines(path), start=1):
                text, _, label = line.rstrip("\r\n").rpartition(";")
                yield Record(id="", text=text, labels=(label,), place=f"{path}:{number}")

        @hookimpl
        def medtext_datasets():
            yield DatasetSpec(name="semicolons", summary="text;label, one record a line", read=read)
    """
    return ()


@hookspec
def medtext_models() -> Iterable[ModelSpec]:
    """Offer networks (``--model NAME``).

    A whole plugin, a linear bag of tokens::

        from medtext.plugin import ModelSpec, hookimpl

        def build(shape, options):
            import torch
            from medtext.plugin import Embedded, text_sites

            class Bag(torch.nn.Module):
                def __init__(self):
                    super().__init__()
                    self.weights = torch.nn.Embedding(shape.vocabulary_size, shape.label_count, padding_idx=0)

                def embed(self, batch):
                    sites, special = text_sites(batch)
                    return Embedded(self.weights(batch.inputs), batch.mask, sites, special)

                def baseline(self, batch):
                    return torch.zeros(*batch.inputs.shape, shape.label_count, device=batch.inputs.device)

                def score(self, vectors, mask):
                    return (vectors * mask[..., None]).sum(dim=1)

            return Bag()

        @hookimpl
        def medtext_models():
            yield ModelSpec(name="bag", summary="adds up one weight a token and label", build=build)
    """
    return ()


@hookspec
def medtext_tokenizers() -> Iterable[TokenizerSpec]:
    """Offer ways to cut texts (``--tokenizer NAME``).

    A whole plugin; ``PatternTokenizer`` numbers whatever ``cut`` returns::

        import re
        from medtext.plugin import TokenizerSpec, hookimpl

        def build(options):
            from medtext.plugin import PatternTokenizer

            return PatternTokenizer(lambda text: [match.span() for match in re.finditer(r"[^;]+", text)])

        @hookimpl
        def medtext_tokenizers():
            yield TokenizerSpec(name="clauses", summary="cuts at semicolons", build=build)
    """
    return ()


@hookspec
def medtext_renderers() -> Iterable[RendererSpec]:
    r"""Offer ways to draw attributions (``--render NAME``). Record text is untrusted: markup escapes it.

    A whole plugin::

        from medtext.plugin import RendererSpec, hookimpl

        def render(attributions, options):
            rows = (f"{unit.text}\t{unit.score:+.3f}" for each in attributions for unit in each.units)
            return "\n".join(rows) + "\n"

        @hookimpl
        def medtext_renderers():
            yield RendererSpec(name="plain", summary="a word and its score a line", render=render, suffix=".txt")
    """
    return ()
