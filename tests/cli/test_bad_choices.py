"""What is typed wrongly: one line names it and the remedy, with exit code 2; or 1 where only the place is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Fails = Callable[..., str]

TRAIN = ("train", "--dataset", "toy", "--source", "toy.txt", "--run", "new")

NAMES = {
    "model": ((*TRAIN, "--model", "toy-linaer"), "no model is called 'toy-linaer': did you mean 'toy-linear'?"),
    "dataset": (("train", "--dataset", "tabel"), "no dataset is called 'tabel': did you mean 'table'?"),
    "tokenizer": ((*TRAIN, "--tokenizer", "space"), "no tokenizer is called 'space': did you mean 'spaces'?"),
    "renderer": (("attribute", "a", "--render", "pag"), "no renderer is called 'pag': did you mean 'page'?"),
    "option": ((*TRAIN, "-o", "strat=1"), "no option is called 'strat': did you mean 'start'?"),
    "option of the model": (
        (*TRAIN, "-o", "model.foo=1"),
        "no option of model 'toy-linear' is called 'foo': there is start",
    ),
    "option of a renderer": (
        ("attribute", "a", "-o", "witdh=40"),
        "no option of renderer 'terminal' is called 'witdh': did you mean 'width'?",
    ),
    "label to explain": (("attribute", "a", "--label", "upp"), "no label is called 'upp': did you mean 'up'?"),
    "label against": (("attribute", "a", "--against", "dwn"), "no label is called 'dwn': did you mean 'down'?"),
    "label of keywords": (("keywords", "--label", "u"), "no label is called 'u': did you mean 'up'?"),
    **{
        f"run of {command[0]}": ((*command, "--run", "mony"), "no run is called 'mony': did you mean 'many'?")
        for command in (("predict", "a"), ("batch-predict",), ("attribute", "a"), ("evaluate",), ("keywords",))
    },
    "run to export": (("runs", "export", "mony", "a.zip"), "no run is called 'mony': did you mean 'many'?"),
    "run to resume": (("train", "--resume", "--run", "mony"), "no run is called 'mony': did you mean 'many'?"),
    "command": (("keywrds",), "No such command 'keywrds'. Did you mean 'keywords'? (see `medtext --help`)"),
    "command of runs": (
        ("runs", "exprt"),
        "No such command 'exprt'. Did you mean 'export'? (see `medtext runs --help`)",
    ),
}


@pytest.mark.parametrize("case", NAMES)
def test_an_unknown_name_is_said_with_what_may_be_meant(fails: Fails, case: str) -> None:
    command, expected = NAMES[case]
    assert fails(*command, code=2) == expected


VALUES = {
    "option without a value": ((*TRAIN, "-o", "start"), "-o start: expected key=value"),
    "option without a key": ((*TRAIN, "-o", "=1"), "-o =1: expected key=value"),
    "option of another type": ((*TRAIN, "-o", "start=x"), "-o start=x: expected a number for model 'toy-linear'"),
    "option given twice": ((*TRAIN, "-o", "start=1", "-o", "start=2"), "-o start is given twice: keep one"),
    "option that two have": (
        ("train", "--tokenizer", "words", "--model", "a-long-model", "-o", "max-length=9"),
        "-o max-length: tokenizer and model both have it; write -o model.max-length=...",
    ),
    "learning rate of 0": ((*TRAIN, "--lr", "0"), "--lr must be over 0"),
    "learning rate that is no number": ((*TRAIN, "--lr", "nan"), "--lr must be over 0, not nan"),
    "no epochs": ((*TRAIN, "--epochs", "0"), "--epochs must be at least 1, not 0"),
    "negative batch size": ((*TRAIN, "--batch-size", "-1"), "--batch-size must be at least 1, not -1"),
    "no patience": ((*TRAIN, "--patience", "0"), "--patience must be at least 1, not 0"),
    "negative seed": ((*TRAIN, "--seed", "-1"), "--seed must be from 0"),
    "epochs in words": ((*TRAIN, "--epochs", "ten"), "Invalid value for '--epochs': "),
    "task of another model": ((*TRAIN, "--task", "generate"), "model 'toy-linear' does classify, tag, not generate"),
    "task of another dataset": (("train", "--task", "tag"), "--task tag: dataset 'gi-records' serves classify"),
    "no source": (("train", "--dataset", "toy"), "dataset 'toy' has no bundled sample: name your records by --source"),
    "option without argument": (("train", "-o"), "Option '-o' requires an argument"),
    "device that is none": (
        ("predict", "a", "--device", "gpu"),
        "Invalid value for '--device': 'gpu' is not one of 'auto', 'cpu', 'cuda'",
    ),
    "split that is none": (
        ("evaluate", "--split", "dev"),
        "Invalid value for '--split': 'dev' is not one of 'train', 'val', 'test'",
    ),
    "too many texts": (("predict", "a", "b"), "Got unexpected extra argument(s) (b) (see `medtext predict --help`)"),
    "no argument": (("runs", "export"), "Missing argument 'run'"),
    "no rows": (("keywords", "--top", "0"), "Invalid value for '--top': "),
    "unknown option": (("keywords", "--topp", "1"), "No such option: --topp (Possible options: --top"),
    "unknown option before the command": (("--foo", "runs"), "No such option: --foo (see `medtext --help`)"),
    "global option behind the command": (
        ("predict", "a", "--runs", "x"),
        "--runs stands before the command: medtext --runs ... predict",
    ),
    "quiet behind the command": (("predict", "a", "-q"), "-q stands before the command: medtext -q ... predict"),
    "text and file": (("attribute", "a", "--file", "toy.txt"), "a text and --file exclude each other"),
    "against where many labels are true": (
        ("attribute", "a", "--run", "many", "--against", "up"),
        "--against compares two labels",
    ),
    "magnitude against": (
        ("attribute", "a", "--against", "up", "--scores", "magnitude"),
        "--scores magnitude knows no --against",
    ),
    "dictionary for tokens": (("keywords", "--dictionary", "toy.txt"), "--dictionary cuts words"),
    "dictionary that is gone": (
        ("keywords", "--unit", "word", "--dictionary", "gone.dict"),
        "gone.dict: there is no such",
    ),
    "narrow terminal": (("attribute", "a", "-o", "width=1"), "renderer 'terminal': width must be 20 columns or more"),
    "table on a pipe": (
        ("batch-predict", "toy.txt", "--format", "xlsx"),
        "--format xlsx cannot go to a terminal or pipe",
    ),
    "two forms": (
        ("batch-predict", "toy.txt", "--format", "csv", "--output", "a.tsv"),
        "--output a.tsv: with --format csv its name must end in .csv",
    ),
    "ending of no table": (
        ("keywords", "--output", "a.parquet"),
        "--output a.parquet: the name ends in none of .txt, .csv",
    ),
    "ending of no renderer": (
        ("attribute", "a", "--output", "a.gif"),
        "--output a.gif: the name ends in none of .html, .png",
    ),
    "ending of another renderer": (
        ("attribute", "a", "--render", "page", "--output", "a.png"),
        "--output a.png: renderer 'page' writes .html: choose --render image",
    ),
    "ending of no picture": (
        ("attribute", "a", "--render", "image", "--output", "a.jpg"),
        "--output a.jpg: renderer 'image' writes .png or .svg",
    ),
    **{
        f"{command[0]} {option} {value}": ((*command, option, value), f"{option} must be {allowed}, not {float(value)}")
        for command in (("attribute", "a"), ("keywords",))
        for option, allowed, values in (
            ("--threshold", "from 0 to 1", ("-0.1", "1.01", "nan", "inf")),
            ("--tolerance", "over 0", ("0", "-1", "nan", "inf")),
        )
        for value in values
    },
}

PLUGIN = """
from dataclasses import dataclass
from medtext.plugin import ModelSpec, hookimpl

