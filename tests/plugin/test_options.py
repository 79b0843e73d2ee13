"""What is typed after ``-o`` becomes options of the right type, or one line that says what was expected."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from medtext.errors import OptionError, PluginError, UnknownNameError
from medtext.plugin.options import make_options, option_fields, options_json, parse_pairs, share_options


class Pooling(StrEnum):
    MAXIMUM = "max"
    MEAN = "mean"


@dataclass(frozen=True)
class Options:
    width: Annotated[int, "size of a vector"] = 8
    dropout: float = 0.5
    bright: bool = False
    name: str = "x"
    folder: Path = Path("/here")
    kernels: tuple[int, ...] = (2, 3)
    size: tuple[int, float] = (1, 0.5)
    files: tuple[Path, ...] = (Path("/a"), Path("/b"))
    label_names: dict[str, str] = field(default_factory=lambda: {"0": "其他"})
    counts: dict[int, int] = field(default_factory=dict)
    form: Literal["png", "svg"] = "png"
    scale: Literal[1, 2] = 1
    pooling: Pooling = Pooling.MAXIMUM
    most: int | None = None
    depth: int | Literal["auto"] = 3
    dictionary: Path | None = None


def read(*pairs: str) -> Options:
    """Read options as they are typed."""
    made: Options = make_options(Options, parse_pairs(pairs), owner="model 'm'")
    return made


def fault(*pairs: str) -> str:
    """Return the line that options as they are typed end with."""
    with pytest.raises(OptionError) as caught:
        read(*pairs)
    assert caught.value.exit_code == 2
    return str(caught.value)


@pytest.mark.parametrize(
    ("pair", "name", "value"),
    [
        ("width=64", "width", 64),
        ("dropout=.25", "dropout", 0.25),
        ("dropout=1", "dropout", 1.0),
        ("bright=true", "bright", True),
        ("bright=ON", "bright", True),
        ("bright=no", "bright", False),
        ("bright=0", "bright", False),
        ("name=", "name", ""),
        ("name=a=b, c", "name", "a=b, c"),
        ("folder=/a b/c", "folder", Path("/a b/c")),
        ("kernels=3", "kernels", (3,)),
        ("kernels=3,5, 7", "kernels", (3, 5, 7)),
        ("kernels=", "kernels", ()),
        ("size=2,1.5", "size", (2, 1.5)),
        ("files=/c,/d", "files", (Path("/c"), Path("/d"))),
        ("label-names=0=其他,1=胃", "label_names", {"0": "其他", "1": "胃"}),
        ("label-names=0=a=b", "label_names", {"0": "a=b"}),
        ("label_names=", "label_names", {}),
        ("counts=1=2", "counts", {1: 2}),
        ("form=svg", "form", "svg"),
        ("scale=2", "scale", 2),
        ("pooling=mean", "pooling", Pooling.MEAN),
        ("most=5", "most", 5),
        ("most=none", "most", None),
        ("depth=4", "depth", 4),
        ("depth=auto", "depth", "auto"),
        ("dictionary=/words.txt", "dictionary", Path("/words.txt")),
    ],
)
def test_a_value_is_read_as_the_type_of_its_field(pair: str, name: str, value: Any) -> None:
    made = getattr(read(pair), name)
    assert made == value
    assert type(made) is type(value)


def test_a_path_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    made = read("folder=a b/c", "dictionary=~/words.txt")
    assert (made.folder, made.dictionary) == (tmp_path / "a b/c", Path("/home/me/words.txt"))


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("width=wide", "a whole number"),
        ("width=1.5", "a whole number"),
        ("width=", "a whole number"),
        ("dropout=half", "a number"),
        ("dropout=nan", "a number"),
        ("bright=maybe", "true or false"),
        ("kernels=3,x", "a whole number, several separated by commas"),
        ("size=1", "2 values separated by commas"),
        ("size=1,2,3", "2 values separated by commas"),
        ("label-names=胃", "name=value pairs separated by commas, no name twice"),
        ("label-names=0=a,0=b", "name=value pairs separated by commas, no name twice"),
        ("form=gif", "png or svg"),
        ("scale=3", "1 or 2"),
        ("pooling=least", "max or mean"),
        ("most=few", "a whole number or none"),
        ("depth=deep", "a whole number or auto"),
    ],
)
def test_a_value_that_does_not_fit_says_what_is_expected(pair: str, expected: str) -> None:
    assert fault(pair) == f"-o {pair}: expected {expected} for model 'm'"


@pytest.mark.parametrize("value", [True, 1.5, None, [1]])
def test_a_whole_number_is_not_made_of_another_value_of_json(value: Any) -> None:
    with pytest.raises(OptionError, match="expected a whole number"):
        make_options(Options, {"width": value}, owner="model 'm'")


def test_an_unknown_option_suggests_one_as_it_is_typed() -> None:
    assert fault("label-name=x") == "no option of model 'm' is called 'label-name': did you mean 'label-names'?"


def test_an_option_like_none_lists_those_there_are() -> None:
    @dataclass(frozen=True)
    class Two:
        width: int = 1
        max_length: int = 1

    with pytest.raises(UnknownNameError, match="is called 'zzz': there is max-length, width"):
        make_options(Two, {"zzz": "1"}, owner="model 'm'")


def test_hyphen_and_underscore_are_the_same_in_a_key() -> None:
    assert parse_pairs(["label-names=a-b=c"]) == parse_pairs(["label_names=a-b=c"]) == {"label_names": "a-b=c"}


@pytest.mark.parametrize("pair", ["width", "=3", ""])
def test_a_pair_needs_a_key_and_an_equals_sign(pair: str) -> None:
    with pytest.raises(OptionError, match=r"expected key=value, such as -o width=64"):
        parse_pairs([pair])


def test_an_option_given_twice_is_refused_however_it_is_spelt() -> None:
    with pytest.raises(OptionError, match=r"-o max_length is given twice: keep one"):
        parse_pairs(["max-length=1", "max_length=2"])


def test_what_options_refuse_themselves_names_their_owner() -> None:
    @dataclass(frozen=True)
    class Positive:
        width: int = 1

        def __post_init__(self) -> None:
            if self.width < 1:
                raise ValueError(f"width must be at least 1, not {self.width}")

    with pytest.raises(OptionError, match=r"^model 'm': width must be at least 1, not 0$"):
        make_options(Positive, {"width": "0"}, owner="model 'm'")


def test_an_option_without_a_default_must_be_given() -> None:
    @dataclass(frozen=True)
    class Needed:
        file: Path

    with pytest.raises(OptionError, match=r"model 'm': .* missing 1 required .* 'file'"):
        make_options(Needed, {}, owner="model 'm'")


def test_options_survive_json() -> None:
    made = read("most=5", "depth=auto", "dictionary=/d.txt", "files=/c,/d", "counts=1=2", "pooling=mean", "scale=2")
    for options in (Options(), made):
        assert make_options(Options, json.loads(json.dumps(options_json(options))), owner="model 'm'") == options


def test_fields_are_listed_with_type_default_and_help() -> None:
    fields = {each.name: each for each in option_fields(Options)}
    assert (fields["width"].type, fields["width"].default, fields["width"].help) == (int, 8, "size of a vector")
    assert fields["label_names"].typed == "label-names"
    assert fields["label_names"].default == {"0": "其他"}


@pytest.mark.parametrize("kind", [set[str], list, object, tuple[object, ...], int | bytes])
def test_a_field_that_no_text_can_be_read_as_is_refused(kind: Any) -> None:
    made = dataclass(frozen=True)(type("Odd", (), {"__annotations__": {"odd": kind}, "odd": None}))
    with pytest.raises(PluginError, match=r"option 'odd' is of type .* which -o cannot set: use str, int"):
        option_fields(made)


@dataclass(frozen=True)
class DatasetOptions:
    encoding: str = ""
    max_length: int = 1


@dataclass(frozen=True)
class ModelOptions:
    width: int = 1
    max_length: int = 1


OWNERS = {"dataset": DatasetOptions, "model": ModelOptions}


def test_an_option_goes_to_whoever_has_it() -> None:
    shared = share_options({"encoding": "gbk", "width": "2"}, OWNERS)
    assert shared == {"dataset": {"encoding": "gbk"}, "model": {"width": "2"}}


def test_a_prefix_names_the_owner() -> None:
    pairs = parse_pairs(["model.max-length=3", "dataset.max-length=4"])
    assert share_options(pairs, OWNERS) == {"dataset": {"max_length": "4"}, "model": {"max_length": "3"}}


def test_an_option_of_two_owners_needs_a_prefix() -> None:
    with pytest.raises(
        OptionError, match=r"^-o max-length: dataset and model both have it; write -o model.max-length=...$"
    ):
        share_options({"max_length": "3"}, OWNERS)


def test_an_option_of_no_owner_suggests_one() -> None:
    with pytest.raises(UnknownNameError, match=r"^no option is called 'max-lenght': did you mean 'max-length'\?$"):
        share_options({"max_lenght": "3"}, OWNERS)


def test_an_option_given_with_and_without_prefix_is_refused() -> None:
    with pytest.raises(OptionError, match="-o width is given twice, with and without model: keep one"):
        share_options({"width": "1", "model.width": "2"}, OWNERS)


def test_a_prefixed_option_that_its_owner_lacks_names_the_owner() -> None:
    shared = share_options({"model.encoding": "gbk"}, OWNERS)
    with pytest.raises(UnknownNameError, match="no option of model 'm' is called 'encoding'"):
        make_options(ModelOptions, shared["model"], owner="model 'm'")
