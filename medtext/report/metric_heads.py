"""What figures are called where people read them."""

HEADS = {
    "records": "records",
    "accuracy": "accuracy",
    "macro_precision": "macro P",
    "macro_recall": "macro R",
    "macro_f1": "macro F1",
    "micro_f1": "micro F1",
    "log_loss": "log loss",
    "mlogloss": "mlogloss",
    "s": "S",
    "macro_auc": "macro AUC",
    "micro_auc": "micro AUC",
    "macro_ap": "macro AP",
    "ece": "ECE",
    "bleu_1": "BLEU-1",
    "bleu_4": "BLEU-4",
    "rouge_l": "ROUGE-L",
    "meteor": "METEOR",
    "cider": "CIDEr-D",
    "present_micro_f1": "findings F1",
    "flip_rate": "flips",
    "missed_critical_rate": "missed",
    "aurc": "AURC",
    "unique": "unique",
    "commonest": "commonest",
}
"""What metrics are called in tables, in their order; only those that a task has are shown."""
