"""Partners read with a key; only those with the right read what is under embargo."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from articles.log import last_sequence
from articles.models import ApiRequest, Article, AuditEntry, Edition, Key, Partner, Topic
from articles.publishing.publish import publish, withdraw
from articles.publishing.schedule import (
    run_due_actions,
    run_due_actions_on_request,
    schedule,
    unschedule,
)
from tests.builders import RELEASE_ARTICLE, a_picture, an_article
from tests.partners.api.test_articles import assert_ninjs

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

CHANGES = "/api/v1/changes/"


def a_key(name: str = "The Agency", topics: Iterable[Topic] = (), **rights: Any) -> str:
    """The key of a new partner, whose rights are to everything that is not narrowed here."""
    everything = {"all_topics": not topics, "all_languages": "languages" not in rights}
    partner = Partner.objects.create(name=name, **everything | rights)
    partner.topics.set(topics)
    return Key.issue(partner)


def get(client: Client, address: str, key: str) -> Any:
    return client.get(address, headers={"authorization": f"Bearer {key}"})


@pytest.fixture
def embargoed(publisher: User) -> Article:
    article = an_article()
    schedule(article, by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    return article


def test_with_the_right_it_is_read_before_everybody_else(
    client: Client, embargoed: Article
) -> None:
    key = a_key(reads_embargoed=True)
    item = get(client, f"/api/v1/articles/{embargoed.pk}/", key).json()
    assert_ninjs(item)
    assert (item["pubStatus"], bool(item["embargoedUntil"])) == ("withheld", True)
    assert get(client, "/api/v1/articles/", key).json()["results"] == [item]
    [change] = get(client, CHANGES, key).json()["results"]
    assert change["item"] == item


@pytest.mark.parametrize("key", ["", "without the right"])
def test_without_the_right_nobody_learns_that_it_exists(
    client: Client, embargoed: Article, key: str
) -> None:
    headers = {"authorization": f"Bearer {a_key()}"} if key else {}
    assert client.get(f"/api/v1/articles/{embargoed.pk}/", headers=headers).status_code == 404
    for address in ("/api/v1/articles/", CHANGES):
        assert client.get(address, headers=headers).json()["results"] == []


def test_the_end_of_an_embargo_reaches_both(client: Client, embargoed: Article) -> None:
    key = a_key(reads_embargoed=True)
    run_due_actions(timezone.now() + timedelta(hours=2))
    theirs = get(client, CHANGES, key).json()["results"]
    assert [row["item"]["pubStatus"] for row in theirs] == ["withheld", "usable"]
    assert client.get(CHANGES).json()["results"] == theirs[1:]


def test_what_is_taken_back_is_canceled_for_those_who_have_it(
    client: Client, embargoed: Article, publisher: User
) -> None:
    unschedule(embargoed, by=publisher)
    rows = get(client, CHANGES, a_key(reads_embargoed=True)).json()["results"]
    assert [row["item"]["pubStatus"] for row in rows] == ["canceled", "canceled"]
    assert "bodies" not in rows[0]["item"]


@pytest.mark.parametrize("header", ["Bearer nonsense", "Bearer", "Basic eDp5", "Bearer \xff"])
def test_a_wrong_key_is_refused_with_a_sentence(client: Client, header: str) -> None:
    response = client.get(CHANGES, headers={"authorization": header})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert "key" in response.json()["detail"]


def test_a_revoked_key_stops_at_once_and_the_other_goes_on(client: Client) -> None:
    old = a_key()
    new = Key.issue(Partner.objects.get())
    Key.objects.filter(prefix=old[:12]).update(active=False)
    assert get(client, CHANGES, old).status_code == 401
    assert get(client, CHANGES, new).status_code == 200
    assert Key.objects.get(prefix=new[:12]).last_used_at


def test_a_key_is_known_by_how_it_begins(client: Client) -> None:
    assert a_key().startswith("nrk_")


def test_a_key_ends_when_it_should_and_says_so(client: Client) -> None:
    old = a_key()
    new = Key.issue(Partner.objects.get())
    ends = timezone.now() + timedelta(hours=1)
    Key.objects.filter(prefix=old[:12]).update(ends_at=ends)
    assert get(client, CHANGES, old).status_code == 200
    Key.objects.filter(prefix=old[:12]).update(ends_at=ends - timedelta(hours=2))
    answer = get(client, CHANGES, old)
    assert answer.status_code == 401
    assert "This key ended on 2" in answer.json()["detail"]
    assert get(client, CHANGES, new).status_code == 200


@pytest.mark.slow
def test_a_key_that_ends_while_its_request_waits_reads_nothing(client: Client) -> None:
    key = a_key()
    assert get(client, CHANGES, key).status_code == 200
    Key.objects.update(ends_at=timezone.now() + timedelta(seconds=0.8))
    waits = f"{CHANGES}?after={last_sequence()}&wait=1"
    assert get(client, waits, key).status_code == 401


def test_a_key_may_read_less_than_its_partner(client: Client, embargoed: Article) -> None:
    key = a_key(reads_embargoed=True)
    address = f"/api/v1/articles/{embargoed.pk}/"
    assert get(client, address, key).status_code == 200
    Key.objects.update(scope=Key.Scope.NO_EMBARGO)
    assert get(client, address, key).status_code == 404


def test_caches_keep_answers_apart(client: Client) -> None:
    assert "Authorization" in client.get(CHANGES).headers["Vary"]


def test_the_desk_shows_a_key_once_and_keeps_its_hash(admin_client: Client) -> None:
    form = {
        "name": "The Agency",
        "per_minute": "600",
        **{
            f"{rows}-{n}_FORMS": "0" for rows in ("keys", "endpoints") for n in ("TOTAL", "INITIAL")
        },
        "_key": "1",
    }
    page = admin_client.post("/admin/articles/partner/add/", form)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    secret = page.content.decode().split('id="new-key">')[1].split("<")[0]
    assert Key.objects.get().hash == Key.hash_of(secret)
    assert secret not in str(page.cookies)
    address = f"/admin/articles/partner/{Partner.objects.get().pk}/change/"
    assert secret not in admin_client.get(address).content.decode()
    assert get(Client(), CHANGES, secret).status_code == 200
    entry = AuditEntry.objects.get(action="add key")
    assert (entry.object_id, entry.note) == (Partner.objects.get().pk, f"{secret[:12]}…")
    assert secret not in entry.note


def test_ending_a_key_is_in_the_audit_log(admin_client: Client) -> None:
    secret = a_key()
    key = Key.objects.get()
    form = {
        "name": "The Agency",
        "per_minute": "600",
        "all_topics": "on",
        "all_languages": "on",
        "full_text": "on",
        "keys-TOTAL_FORMS": "1",
        "keys-INITIAL_FORMS": "1",
        "keys-0-id": str(key.pk),
        "keys-0-partner": str(key.partner_id),
        "keys-0-scope": "all",
        "endpoints-TOTAL_FORMS": "0",
        "endpoints-INITIAL_FORMS": "0",
    }
    address = f"/admin/articles/partner/{key.partner_id}/change/"
    assert admin_client.post(address, form).status_code == 302
    assert get(Client(), CHANGES, secret).status_code == 401
    admin_client.post(address, form | {"keys-0-active": "on"})
    admin_client.post(address, form | {"keys-0-DELETE": "on"})
    admin_client.post(f"/admin/articles/partner/{key.partner_id}/delete/", {"post": "yes"})
    entries = AuditEntry.objects.filter(object_id=key.partner_id).order_by("pk")
    assert list(entries.values_list("action", "note")) == [
        ("end key", str(key)),
        ("resume key", str(key)),
        ("delete key", str(key)),
        ("delete partner", "with all its keys"),
    ]


def test_wrong_keys_are_logged_counted_and_limited(
    client: Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("articles.partners.api.counters.time.time", lambda: 1_000_000_000.0)
    right = a_key()
    revoked = Key.issue(Partner.objects.get())
    Key.objects.filter(prefix=revoked[:12]).update(active=False)
    answers = [get(client, CHANGES, f"guess-{number}") for number in range(9)]
    answers += [get(client, CHANGES, revoked), get(client, CHANGES, "one more")]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert get(client, CHANGES, right).status_code == 200
    elsewhere = {"authorization": "Bearer guess"}
    assert client.get(CHANGES, headers=elsewhere, REMOTE_ADDR="192.0.2.7").status_code == 401
    logged = [words for words in caplog.messages if words.startswith("Wrong API key")]
    assert len(logged) == 11
    assert logged[0] == "Wrong API key from 127.0.0.1: it is unknown."
    assert logged[9].endswith("of The Agency is revoked.")
    assert "guess-0" not in caplog.text


def test_limits_hold_when_many_addresses_ask(client: Client, settings: Settings) -> None:
    settings.API_PER_MINUTE = 1000
    for number in range(400):
        client.get(
            "/api/v1/topics/", {"x": "1"}, REMOTE_ADDR=f"10.0.{number // 200}.{number % 200}"
        )
    again = client.get("/api/v1/topics/", REMOTE_ADDR="10.0.0.0")
    first = client.get("/api/v1/topics/", REMOTE_ADDR="192.0.2.7")
    if again.headers["RateLimit"].split("t=")[1] == "60":
        pytest.skip("a minute ended meanwhile")
    assert again.headers["RateLimit"].startswith('"minute";r=998')
    assert first.headers["RateLimit"].startswith('"minute";r=999')


def test_the_addresses_of_one_ipv6_subscriber_count_as_one(
    client: Client, settings: Settings
) -> None:
    settings.API_PER_MINUTE = 1000
    addresses = ["2001:db8::1", "2001:db8::2:3:4:5", "2001:db8:0:1::1", "::ffff:192.0.2.1"]
    left = [
        client.get("/api/v1/topics/", REMOTE_ADDR=address).headers["RateLimit"].split(";")[1]
        for address in addresses
    ]
    assert left == ["r=999", "r=998", "r=999", "r=999"]


# Subscriptions: where the public reads nothing, a partner reads what it has subscribed to ---------


@pytest.fixture
def for_partners_only(settings: Settings) -> None:
    settings.PUBLIC_FEED = "nothing"


@pytest.fixture
def sport(db: None) -> Topic:
    return Topic.objects.create(name="Sport", slug="sport")


@pytest.fixture
def match(sport: Topic, publisher: User) -> Article:
    """A published article about sport, beside the release, which is not."""
    article = an_article("The match", language="en")
    article.topics.add(sport)
    publish(article, by=publisher)
    return article


def read(client: Client, key: str) -> list[str]:
    """The articles that a partner finds in list, log and stream; all three say the same."""
    listed = [item["uri"] for item in get(client, "/api/v1/articles/", key).json()["results"]]
    log = get(client, CHANGES + "?limit=100&latest=true", key).json()["results"]
    logged = [row["uri"] for row in log if row["type"] == "article"]
    stream = get(client, "/api/v1/articles.ndjson", key).getvalue().decode().splitlines()
    assert sorted(listed) == sorted(logged)
    assert len(stream) == len(listed)
    return [uri.removeprefix("urn:uuid:") for uri in listed]


@pytest.mark.usefixtures("for_partners_only")
def test_a_subscription_to_topics(
    client: Client, edition: Edition, match: Article, sport: Topic
) -> None:
    assert read(client, a_key("All")) == [str(match.pk), str(RELEASE_ARTICLE)]
    assert read(client, a_key("Sport", topics=[sport])) == [str(match.pk)]


@pytest.mark.usefixtures("for_partners_only")
def test_a_subscription_to_languages(client: Client, edition: Edition, publisher: User) -> None:
    urdu = an_article("Urdu", language="ur")
    publish(urdu, by=publisher)
    assert read(client, a_key("Urdu", languages=["ur"])) == [str(urdu.pk)]
    both = a_key("Both", languages=["en", "ur"])
    assert read(client, both) == [str(urdu.pk), str(RELEASE_ARTICLE)]


@pytest.mark.usefixtures("for_partners_only")
def test_the_cursor_of_a_subscription_reaches_the_end(
    client: Client, edition: Edition, match: Article, sport: Topic, publisher: User
) -> None:
    key = a_key(topics=[sport])
    address, seen = CHANGES + "?after=0&limit=1", list[int]()
    while True:
        page = get(client, address, key).json()
        seen += [row["sequence"] for row in page["results"] if row["type"] == "article"]
        address = page["next"]
        if not page["more"]:
            break
    end = match.editions.get().change_id
    assert (seen, page["cursor"]) == ([end], end)
    Article.objects.filter(pk=RELEASE_ARTICLE).update(headline="Not theirs")
    publish(edition.article, by=publisher)
    page = get(client, address, key).json()
    assert [row["type"] for row in page["results"]] == []
    assert page["cursor"] > end


@pytest.mark.usefixtures("for_partners_only")
def test_what_was_once_in_the_subscription_stays_until_it_is_withdrawn(
    client: Client, match: Article, sport: Topic, publisher: User
) -> None:
    key = a_key(topics=[sport])
    match.topics.clear()
    publish(match, by=publisher)
    withdraw(match, by=publisher, notice="It was not so.")
    rows = get(client, CHANGES, key).json()["results"]
    states = [row["item"]["pubStatus"] for row in rows if row["type"] == "article"]
    assert states == ["canceled", "canceled", "canceled"]


@pytest.mark.usefixtures("for_partners_only")
@pytest.mark.parametrize("exists", [True, False])
def test_outside_the_subscription_nobody_learns_what_exists(
    client: Client, edition: Edition, sport: Topic, exists: bool
) -> None:
    key = a_key(topics=[sport], languages=["en"])
    article = RELEASE_ARTICLE if exists else sport.pk
    topic = Topic.objects.exclude(pk=sport.pk)[0].pk if exists else RELEASE_ARTICLE
    answers = [
        get(client, f"/api/v1/articles/{article}/", key),
        get(client, f"/api/v1/articles/?topic={topic}", key),
        get(client, f"/api/v1/articles/?language={'ur' if exists else 'ru'}", key),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert [answer.json()["detail"] for answer in answers] == [
        f"Your subscription covers no article with the identifier {article}.",
        "Your subscription does not cover this topic.",
        "Your subscription does not cover this language.",
    ]


def test_summaries_carry_no_text(client: Client, edition: Edition, settings: Settings) -> None:
    settings.PUBLIC_FEED = "headlines"
    key = a_key(full_text=False)
    item = get(client, f"/api/v1/articles/{RELEASE_ARTICLE}/", key).json()
    assert_ninjs(item)
    assert item["representationType"] == "partial"
    assert "bodies" not in item
    assert {part["profile"] for part in item["associations"]} == {"event", "capacity"}
    assert get(client, "/api/v1/articles/", key).json()["results"] == [item]
    rows = get(client, CHANGES + "?limit=100", key).json()["results"]
    assert [row["item"] for row in rows if row["type"] == "article"] == [item]
    refused = get(client, "/api/v1/articles/?fields=bodies", key)
    assert refused.status_code == 403


def test_keys_of_different_rights_share_no_answer(client: Client, edition: Edition) -> None:
    address = f"/api/v1/articles/{RELEASE_ARTICLE}/"
    whole = get(client, address, a_key("Whole"))
    part = get(client, address, a_key("Part", full_text=False))
    assert whole.headers["ETag"] != part.headers["ETag"]
    assert whole.headers["Cache-Control"] == "private, no-cache"


def test_a_page_for_a_partner_in_two_queries(
    client: Client,
    edition: Edition,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("articles.partners.api.usage.time.time", lambda: 1_000_000_000.0)
    key = a_key()
    get(client, "/api/v1/articles/", key)
    run_due_actions_on_request()  # once a second, whoever asks
    with django_assert_num_queries(2):
        get(client, "/api/v1/articles/?limit=1", key)


# Empty grants nothing, and no key gives less than none --------------------------------------------


@pytest.mark.usefixtures("for_partners_only")
def test_a_partner_whose_topics_are_deleted_reads_nothing(
    client: Client, edition: Edition, match: Article, publisher: User
) -> None:
    future = Topic.objects.create(name="To come", slug="to-come")
    key = a_key(topics=[future], reads_embargoed=True)
    later = an_article("Under embargo")
    schedule(later, by=publisher, embargo_until=timezone.now() + timedelta(hours=1))
    assert read(client, key) == []
    future.delete()
    assert read(client, key) == []
    assert get(client, f"/api/v1/articles/{later.pk}/", key).status_code == 403


@pytest.mark.usefixtures("for_partners_only")
@pytest.mark.parametrize("rights", [{"all_languages": False}, {"all_topics": False}])
def test_a_partner_without_a_topic_or_a_language_reads_nothing(
    client: Client, edition: Edition, rights: dict[str, Any]
) -> None:
    assert read(client, a_key("All")) == [str(RELEASE_ARTICLE)]
    assert read(client, a_key("None", **rights)) == []


def test_deleted_topics_give_nothing_under_embargo(
    client: Client, edition: Edition, embargoed: Article
) -> None:
    future = Topic.objects.create(name="To come", slug="to-come")
    key = a_key(topics=[future], reads_embargoed=True)
    future.delete()
    assert read(client, key) == [str(RELEASE_ARTICLE)]
    assert get(client, f"/api/v1/articles/{embargoed.pk}/", key).status_code == 404


@pytest.mark.parametrize(
    "rights",
    [
        {"full_text": False},
        {"languages": ["ur"]},
        {"all_topics": False},
        {"all_topics": False, "all_languages": False, "full_text": False},
    ],
)
@pytest.mark.parametrize("feed", ["full", "headlines"])
def test_a_key_never_gives_less_than_no_key(
    client: Client,
    edition: Edition,
    match: Article,
    settings: Settings,
    rights: dict[str, Any],
    feed: str,
) -> None:
    settings.PUBLIC_FEED = feed
    key = a_key(**rights)
    for address in (
        "/api/v1/articles/",
        "/api/v1/articles/?language=en",
        f"/api/v1/articles/?topic={match.topics.get().pk}",
        f"/api/v1/articles/{match.pk}/",
        CHANGES + "?limit=100",
    ):
        public = client.get(address)
        assert public.status_code == 200
        assert get(client, address, key).json() == public.json()


def test_headlines_for_all_and_the_text_for_who_subscribed(
    client: Client, edition: Edition, match: Article, sport: Topic, settings: Settings
) -> None:
    settings.PUBLIC_FEED = "headlines"
    has_text = {
        item["uri"]: "bodies" in item
        for item in get(client, "/api/v1/articles/", a_key(topics=[sport])).json()["results"]
    }
    assert has_text == {f"urn:uuid:{match.pk}": True, f"urn:uuid:{RELEASE_ARTICLE}": False}
    stranger = client.get("/api/v1/articles/")
    for item in stranger.json()["results"]:
        assert_ninjs(item)
        assert (item["representationType"], "bodies" in item) == ("partial", False)
    assert "Among them is the Mughal Legacy" not in stranger.content.decode()
    assert client.get("/api/v1/articles/?fields=bodies").status_code == 403


def test_an_embargoed_text_is_for_who_has_the_right_to_texts(
    client: Client, embargoed: Article, edition: Edition
) -> None:
    key = a_key(reads_embargoed=True, full_text=False)
    withheld = get(client, f"/api/v1/articles/{embargoed.pk}/", key).json()
    assert "bodies" not in withheld
    assert "bodies" in get(client, f"/api/v1/articles/{RELEASE_ARTICLE}/", key).json()


@pytest.mark.usefixtures("for_partners_only")
def test_a_feed_for_partners_asks_strangers_for_their_key(client: Client, edition: Edition) -> None:
    key = a_key()
    for address in ("/api/v1/articles/", CHANGES, "/api/v1/speakers/", "/api/v1/articles.ndjson"):
        assert get(client, address, key).status_code == 200
        refused = client.get(address)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert "send your key" in refused.json()["detail"]


def test_the_desk_says_all_or_which_and_not_both(admin_client: Client, sport: Topic) -> None:
    form = {
        "name": "The Agency",
        "per_minute": "600",
        "all_topics": "on",
        "topics": [str(sport.pk)],
        **{
            f"{rows}-{n}_FORMS": "0" for rows in ("keys", "endpoints") for n in ("TOTAL", "INITIAL")
        },
    }
    page = admin_client.post("/admin/articles/partner/add/", form)
    assert "Untick “all topics”, or choose no topics." in page.content.decode()
    assert admin_client.post("/admin/articles/partner/add/", form | {"all_topics": ""})
    partner = Partner.objects.get()
    assert (partner.all_topics, list(partner.topics.all())) == (False, [sport])


# Terms --------------------------------------------------------------------------------------------


def test_items_carry_terms_and_copyright(
    client: Client, edition: Edition, publisher: User, settings: Settings
) -> None:
    settings.MACHINES = "all"
    address = f"/api/v1/articles/{RELEASE_ARTICLE}/"
    bare = client.get(address)
    for key in ("usageTerms", "copyrightHolder", "copyrightNotice", "rightsInfo"):
        assert key not in bare.json()
    settings.USAGE_TERMS, settings.COPYRIGHT_HOLDER = "For subscribers.", "The Newsroom"
    response = client.get(address)
    assert response.headers["ETag"] != bare.headers["ETag"]
    item = response.json()
    assert_ninjs(item)
    assert (item["usageTerms"], item["copyrightHolder"]) == ("For subscribers.", "The Newsroom")
    assert item["copyrightNotice"] == f"© {edition.first_published_at.year} The Newsroom"
    settings.USAGE_TERMS = "https://creativecommons.org/licenses/by/4.0/"
    item = client.get(address).json()
    assert_ninjs(item)
    assert item["rightsInfo"] == {"linkedRights": settings.USAGE_TERMS}
    assert "usageTerms" not in item


def test_a_picture_has_terms_of_its_own(
    client: Client, publisher: User, settings: Settings
) -> None:
    settings.COPYRIGHT_HOLDER = "The Newsroom"
    picture = a_picture(publisher, usage_terms="Once, with credit.", copyright_holder="CGSS")
    article = an_article(picture=picture)
    publish(article, by=publisher)
    item = client.get(f"/api/v1/articles/{article.pk}/").json()
    assert_ninjs(item)
    [part] = [part for part in item["associations"] if part["type"] == "picture"]
    assert (part["by"], part["usageTerms"]) == ("CGSS", "Once, with credit.")
    assert (part["copyrightHolder"], part["copyrightNotice"]) == ("CGSS", "© CGSS")


# Limits -------------------------------------------------------------------------------------------


def test_a_key_has_a_limit(client: Client, edition: Edition) -> None:
    key = a_key(per_minute=3)
    answers = [get(client, "/api/v1/topics/", key) for _ in range(6)]
    if {answer.headers["RateLimit"].split("t=")[1] for answer in answers} == {"60", "1"}:
        pytest.skip("a minute ended meanwhile")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert answers[0].headers["RateLimit"].startswith('"minute";r=2;t=')
    refused = answers[-1]
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["title"] == "Too Many Requests"
    other = get(client, "/api/v1/topics/", a_key("Another"))
    assert other.status_code == 200
    # The desk sees that the limit was reached, not a row for each request of the flood.
    statuses = ApiRequest.objects.filter(key__prefix=key[:12]).values_list("status", flat=True)
    assert sorted(statuses) == [200, 429]


def test_without_a_key_there_is_a_lower_limit_for_each_address(
    client: Client, edition: Edition, settings: Settings
) -> None:
    settings.API_PER_MINUTE = 2
    answers = [client.get("/api/v1/topics/") for _ in range(3)]
    assert answers[-1].status_code in (200, 429)  # 200 when a minute ended meanwhile
    assert client.get("/api/v1/topics/", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert get(client, "/api/v1/topics/", a_key()).status_code == 200


def test_a_lying_proxy_header_makes_nobody_another(
    client: Client, edition: Edition, settings: Settings
) -> None:
    settings.API_PER_MINUTE = 1
    for number in range(3):
        forged = {"x-forwarded-for": f"192.0.2.{number}"}
        last = client.get("/api/v1/topics/", headers=forged)
    assert last.headers["RateLimit"].startswith('"minute";r=0')


def test_the_desk_sees_what_a_partner_asked(client: Client, edition: Edition) -> None:
    key = a_key()
    get(client, CHANGES + "?after=2", key)
    get(client, CHANGES + "?after=x", key)
    seen = ApiRequest.objects.order_by("pk").values_list("address", "status")
    assert list(seen) == [(CHANGES + "?after=2", 200), (CHANGES + "?after=x", 400)]


def test_a_thousand_requests_are_counted_in_a_row_a_minute(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000_000_020.0]
    monkeypatch.setattr("articles.partners.api.usage.time.time", lambda: now[0])
    key = a_key(per_minute=0)
    for number in range(50):
        get(client, f"{CHANGES}?after={number % 3}", key)
    assert ApiRequest.objects.get().count == 1
    now[0] += 60
    get(client, f"{CHANGES}?after=1", key)
    rows = ApiRequest.objects.order_by("pk").values_list("address", "count")
    assert list(rows) == [(f"{CHANGES}?after=0", 1), (f"{CHANGES}?after=1", 50)]


def test_old_requests_are_cleared_away(client: Client, edition: Edition) -> None:
    key = a_key()
    old = timezone.now() - timedelta(days=8)
    ApiRequest.objects.create(
        key=Key.objects.get(), at=old, address="/", status=200, milliseconds=1
    )
    get(client, CHANGES, key)
    assert ApiRequest.objects.get().address == CHANGES
