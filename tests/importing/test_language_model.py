"""A language model as extractor, against a server of the test that speaks as such models do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from articles.importing.language_model import extract
from articles.importing.proposal import Unreadable, stands, to_json, values

TEXT = (
    "Orvik opens its bridge to cars\n\nORVIK, 3 March 2026: “We have waited for this,” said Mayor\n"
    "Anna Lind. “Now drive slowly.” She thanked the builders of the town."
)


class Model:
    """The server: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.content: Any = "{}"
        self.status = 200
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []


@pytest.fixture
def model(settings: LazySettings) -> Iterator[Model]:
    here = Model()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            here.asked.append(json.loads(self.rfile.read(length)))
            here.keys.append(self.headers["Authorization"])
            body = json.dumps({"choices": [{"message": {"content": here.content}}]}).encode()
            self.send_response(here.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.IMPORT_MODEL_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.IMPORT_MODEL_NAME = "small"
    settings.IMPORT_MODEL_KEY = "secret"
    settings.IMPORT_MODEL_TIMEOUT = 10.0
    yield here
    server.shutdown()
    server.server_close()


def test_what_a_model_answers_becomes_a_proposal_with_spans(model: Model) -> None:
    model.content = json.dumps(
        {
            "headline": "Orvik opens its bridge to cars",
            "speakers": [{"name": "Anna Lind", "title": "Mayor", "organization": None}],
            "quotations": [
                {"text": "We have waited for this, Now drive slowly.", "speaker": "Anna Lind"}
            ],
            "reported": [{"speaker": "Anna Lind", "starts": "She thanked the builders"}],
        }
    )

    proposal = extract(TEXT)

    found = to_json(proposal)
    assert [one["name"] for one in found["speakers"]] == ["Anna Lind"]
    assert [len(one.pieces) for one in proposal.quotations] == [2]
    assert found["reported"][0]["text"] == "She thanked the builders of the town."
    assert all(stands(value, TEXT) for _, value in values(proposal))
    assert proposal.dropped == 0
    assert model.asked[0]["model"] == "small"
    assert model.keys == ["Bearer secret"]


def test_what_does_not_stand_in_the_source_is_dropped_and_counted(model: Model) -> None:
    model.content = json.dumps(
        {
            "headline": "Orvik celebrates",
            "speakers": [{"name": "Anna Lind", "title": "Lord Mayor"}, {"name": "Per Lind"}, "x"],
            "quotations": [{"text": "We have waited for that", "speaker": "Anna Lind"}],
            "reported": [{"speaker": "Per Lind", "starts": "She thanked the builders"}],
            "event": "a party",
            "organizations": [7],
        }
    )

    proposal = extract(TEXT)

    assert [one.name.text for one in proposal.speakers] == ["Anna Lind"]
    assert proposal.speakers[0].title is None
    assert (proposal.headline, proposal.quotations, proposal.reported) == (None, (), ())
    assert proposal.dropped == 8


@pytest.mark.parametrize("content", ["no JSON", "[1]", None, 7, "{" * 5000])
def test_an_answer_of_another_kind_is_refused_with_a_sentence(model: Model, content: Any) -> None:
    model.content = content

    with pytest.raises(Unreadable, match="not the JSON"):
        extract(TEXT)


def test_an_error_of_the_model_is_said(model: Model) -> None:
    model.status = 500

    with pytest.raises(Unreadable, match="500"):
        extract(TEXT)


def test_a_model_that_is_away_is_said(model: Model, settings: LazySettings) -> None:
    settings.IMPORT_MODEL_URL = "http://127.0.0.1:9/v1"

    with pytest.raises(Unreadable, match="cannot be reached"):
        extract(TEXT)


def test_without_an_address_it_is_off(settings: LazySettings) -> None:
    settings.IMPORT_MODEL_URL = ""

    with pytest.raises(ImproperlyConfigured, match="IMPORT_MODEL_URL"):
        extract(TEXT)


def test_a_text_of_more_paragraphs_than_a_draft_has_says_so(model: Model) -> None:
    assert extract(TEXT).notes == ()
    assert (
        "more than 2,000 paragraphs"
        in extract("Orvik opens\n\n" + "It rained.\n\n" * 2100).notes[0]
    )
