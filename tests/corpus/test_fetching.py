"""Files are fetched whole, checked, gone on with where they were cut off, and their absence is said in one line."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from medtext.corpus.fetching import Remote, fetch
from medtext.errors import RecordError

CONTENT = bytes(range(256)) * 2000
DIGEST = sha256(CONTENT).hexdigest()


class Server(ThreadingHTTPServer):
    """Serves one file; ``cut`` is after how many bytes the next answer breaks off, ``asked`` the ranges it heard."""

    cut: int | None = None
    ranges = True
    asked: list[str | None]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Server)
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if self.path != "/corpus.bin":
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and server.ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        end, server.cut = server.cut, None
        self.wfile.write(CONTENT[start:end])
        if end is not None:
            self.connection.close()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def url(server: Server, file: str = "corpus.bin") -> str:
    return f"http://127.0.0.1:{server.server_port}/{file}"


def test_a_file_is_fetched_once_and_its_progress_is_told(server: Server, tmp_path: Path) -> None:
    heard: list[tuple[int, int | None]] = []
    remote = Remote(url(server), DIGEST)
    path = fetch(remote, tmp_path, lambda have, every: heard.append((have, every)))
    assert path.read_bytes() == CONTENT
    assert heard[-1] == (len(CONTENT), len(CONTENT))
    assert fetch(remote, tmp_path) == path
    assert len(server.asked) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["corpus.bin"]


@pytest.mark.parametrize("ranges", [True, False])
def test_what_was_cut_off_is_gone_on_with_or_begun_again(server: Server, tmp_path: Path, ranges: bool) -> None:
    server.cut, server.ranges = 100_000, ranges
    remote = Remote(url(server), DIGEST)
    with pytest.raises(RecordError, match="bytes are kept, and gone on with next time"):
        fetch(remote, tmp_path)
    assert not (tmp_path / "corpus.bin").exists()
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert server.asked[0] is None
    assert server.asked[1] is not None
    assert server.asked[1].startswith("bytes=")
    assert [each.name for each in tmp_path.iterdir()] == ["corpus.bin"]


def test_another_file_than_the_published_is_refused_and_not_kept(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="what came is not the file that was published"):
        fetch(Remote(url(server), "0" * 64), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_of_the_name_that_is_another_is_left_alone(server: Server, tmp_path: Path) -> None:
    (tmp_path / "corpus.bin").write_bytes(b"mine")
    with pytest.raises(RecordError, match="is there, but is not the file of"):
        fetch(Remote(url(server), DIGEST), tmp_path)
    assert (tmp_path / "corpus.bin").read_bytes() == b"mine"


def test_where_nothing_answers_one_line_says_so(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="the server says 404"):
        fetch(Remote(url(server, "other.bin")), tmp_path)
    where = url(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(RecordError, match=r"cannot be fetched \(ConnectionError\): try again later, or where there is"):
        fetch(Remote(where, DIGEST), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_another_command_is_fetching_is_left_to_that(server: Server, tmp_path: Path) -> None:
    with FileLock(tmp_path / ".corpus.bin.lock"), pytest.raises(RecordError, match="fetched by another command: wait"):
        fetch(Remote(url(server)), tmp_path)
    assert server.asked == []


def test_without_a_known_checksum_it_is_said(server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="medtext"):
        fetch(Remote(url(server), name="renamed.bin"), tmp_path)
    assert (tmp_path / "renamed.bin").read_bytes() == CONTENT
    assert DIGEST in caplog.text


def test_what_has_no_checksum_is_fetched_from_its_beginning(server: Server, tmp_path: Path) -> None:
    server.cut = 100_000
    remote = Remote(url(server))
    with pytest.raises(RecordError, match=r"cannot be fetched \([A-Za-z]+\): try again later"):
        fetch(remote, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert fetch(remote, tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, None]  # nothing would tell that the rest is of another file
