"""Writers of images: what their options do, and what must not matter."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from medtext_plugins.models.writers import kept
from medtext_plugins.models.writers.findings import FindingHead
from PIL import Image

from medtext.corpus.batch import Batch, Batcher
from medtext.corpus.pattern import PatternTokenizer
from medtext.corpus.record import Input, Record, Task
from medtext.corpus.vocabulary import END, MASK, PAD, START, UNKNOWN
from medtext.errors import OptionError
from medtext.learn.checkpoint import Checkpoint
from medtext.learn.decoding import Decoding
from medtext.learn.loss import Objective
from medtext.learn.train import Part, TrainOptions, train
from medtext.learn.watch import Silent
from medtext.learn.write import looked_at, taught, write_texts
from medtext.plugin import FindingRules, ModelShape
from medtext.plugin.loading import load_registry

REGISTRY = load_registry(strict=True)
SMALL = {"image_size": 32, "channels": 16, "width": 32, "hidden": 32, "layers": 1, "heads": 4}
WRITERS = ("cnn-lstm", "cnn-attention-gru", "cnn-attention-bilstm", "cnn-transformer")


@pytest.fixture
def records(tmp_path: Path) -> list[Record]:
    made = []
    for number in range(3):
        images = []
        for view in range(2):
            path = tmp_path / f"{number}-{view}.png"
            picture = Image.effect_noise((40, 40), 60)
            picture.paste(255, (10 * number, 5 * view, 10 * number + 12, 5 * view + 12))
            picture.save(path)
            images.append(path)
        made.append(
            Record(id=str(number), images=tuple(images), views=("frontal", "lateral"), target="the heart is large .")
        )
    return made


@pytest.fixture
def batcher(records: list[Record]) -> Batcher:
    cut = PatternTokenizer(lambda text: [(at, at + 1) for at in range(len(text)) if text[at] != " "], min_records=1)
    return Batcher(Task.GENERATE, (), Input.IMAGES, cut.fit(["the heart is large ."]), image_size=32)


def made(name: str, batcher: Batcher, **options: Any) -> Any:
    torch.manual_seed(1)
    spec = REGISTRY.model(name)
    shape = ModelShape(Task.GENERATE, len(batcher.tokenizer.vocabulary), 0, 512, 32)
    names = {field.name for field in fields(spec.options)}
    small = {name: value for name, value in SMALL.items() if name in names}
    return spec.build(shape, spec.options(**small, **options)).eval()


def logits(model: Any, batch: Batch) -> torch.Tensor:
    with torch.no_grad():
        return taught(model, batch)


@pytest.mark.parametrize("name", WRITERS)
def test_which_view_an_image_is_counts_and_a_missing_one_is_no_fault(
    name: str, batcher: Batcher, records: list[Record]
) -> None:
    model = made(name, batcher)
    whole = logits(model, batcher.batch(records, targets=True))
    swapped = [replace(record, views=("lateral", "frontal")) for record in records]
    assert not torch.allclose(whole, logits(model, batcher.batch(swapped, targets=True)), atol=1e-4)
    single = [replace(records[0], images=records[0].images[:1], views=("frontal",)), *records[1:]]
    found = logits(model, batcher.batch(single, targets=True))
    assert torch.isfinite(found).all()
    assert not torch.allclose(whole[0], found[0], atol=1e-4)
    assert torch.allclose(whole[1:], found[1:], atol=1e-5)
    # Columns that are padding hold no image, whatever stands in them.
    batch = batcher.batch(single, targets=True)
    noise = torch.where(batch.mask[..., None, None, None], batch.inputs, torch.rand_like(batch.inputs))
    assert torch.allclose(found, logits(model, replace(batch, inputs=noise)), atol=1e-5)


def test_a_view_that_was_never_learned_is_taken_for_one_that_is_not_known(
    batcher: Batcher, records: list[Record]
) -> None:
    named = batcher.batch(records, targets=True)
    unnamed = batcher.batch([replace(record, views=()) for record in records], targets=True)
    for learned in (unnamed, named):
        model = made("cnn-lstm", batcher)
        with torch.no_grad():
            model.train()
            taught(model, learned)
            model.eval()
        assert torch.allclose(logits(model, named), logits(model, unnamed), atol=1e-5)
    model.train()
    taught(model, unnamed)  # both were learned now: they differ
    assert not torch.allclose(logits(model.eval(), named), logits(model, unnamed), atol=1e-4)


@pytest.mark.parametrize("name", WRITERS)
def test_gradients_reach_the_pixels(name: str, batcher: Batcher, records: list[Record]) -> None:
    model = made(name, batcher)
    batch = batcher.batch(records, targets=True)
    pixels = batch.inputs.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(taught(model, replace(batch, inputs=pixels)).square().sum(), pixels)
    assert (gradient.abs().sum((2, 3, 4)) > 0).all()


@pytest.mark.parametrize("name", WRITERS[1:])
def test_attention_is_over_the_cells_of_each_view(name: str, batcher: Batcher, records: list[Record]) -> None:
    model = made(name, batcher)
    batch = batcher.batch(records)
    sites = model.embed(batch).sites[0]
    assert sites.amax(0).tolist() == [1, 1, 1]  # two views of 2 x 2 cells, each of 16 x 16 pixels
    maps = looked_at(model, model.embed(batch), [(5, 6), (7,), ()])
    assert maps is not None
    assert [each.shape for each in maps[:2]] == [(2, 8), (1, 8)]
    assert maps[0].sum(1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("name", WRITERS[1:])
@pytest.mark.parametrize("rows", [[0, 0, 1, 1, 2, 2], [0, 0, 1, 2, 2, 2], [2, 0, 2, 1], [1, 1]])
def test_beams_and_samples_look_at_the_places_of_their_own_record(
    name: str, rows: list[int], batcher: Batcher, records: list[Record]
) -> None:
    model = made(name, batcher)
    single = [replace(records[0], images=records[0].images[:1], views=("frontal",)), *records[1:]]
    tokens = torch.arange(5, 5 + len(rows))
    with torch.no_grad():
        embedded = model.embed(batcher.batch(single))
        state = model.start(embedded.vectors, embedded.mask).select(torch.tensor(rows))
        together, after, looked = model.step(state, tokens)
        again, _, _ = model.step(after.select(torch.arange(len(rows)).flip(0)), tokens)
        for row, record in enumerate(rows):
            state = model.start(embedded.vectors[record, None], embedded.mask[record, None])
            alone, after, own = model.step(state, tokens[row, None])
            assert torch.allclose(together[row], alone[0], atol=1e-5)
            assert torch.allclose(looked[row], own[0], atol=1e-5)
            alone, _, _ = model.step(after, tokens[-1 - row, None])
            assert torch.allclose(again[-1 - row], alone[0], atol=1e-5)


def test_the_pooled_writer_looks_nowhere(batcher: Batcher, records: list[Record]) -> None:
    model = made("cnn-lstm", batcher)
    assert looked_at(model, model.embed(batcher.batch(records)), [(5,), (6,), (7,)]) is None


def test_added_views_share_a_map_and_concatenated_ones_have_their_own(batcher: Batcher) -> None:
    added, concatenated = (made("cnn-lstm", batcher, fuse=fuse) for fuse in ("added", "concatenated"))
    assert (len(added.places.eyes.project), len(concatenated.places.eyes.project)) == (1, 3)


def test_a_frozen_encoder_does_not_move(batcher: Batcher, records: list[Record]) -> None:
    model = made("cnn-lstm", batcher, frozen=True).train()
    before = {name: value.clone() for name, value in model.places.eyes.encoder.state_dict().items()}
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    taught(model, batcher.batch(records, targets=True)).square().sum().backward()
    optimizer.step()
    assert all(torch.equal(before[name], value) for name, value in model.places.eyes.encoder.state_dict().items())


def test_images_are_changed_in_training_alone_and_never_mirrored() -> None:
    from medtext_plugins.models.writers.augment import augmented

    torch.manual_seed(1)
    image = torch.zeros(64, 1, 32, 32)
    image[:, :, 8:24, 2:10] = 1.0  # something on the left
    moved, _ = augmented(image, 1.0)
    assert not torch.equal(moved, image)
    left, right = moved[..., :16].sum((1, 2, 3)), moved[..., 16:].sum((1, 2, 3))
    assert (left > right).all()
    assert torch.allclose(augmented(image, 0.0)[0], image, atol=1e-5)


@pytest.mark.parametrize("name", WRITERS)
def test_greedy_search_writes_what_is_likeliest_when_all_is_read_anew(
    name: str, batcher: Batcher, records: list[Record]
) -> None:
    model, batch = made(name, batcher), batcher.batch(records[:1])
    with torch.no_grad():  # so that it ends late
        (model.decoder.bias if name == "cnn-transformer" else model.decoder.output.bias)[END] = -4.0
    (written,) = write_texts(model, batch, Decoding(max_steps=6))
    assert len(written.tokens) > 2
    rows = torch.tensor([[START, *written.tokens]])
    with torch.no_grad():
        embedded = model.embed(batch)
        chances = model.teach(embedded.vectors, embedded.mask, rows)[0]
    chances[:, [PAD, START, UNKNOWN, MASK]] = -torch.inf
    assert tuple(chances.argmax(1)[: len(written.tokens)].tolist()) == written.tokens


def test_a_text_of_no_words_is_written_of_whatever_stands_beside_it() -> None:
    cutter = REGISTRY.tokenizer("english")
    tokenizer = cutter.build(cutter.options(min_records=1)).fit(["heart lungs clear normal"])
    batcher = Batcher(Task.GENERATE, (), Input.TEXT, tokenizer)
    empty, other = (Record(id=text, text=text, target="clear") for text in ("", "heart lungs normal"))
    for name in ("text-lstm", "text-attention-gru", "text-attention-bilstm", "text-transformer"):
        model = made(name, batcher)
        together = logits(model, batcher.batch([empty, other], targets=True))[0]
        assert torch.allclose(together, logits(model, batcher.batch([empty], targets=True))[0], atol=1e-5), name


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"image_size": 40}, "multiple of 16"),
        ({"channels": 12}, "multiple of 8"),
        ({"fuse": "both"}, "added or concatenated"),
        ({"heads": 7}, "multiple of heads"),
        ({"dropout": 1.0}, "dropout must be"),
        ({"augment": -1.0}, "augment must be"),
        ({"hidden": 510}, "hidden must be a multiple of 4"),
        ({"width": 9, "heads": 3}, "width even"),
    ],
)
def test_options_that_cannot_be_are_refused(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        REGISTRY.model("cnn-transformer").options(**wrong)


def test_retrieval_gives_the_record_that_is_alike_and_keeps_no_text(batcher: Batcher, records: list[Record]) -> None:
    spec = REGISTRY.model("retrieval")
    model = spec.build(ModelShape(Task.GENERATE, 10, 0, 512, 32), spec.options(image_size=32))
    batch = batcher.batch(records, targets=True)
    model.fit([batch])
    assert model.nearest(batch).tolist() == [0, 1, 2]
    brighter = replace(batch, inputs=(batch.inputs * 0.5 + 0.3))
    assert model.nearest(brighter).tolist() == [0, 1, 2]
    # Only a lateral view, and that in the first place: it is compared with lateral views.
    lateral = [replace(record, images=record.images[1:], views=("lateral",)) for record in records]
    assert model.nearest(batcher.batch(lateral)).tolist() == [0, 1, 2]
    assert set(model.state_dict()) == {"features"}


@pytest.fixture
def backbone(tmp_path: Path) -> Path:
    """A folder with a tiny vision backbone, its weights drawn by chance."""
    from transformers import ResNetBackbone, ResNetConfig

    torch.manual_seed(3)
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 16], depths=[1, 1], layer_type="basic", num_channels=3)
    ResNetBackbone(config).save_pretrained(tmp_path / "backbone")
    return tmp_path / "backbone"


def test_a_vision_backbone_of_transformers_is_begun_with(
    backbone: Path, batcher: Batcher, records: list[Record]
) -> None:
    from transformers import ResNetBackbone

    spec = REGISTRY.model("cnn-attention-gru")
    assert spec.adopt is not None
    pretrained = spec.adopt(str(backbone))
    model = made("cnn-attention-gru", batcher, **pretrained.options)
    own = model.state_dict()
    weights = pretrained.weights()
    assert all(own[name].shape == weight.shape for name, weight in weights.items())
    model.load_state_dict(weights, strict=False)
    batch = batcher.batch(records)
    images = ((batch.inputs[batch.mask] - 0.449) / 0.226).expand(-1, 3, -1, -1)
    with torch.no_grad():
        expected = ResNetBackbone.from_pretrained(backbone).eval()(pixel_values=images).feature_maps[-1]
        assert torch.allclose(model.places.eyes.encoder(batch.inputs[batch.mask]), expected, atol=1e-5)
    # All that gives the encoder its shape stands in the options: the folder is not needed again.
    again = made("cnn-attention-gru", batcher, **pretrained.options)
    again.load_state_dict(model.state_dict())
    assert torch.equal(
        logits(again, batcher.batch(records, targets=True)), logits(model, batcher.batch(records, targets=True))
    )


def test_a_folder_that_holds_no_vision_backbone_is_refused(tmp_path: Path) -> None:
    from transformers import AlbertConfig

    AlbertConfig().save_pretrained(tmp_path)
    with pytest.raises(OptionError, match="'albert' is no vision backbone"):
        REGISTRY.model("cnn-lstm").adopt(str(tmp_path))
    with pytest.raises(OptionError, match=r"without config\.json"):
        REGISTRY.model("cnn-lstm").adopt(str(tmp_path.parent))


def test_guesses_are_judged_by_what_a_report_states_of_findings_and_their_sides() -> None:
    texts = ["Small left effusion.", "Bilateral effusions. No pneumothorax.", "Possible nodule. Cardiomegaly."]
    places = {}
    for rule in FindingRules.bundled().findings:
        places[rule.name] = len(places) + 2 * sum(each.sided for each in FindingRules.bundled().findings[: len(places)])
    # Sure of each thing that is stated, by its side, and of the opposite in all others.
    logits = torch.full((3, FindingHead.size()), -30.0)
    effusion, nodule = places["pleural effusion"], places["nodule or mass"]
    logits[0, [effusion, effusion + 1]] = 30.0
    logits[1, [effusion, effusion + 1, effusion + 2]] = 30.0
    logits[2, [nodule, places["cardiomegaly"]]] = 30.0
    assert float(FindingHead.loss(logits, FindingHead.stated(texts))) == pytest.approx(0.0, abs=1e-6)
    assert float(FindingHead.loss(-logits, FindingHead.stated(texts))) == pytest.approx(30.0, rel=1e-6)
    # No side is told of the nodule: whatever is guessed of it costs nothing.
    logits[2, nodule + 1 : nodule + 3] = torch.tensor([30.0, -30.0])
    assert float(FindingHead.loss(logits, FindingHead.stated(texts))) == pytest.approx(0.0, abs=1e-6)
    logits[2, effusion + 1] = 30.0
    assert float(FindingHead.loss(logits, FindingHead.stated(texts))) > 0.1


@pytest.mark.parametrize("name", WRITERS)
def test_findings_are_learned_beside_the_words(name: str, batcher: Batcher, records: list[Record]) -> None:
    texts = ["Small left effusion.", "No pneumothorax.", "Right nodule."]
    batch = batcher.batch(
        [replace(record, target=text) for record, text in zip(records, texts, strict=True)], targets=True
    )
    model = made(name, batcher, findings=2.0)
    objective = Objective(model, Task.GENERATE)
    embedded = model.embed(batch)
    with torch.no_grad():
        _, beside = model.tutor(embedded.vectors, embedded.mask, batch)
        both, count = objective.sums(batch)
        model.weight = 0.0
        words, same = objective.sums(batch)
        model.weight = 2.0
    # What is beside counts as much in every batch, however long its texts are.
    assert count == same
    assert float((both - words) / count) == pytest.approx(float(beside), rel=1e-4)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(60):
        optimizer.zero_grad()
        objective(batch).backward()
        optimizer.step()
    with torch.no_grad():
        embedded = model.embed(batch)
        assert float(model.tutor(embedded.vectors, embedded.mask, batch)[1]) < float(beside) / 10


@pytest.mark.parametrize("name", WRITERS)
def test_the_words_hang_on_the_findings_that_are_guessed(name: str, batcher: Batcher, records: list[Record]) -> None:
    model = made(name, batcher)
    batch = batcher.batch(records, targets=True)
    before = logits(model, batch)
    with torch.no_grad():
        model.findings.pool.strongest.bias[0] += 5
    assert not torch.allclose(before, logits(model, batch), atol=1e-4)
    assert made(name, batcher, findings=0.0).findings is None


@pytest.mark.parametrize("name", WRITERS)
def test_a_writer_is_held_to_the_findings_that_it_guesses_at_the_cutoff_or_above(
    name: str, batcher: Batcher, records: list[Record]
) -> None:
    model = made(name, batcher)
    batch = batcher.batch(records)
    with torch.no_grad():
        for linear in (model.findings.pool.reads, model.findings.pool.strongest):
            linear.weight.zero_()
            linear.bias.zero_()
        model.findings.pool.reads.bias[FindingHead.looking().index("pleural effusion")] = math.log(0.6 / 0.4)
    (before, *_) = write_texts(model, batch, Decoding(max_steps=5))
    found = {
        cutoff: write_texts(model, batch, Decoding(max_steps=5, cutoff=cutoff))[0].log_probability
        for cutoff in (0.4, 0.5, 0.59, 0.61)
    }
    # All others, and sides, are guessed at a half: decided as a whole, for the one on both sides, and for none.
    assert found[0.4] == found[0.5]
    assert len({round(each, 5) for each in (found[0.5], found[0.59], found[0.61], before.log_probability)}) == 4
    with torch.no_grad():
        effusion = FindingHead.looking().index("pleural effusion")
        model.findings.pool.reads.bias.fill_(-40)
        model.findings.pool.reads.bias[effusion : effusion + 3] = 40
    (sure, *_) = write_texts(model, batch, Decoding(max_steps=5))
    assert sure.log_probability == pytest.approx(found[0.59], abs=1e-5)


def test_decisions_are_broken_by_what_is_left_out_and_by_what_is_added(batcher: Batcher, records: list[Record]) -> None:
    model = made("cnn-lstm", batcher)
    effusion, nodule = (FindingHead.looking().index(name) for name in ("pleural effusion", "nodule or mass"))
    with torch.no_grad():
        for linear in (model.findings.pool.reads, model.findings.pool.strongest):
            linear.weight.zero_()
            linear.bias.fill_(-9)
        model.findings.pool.strongest.bias[[effusion, effusion + 1]] = 20.0  # on the left
    embedded = model.embed(batcher.batch(records[:1]))
    texts = ["Small left effusion.", "Effusion.", "Right effusion.", "No effusion.", "Left effusion and a left nodule."]
    assert model.broken(embedded.vectors, embedded.mask, 0.5, [texts]) == [[0, 0, 2, 2, 2]]
    with torch.no_grad():
        model.findings.pool.strongest.bias[effusion + 1] = -9.0  # on neither side: that is left open
    assert model.broken(embedded.vectors, embedded.mask, 0.5, [texts]) == [[0, 0, 0, 1, 2]]
    with torch.no_grad():
        model.findings.pool.strongest.bias[[effusion, effusion + 1, nodule + 2]] = torch.tensor([-9.0, 9.0, 9.0])
    assert model.broken(embedded.vectors, embedded.mask, 0.5, [texts]) == [[2, 1, 2, 0, 4]]  # no side without a finding
    assert model.decides
    assert not made("cnn-lstm", batcher, findings=0.0).decides


@pytest.mark.parametrize("name", WRITERS)
def test_told_findings_are_those_of_the_report_and_no_guesses(
    name: str, batcher: Batcher, records: list[Record]
) -> None:
    texts = ["Small left effusion.", "No pneumothorax.", "Nodule."]
    batch = batcher.batch(
        [replace(record, target=text) for record, text in zip(records, texts, strict=True)], targets=True
    )

    def moved(model: Any) -> list[int]:
        """Return which guesses the words would have otherwise."""
        embedded = model.embed(batch)
        words, _ = model.tutor(embedded.vectors, embedded.mask, batch)
        (gradient,) = torch.autograd.grad(words.square().sum(), model.findings.pool.reads.bias, allow_unused=True)
        return [] if gradient is None else gradient.nonzero().flatten().tolist()

    size, (nodule,) = FindingHead.size(), FindingHead.stated(["Nodule."]).isnan()[0].nonzero()[:1, 0].tolist()
    told, guessed = (made(name, batcher, told=share, dropout=0.0).train() for share in (1.0, 0.0))
    assert moved(guessed) == list(range(size))
    assert moved(told) == [nodule, nodule + 1]  # its side is left open
    # Val is measured as what is learned: an early stop must not judge by what is never trained.
    assert moved(told.eval()) == [nodule, nodule + 1]
    assert moved(guessed.eval()) == list(range(size))


def test_a_training_goes_on_however_its_checkpoint_lies_in_memory(
    batcher: Batcher, records: list[Record], tmp_path: Path
) -> None:
    class Cut(Silent):
        def step(self, epoch: int, loss: float) -> None:
            if epoch > 1:
                raise KeyboardInterrupt

    part, options, path = Part.of(records, batcher), TrainOptions(epochs=3, batch_size=2, lr=1e-2), tmp_path / "c.pt"
    whole, resumed = (made("cnn-lstm", batcher, dropout=0.0, augment=0.0) for _ in range(2))
    device = torch.device("cpu")
    train(whole, part, part, options, device=device)
    with pytest.raises(KeyboardInterrupt):
        train(deepcopy(resumed), part, part, options, device=device, checkpoint=path, watcher=Cut())
    state = Checkpoint.load(path)
    known = state.optimizer["state"]
    assert not all(value.is_contiguous() for values in known.values() for value in values.values())  # channels last
    for values in known.values():
        values |= {name: value.contiguous() for name, value in values.items()}
    state.save(path)
    train(resumed, part, part, options, device=device, checkpoint=path)
    for one, other in zip(whole.parameters(), resumed.parameters(), strict=True):
        assert torch.equal(one, other)


def test_what_a_frozen_encoder_sees_in_unchanged_images_is_kept(
    batcher: Batcher, records: list[Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = made("cnn-lstm", batcher, frozen=True, augment=0.0, dropout=0.0)
    eyes, batch = model.places.eyes, batcher.batch(records, targets=True)
    pixels = batch.inputs.clone().requires_grad_()
    plain = taught(model, replace(batch, inputs=pixels))
    (gradient,) = torch.autograd.grad(plain.square().sum(), pixels)
    assert gradient.abs().sum() > 0
    with torch.inference_mode():
        taught(model, batch)
    assert len(eyes.kept) == 0  # nothing is learned: nothing is kept
    seen: list[int] = []
    eyes.encoder.register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    model.train()
    for _ in range(2):
        assert torch.allclose(taught(model, batch), plain, atol=1e-5)
    assert torch.allclose(logits(model.eval(), batch), plain, atol=1e-5)
    assert (seen, len(eyes.kept)) == ([1] * 6, 6)
    # It is the pixels that are known, not the company or the file.
    turned = batcher.batch(records[::-1], targets=True)
    assert torch.allclose(logits(model, turned), plain.flip(0), atol=1e-5)
    assert not torch.allclose(logits(model, replace(batch, inputs=batch.inputs * 0.5)), plain, atol=1e-4)
    assert len(eyes.kept) == 12
    # Another encoder knows nothing, nor does a copy, nor one that sees images that are changed each time.
    assert len(deepcopy(model).places.eyes.kept) == 0
    model.load_state_dict(made("cnn-lstm", batcher, frozen=True).state_dict())
    assert len(eyes.kept) == 0
    changing = made("cnn-lstm", batcher, frozen=True, augment=1.0).train()
    taught(changing, batch)
    assert len(changing.places.eyes.kept) == 0


def test_no_more_is_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2 * 4 * 9)
    grids, asked = kept.KeptGrids(), []

    def encode(image: torch.Tensor) -> torch.Tensor:
        asked.append(float(image.mean()))
        return image[..., :3, :3] + 1

    images = torch.arange(3.0)[:, None, None, None].expand(3, 1, 4, 4)
    for _ in range(2):
        assert torch.equal(grids.of(images, encode), images[..., :3, :3] + 1)
    assert (asked, len(grids)) == ([0, 1, 2, 2], 2)


def test_a_retrieval_compares_a_view_that_is_known_before_one_that_is_not(
    batcher: Batcher, records: list[Record]
) -> None:
    torch.manual_seed(1)
    spec = REGISTRY.model("retrieval")
    shape = ModelShape(Task.GENERATE, len(batcher.tokenizer.vocabulary), 0, 512, 32)
    model = spec.build(shape, spec.options())
    model.fit([batcher.batch(records)])
    # The frontal image of the third stands second, behind one of the first of which nothing is known.
    images = (records[0].images[1], records[2].images[0])
    assert model.nearest(batcher.batch([replace(records[0], images=images, views=("", "frontal"))])).tolist() == [2]
