"""A run's README: what it was made of, what it does well, and what it must not be trusted with."""

from __future__ import annotations

from medtext.corpus.split import NAMES
from medtext.learn.metrics import HEADLINE
from medtext.workspace.ready import Ready


def model_card(ready: Ready) -> str:
    """Return a short model card in Markdown; it holds no text of any record."""
    setup, info = ready.setup, ready.run.info
    splits, metrics = ready.run.read("splits.json"), ready.run.read("metrics.json")
    dataset = ready.registry.dataset(setup.dataset.name)
    counts = ", ".join(f"{label} ({count:,})" for label, count in zip(ready.labels, ready.counts, strict=True))
    size = sum(parameter.numel() for network in ready.networks for parameter in network.model.parameters())
    lines = [
        f"# {ready.run.name}",
        "",
        f"{ready.model_name} trained to {setup.task} records of {setup.dataset.name} "
        f"({dataset.summary}; tokenizer {setup.tokenizer.name}), "
        f"{info['created'][:10]}, medtext {info['versions']['medtext']}.",
        "",
        f"- Records: {', '.join(f'{len(splits[name]):,} {name}' for name in NAMES)}.",
        f"- Labels, with training records: {counts}."
        if ready.labels
        else "- Writes texts. Research, not for clinical use.",
        f"- Size: {size:,} weights. Seed {info['seed']}, device {info['device']}.",
        f"- Licence of the records: {dataset.licence or 'not stated'}.",
        "",
        "| split | model | " + " | ".join(_COLUMNS) + " |",
        "|---|---|" + "--:|" * len(_COLUMNS),
    ]
    for split, rows in metrics.items():
        lines += [f"| {split} | {name} | {_cells(row)} |" for name, row in rows.items() if name != "unseen"]
    lines += ["", "## Limits", "", *_limits(ready)]
    return "\n".join(lines) + "\n"


_COLUMNS = (
    "records",
    "accuracy",
    "macro_f1",
    "log_loss",
    "mlogloss",
    "macro_auc",
    "bleu_4",
    "rouge_l",
    "present_micro_f1",
)


def _cells(row: dict[str, object]) -> str:
    return " | ".join(f"{row[c]:,}" if isinstance(row.get(c), int) else _figure(row.get(c)) for c in _COLUMNS)


def _figure(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else ""


def _limits(ready: Ready) -> list[str]:
    metrics = ready.run.read("metrics.json")["val"]["model"]
    lines = [
        "- Figures are of records like those it was trained on; another hospital's wording may do worse.",
        "- Keywords say what this model uses, not what causes or diagnoses anything.",
    ]
    by_label = {label: row for label, row in metrics.get("by_label", {}).items() if row["support"]}
    if by_label:
        worst = min(by_label, key=lambda label: float(by_label[label]["f1"]))
        lines.append(f"- Weakest label on val: {worst} (F1 {by_label[worst]['f1']:.3f}).")
    lines.append(f"- Headline figure: {HEADLINE[ready.task]}. For research; not a medical device.")
    return lines
