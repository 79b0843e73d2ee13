"""What a device cannot do is said before the work begins."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from medtext.errors import DeviceError
from medtext.learn import device


def test_an_lstm_in_half_the_digits_is_refused_where_the_processor_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    recurrent, plain = nn.Sequential(nn.LSTM(2, 2)), nn.Sequential(nn.Linear(2, 2), nn.GRUCell(2, 2))
    refused = []
    for halves in (False, True):
        monkeypatch.setattr(device, "_halves", lambda halves=halves: halves)
        for model in (recurrent, plain):
            for kind in ("cpu", "cuda"):
                try:
                    device.refuse_half(model, torch.device(kind))
                except DeviceError as error:
                    refused.append((halves, model is recurrent, kind, str(error)))
    said = "--precision bf16: this processor computes no LSTM in bfloat16: leave --precision out"
    assert refused == [(False, True, "cpu", said)]


def test_what_is_refused_is_what_fails() -> None:
    lstm, steps = nn.LSTM(8, 8, batch_first=True), torch.zeros(2, 3, 8)
    with torch.autocast("cpu", torch.bfloat16):
        if device._halves():
            assert lstm(steps)[0].shape == (2, 3, 8)
        else:
            with pytest.raises(RuntimeError):
                lstm(steps)