@dataclass(frozen=True)
class Options:
    max_length: int = 5

@hookimpl
def medtext_models():
    yield ModelSpec(name="a-long-model", summary="has an option that tokenizers have", build=print, options=Options)
"""


@pytest.mark.parametrize("case", VALUES)
def test_a_value_that_does_not_fit_is_said_with_the_remedy(fails: Fails, place: Path, case: str) -> None:
    command, expected = VALUES[case]
    (place / "long.py").write_text(PLUGIN, encoding="utf-8")
    assert fails("--plugin", "long.py", *command, code=2).startswith(expected)


def test_a_label_is_not_explained_against_itself(fails: Fails) -> None:
    assert "--against" in fails("attribute", "a", "--label", "up", "--against", "up", code=2)


@pytest.mark.parametrize("command", [TRAIN, ("predict", "a"), ("evaluate",), ("keywords",), ("attribute", "a")])
def test_cuda_without_a_device_is_an_error_and_not_silently_slower(
    fails: Fails, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    line = fails(*command, "--device", "cuda", code=1)
    assert line.startswith("--device cuda: ")
    assert line.endswith("use --device cpu or auto")


def test_no_run_yet_names_the_command_that_makes_one(fails: Fails, place: Path) -> None:
    shutil.rmtree(place / "runs")
    for command in (("predict", "a"), ("evaluate",), ("keywords",), ("attribute", "a"), ("batch-predict", "toy.txt")):
        assert fails(*command, code=1).endswith("in runs: make one by `medtext train`")


def test_no_run_for_the_task_names_the_command_that_makes_one(fails: Fails, place: Path) -> None:
    for name in ("one", "many", "chinese"):
        shutil.rmtree(place / "runs" / name)
    assert (
        fails("keywords", code=1) == "there is no run for the task classify or tag in runs: make one by `medtext train`"
    )


def test_a_run_of_another_task_is_refused(fails: Fails) -> None:
    line = fails("keywords", "--run", "writer", code=1)
    assert line == "run 'writer' was trained to generate: this command needs classify or tag"


def test_an_existing_run_is_kept_unless_replacing_is_asked_for(fails: Fails) -> None:
    line = fails("train", "--dataset", "toy", "--source", "toy.txt", "--run", "one", code=1)
    assert line == "run 'one' exists: choose another --run, or overwrite it with --replace"


@pytest.mark.parametrize("name", ["../evil", "a/b", ".hidden", "a b", "--x", "."])
def test_a_name_that_is_no_file_name_is_refused_for_a_run(fails: Fails, place: Path, name: str) -> None:
    line = fails("train", "--dataset", "toy", "--source", "toy.txt", f"--run={name}", code=1)
    assert line.startswith(f"'{name}' cannot be a run's name: use ")
    assert not (place.parent / "evil").exists()


def test_a_file_where_the_folder_of_runs_should_be_is_named(fails: Fails) -> None:
    line = fails("--runs", "toy.txt", "train", "--dataset", "toy", "--source", "toy.txt", code=1)
    assert "toy.txt" in line


WRITERS = {
    "attribute": ("attribute", "a", "--output"),
    "keywords": ("keywords", "--output"),
    "diff": ("diff", "one", "one", "--output"),
    "batch-predict": ("batch-predict", "toy.txt", "--output"),
    "runs export": ("runs", "export", "one"),
}


@pytest.mark.parametrize("command", WRITERS)
def test_an_existing_output_is_kept_unless_replacing_is_asked_for(fails: Fails, place: Path, command: str) -> None:
    (place / "there.csv").write_text("mine", encoding="utf-8")
    assert fails(*WRITERS[command], "there.csv", code=1) == "there.csv exists: add --replace to overwrite it"


@pytest.mark.parametrize("command", WRITERS)
def test_an_output_in_a_folder_that_is_not_there_is_refused(fails: Fails, command: str) -> None:
    assert fails(*WRITERS[command], "no/such/a.csv", code=1) == "no/such is no folder: make it first"


@pytest.mark.parametrize("command", WRITERS)
def test_a_folder_as_output_is_refused(fails: Fails, place: Path, command: str) -> None:
    (place / "folder").mkdir()
    assert fails(*WRITERS[command], "folder", code=1) == "folder is a folder: name a file"


def test_what_is_read_is_not_overwritten(fails: Fails) -> None:
    line = fails("batch-predict", "toy.txt", "--output", "./toy.txt", "--replace", code=1)
    assert line == "toy.txt is what is read: name another --output"


def test_batch_predict_writes_no_table_of_an_unknown_form(fails: Fails) -> None:
    assert "ends in none of .tsv, .csv" in fails("batch-predict", "toy.txt", "--output", "a.txt", code=1)


@pytest.mark.parametrize("command", ["keywords", "evaluate"])
@pytest.mark.parametrize(
    ("files", "replace", "found"),
    [
        (("index.html", "metrics.json", "keywords.json"), False, "there exists: add --replace to overwrite it"),
        (("thesis.tex",), True, "there holds something else than a report: name another folder"),
        (("index.html", "about.html"), True, "there holds something else than a report: name another folder"),
    ],
)
def test_a_folder_that_is_there_is_not_made_a_report(
    fails: Fails, place: Path, command: str, files: tuple[str, ...], replace: bool, found: str
) -> None:
    (place / "there").mkdir()
    for name in files:
        (place / "there" / name).touch()
    assert fails(command, "--report", "there", *(["--replace"] if replace else []), code=1).startswith(found)


@pytest.mark.parametrize("command", ["keywords", "evaluate"])
def test_a_file_is_not_made_a_report(fails: Fails, command: str) -> None:
    assert fails(command, "--report", "toy.txt", "--replace", code=1) == "toy.txt is a file: name another folder"


@pytest.mark.parametrize("command", ["keywords", "evaluate"])
def test_a_report_within_a_file_is_refused(fails: Fails, command: str) -> None:
    assert fails(command, "--report", "toy.txt/report", code=1).startswith("toy.txt/report: ")
