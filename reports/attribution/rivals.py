"""Ways of other projects, over a network in the form of ``transformers``; see ``worker.py`` for what a way offers.

Each runs in a Python where its library is installed; nothing of medtext is needed there.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from found import Floats, Found
from wrapped import open_network


class Rival:
    """What all ways of this file share: an exported network that is open, its weights frozen."""

    library = "transformers"

    def __init__(self, network: Path) -> None:
        self.model, self.tokenizer = open_network(network)
        self.model.requires_grad_(False)

    @property
    def versions(self) -> str:
        """Name the libraries."""
        return f"{self.library} {version(self.library)} with transformers {version('transformers')}"

    @torch.no_grad()
    def answers(self, texts: Sequence[str]) -> tuple[Floats, list[int]]:
        """Return logits, float64 [texts, labels], and the tokens of each text."""
        read = [self.tokenizer(text, return_tensors="pt") for text in texts]
        logits = [self.model(**self._inputs(each)).logits[0].double().numpy() for each in read]
        return np.stack(logits), [each["input_ids"].shape[1] for each in read]

    def _inputs(self, read: Any) -> dict[str, Tensor]:
        return {name: read[name] for name in ("input_ids", "attention_mask")}

    def _ids(self, text: str) -> Tensor:
        ids: Tensor = self.tokenizer(text, return_tensors="pt")["input_ids"]
        return ids

    def _nothing(self, ids: Tensor) -> Tensor:
        """Return the numbers with [PAD] between [CLS] and [SEP]."""
        nothing = torch.full_like(ids, self.tokenizer.pad_token_id)
        nothing[:, 0], nothing[:, -1] = ids[:, 0], ids[:, -1]
        return nothing

    @torch.no_grad()
    def _predicted(self, ids: Tensor) -> int:
        return int(self.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits.argmax())


class TransformersInterpret(Rival):
    """transformers-interpret: the softmax of the predicted class, integrated by captum.

    Its scores are divided by their norm; here they are read before that.
    """

    library = "transformers-interpret"

    def __init__(self, network: Path) -> None:
        super().__init__(network)
        from transformers_interpret import SequenceClassificationExplainer

        self.explainer = SequenceClassificationExplainer(self.model, self.tokenizer)

    def explain(self, texts: Sequence[str], points: int = 50, at_once: int | None = None) -> Found:
        """Call the explainer on one text after the other."""
        self.explainer.internal_batch_size = at_once
        scores = []
        for text in texts:
            self.explainer(text, n_steps=points)
            scores.append(self.explainer.attributions._attributions.double().sum(-1)[0].numpy())  # noqa: SLF001
        return Found.of(scores, points)

    @torch.no_grad()
    def ends(self, texts: Sequence[str]) -> Floats:
        """Return F(text) - F(baseline) with what the explainer itself gives the network at both ends of its path."""
        return np.array([self._end(text) for text in texts])

    def _end(self, text: str) -> float:
        own = self.explainer
        ids, nothing, end = own._make_input_reference_pair(own._clean_text(text))  # noqa: SLF001
        places, _ = own._make_input_reference_position_id_pair(ids)  # noqa: SLF001
        types, _ = own._make_input_reference_token_type_pair(ids, end)  # noqa: SLF001
        own.input_ids = ids
        own.selected_index = int(own.predicted_class_index)
        rest = (types, places, torch.ones_like(ids))
        return float(own._forward(ids, *rest) - own._forward(nothing, *rest))  # noqa: SLF001


class Ferret(Rival):
    """ferret: the logit of the predicted class, integrated by captum, eight points through the network at a time."""

    library = "ferret-xai"

    def __init__(self, network: Path) -> None:
        super().__init__(network)
        from ferret.explainers.gradient import IntegratedGradientExplainer

        self.explainer = IntegratedGradientExplainer(self.model, self.tokenizer)

    def explain(self, texts: Sequence[str], points: int = 50, at_once: int | None = None) -> Found:
        """Call the explainer on one text after the other."""
        asked = {"n_steps": points, "internal_batch_size": at_once}
        scores = []
        for text in texts:
            made = self.explainer(text, target=self._predicted(self._ids(text)), call_args=asked)
            scores.append(np.asarray(made.scores, dtype=np.float64))
        return Found.of(scores, points)

    @torch.no_grad()
    def ends(self, texts: Sequence[str]) -> Floats:
        """Return F(text) - F(baseline)."""
        margins = []
        for ids in map(self._ids, texts):
            mask = torch.ones_like(ids)
            whole, nothing = (self.model(input_ids=each, attention_mask=mask) for each in (ids, self._nothing(ids)))
            margins.append(float((whole.logits - nothing.logits)[0, self._predicted(ids)]))
        return np.array(margins)


class Shap(Rival):
    """What ways of shap share: the predicted logit over the mean of all logits, as medtext explains it."""

    library = "shap"

    @torch.no_grad()
    def ends(self, texts: Sequence[str]) -> Floats:
        """Return F(text) - F(all tokens [PAD])."""
        margins = []
        for ids in map(self._ids, texts):
            whole, nothing = self._centred(ids), self._centred(self._nothing(ids))
            margins.append(float((whole - nothing)[0, self._predicted(ids)]))
        return np.array(margins)

    @torch.no_grad()
    def _centred(self, ids: Tensor) -> Tensor:
        logits: Tensor = self.model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits.double()
        return logits - logits.mean(1, keepdim=True)


class PartitionShap(Shap):
    """shap's PartitionExplainer: groups of tokens are replaced by [PAD], no gradient is taken."""

    def explain(self, texts: Sequence[str], at_once: int | str = "auto") -> Found:
        """Explain one text after the other, with the number of answers that shap asks for unless told otherwise."""
        import shap

        masker = shap.maskers.Text(self.tokenizer, self.tokenizer.pad_token_id, output_type="token_ids")
        masker.collapse_mask_token = False
        asked = 0

        def answer(rows: Any) -> Any:
            nonlocal asked
            asked += len(rows)
            return self._centred(torch.from_numpy(np.stack(list(rows)).astype(np.int64))).numpy()

        explainer = shap.explainers.Partition(answer, masker)
        scores, points = [], []
        for text in texts:
            asked, predicted = 0, self._predicted(self._ids(text))
            made = explainer([text], batch_size=at_once, silent=True)
            scores.append(np.asarray(made.values[0][:, predicted], dtype=np.float64))
            points.append(asked)
        return Found.of(scores, points)


class _Above(nn.Module):
    """The network from its vectors on, for shap: centred logits."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, vectors: Tensor) -> Tensor:
        """Return centred logits, float [batch, labels]."""
        mask = torch.ones(vectors.shape[:2], dtype=torch.int64)
        logits: Tensor = self.model(inputs_embeds=vectors, attention_mask=mask).logits
        return logits - logits.mean(1, keepdim=True)


class GradientShap(Shap):
    """shap's GradientExplainer over the vectors of the tokens: random points between [PAD] and the text."""

    def explain(self, texts: Sequence[str], points: int = 200) -> Found:
        """Explain one text after the other, with as many points as shap takes unless told otherwise."""
        return Found.of([self._one(self._ids(text), points) for text in texts], points)

    def _one(self, ids: Tensor, points: int) -> Floats:
        import shap

        table = self.model.get_input_embeddings()
        vectors, nothing = table(ids).detach(), table(self._nothing(ids)).detach()
        explainer = shap.GradientExplainer(_Above(self.model), nothing)
        found, _ = explainer.shap_values(vectors, nsamples=points, ranked_outputs=1, rseed=13)
        scores: Floats = np.asarray(found, dtype=np.float64).reshape(vectors.shape[1], -1).sum(1)
        return scores[1:-1]
