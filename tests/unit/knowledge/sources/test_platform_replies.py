"""Hosts and replies of the dbt platform, without a socket."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from yarl import URL

from knowledge.errors import Unavailable
from knowledge.sources.platform.files import find_flaw, has_relations
from knowledge.sources.platform.hosts import base_url, is_same_site
from knowledge.sources.platform.replies import Fault, Reply, parse_reply, refusal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
TOKEN = "dbtc_secret"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("ab123.us1.dbt.com", "https://ab123.us1.dbt.com"),
        ("  https://AB123.us1.dbt.com/  ", "https://ab123.us1.dbt.com"),
        ("ab123.us1.dbt.com/deploy/1?x=https://other.com#y", "https://ab123.us1.dbt.com"),
        ("https://ab123.us1.dbt.com//api/v2", "https://ab123.us1.dbt.com"),
        ("//ab123.us1.dbt.com/", "https://ab123.us1.dbt.com"),
        ("HTTP://127.0.0.1:1234/", "http://127.0.0.1:1234"),
        ("127.0.0.1:1234", "https://127.0.0.1:1234"),
        ("http://[::1]:80/x", "http://[::1]:80"),
        ("https://ana:secret@ab123.us1.dbt.com", "https://ab123.us1.dbt.com"),
    ],
)
def test_a_host_may_be_written_in_many_ways(written: str, meant: str) -> None:
    assert base_url(written) == meant


@pytest.mark.parametrize(
    ("origin", "target", "same"),
    [
        ("https://cloud.getdbt.com", "https://cloud.getdbt.com/x", True),
        ("https://cloud.getdbt.com", "https://ab123.getdbt.com", True),
        ("https://emea.dbt.com", "https://ab123.eu1.dbt.com", True),
        ("https://emea.dbt.com", "https://EMEA.dbt.com:8443", True),
        ("https://emea.dbt.com", "http://emea.dbt.com", False),
        ("http://emea.dbt.com", "https://emea.dbt.com", True),
        ("https://cloud.getdbt.com", "https://ab123.us1.dbt.com", True),
        ("https://dbt.shop.co.uk", "https://evil.co.uk", False),
        ("https://dbt.shop.co.uk", "https://files.dbt.shop.co.uk", True),
        ("https://dbt.com.evil.example", "https://emea.dbt.com", False),
        ("https://emea.dbt.com", "https://dbt.com.evil.example", False),
        ("https://emea.dbt.com", "https://evildbt.com", False),
        ("http://127.0.0.1:1", "http://127.0.0.1:2", True),
        ("http://127.0.0.1:1", "http://localhost:2", True),
        ("https://127.0.0.1:1", "http://127.0.0.1:2", False),
        ("http://10.1.0.1", "http://99.9.0.1", False),
        ("http://dbt", "http://other", False),
    ],
)
def test_a_token_follows_within_its_site(origin: str, target: str, *, same: bool) -> None:
    assert is_same_site(URL(origin), URL(target)) is same


def parse(body: bytes) -> Reply | Fault:
    return parse_reply(body, host="https://dbt.example", token=TOKEN)


def test_a_reply_has_data_and_perhaps_a_total() -> None:
    head = b'{"status":{"code":200,"is_success":true},"data":[1]'
    with_total = parse(head + b',"extra":{"pagination":{"count":1,"total_count":7}}}')
    assert isinstance(with_total, Reply)
    assert (bytes(with_total.data), with_total.total) == (b"[1]", 7)
    for extra in (b"}", b',"extra":null}', b',"extra":{"pagination":null}}', b',"extra":[]}'):
        without = parse(head + extra)
        assert isinstance(without, Reply)
        assert without.total is None


@pytest.mark.parametrize("body", [b"<html></html>", b"", b"ok", b"[]", b'{"hello":"world"}', b'{"status":5}', b"\xff"])
def test_what_is_no_reply_of_the_api_points_at_the_host(body: bytes) -> None:
    with pytest.raises(Unavailable, match="DBT_HOST"):
        parse(body)


def test_a_reply_that_is_cut_short_may_be_whole_the_next_time() -> None:
    assert isinstance(parse(b'{"status":{"code":200'), Fault)


def test_a_failure_with_status_200_is_a_failure() -> None:
    with pytest.raises(Unavailable, match=r"HTTP 500\): “Some thing broke”\.$"):
        parse(b'{"status":{"code":500,"is_success":false,"user_message":"Some\\nthing broke."},"data":null}')
    with pytest.raises(Unavailable, match="DBT_TOKEN"):
        parse(b'{"status":{"code":401,"is_success":false,"user_message":"Invalid token."}}')


def test_a_quoted_message_is_short_one_line_and_without_the_token() -> None:
    sentence = refusal(400, f"Bad\x00 value {TOKEN}\nin filter " + "x" * 500, token=TOKEN)
    assert TOKEN not in sentence
    assert len(sentence) < 300
    assert sentence.isprintable()
    assert refusal(400, "<html>", token=TOKEN) == "The dbt platform refused (HTTP 400), without saying why."
    assert refusal(None, None, token="") == "The dbt platform refused, without saying why."


MIB = 1024**2


@pytest.mark.parametrize("content", [b"{}", b' {"nodes": {}} \n' + b" " * 3 * MIB, b'\xef\xbb\xbf{"a":1}'])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_file_that_ends_like_json_has_no_flaw(tmp_path: Path, content: bytes, pack: type) -> None:
    (tmp_path / "file").write_bytes(pack(content))
    assert find_flaw(tmp_path / "file", 9 * MIB) is None


@pytest.mark.parametrize(
    "content", [b"", b" ", b'{"a": ', gzip.compress(b'{"a": 1', mtime=0), gzip.compress(b"{}", mtime=0)[:-9]]
)
def test_a_file_that_is_cut_short_may_be_whole_the_next_time(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    flaw = find_flaw(tmp_path / "file", MIB)
    assert flaw
    assert (flaw.is_damage, flaw.is_final) == (True, False)


@pytest.mark.parametrize("content", [b"<html></html>", gzip.compress(b"{" + b" " * 2 * MIB + b"}", mtime=0)])
def test_a_page_or_a_flood_will_be_the_same_the_next_time(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    flaw = find_flaw(tmp_path / "file", MIB)
    assert flaw
    assert flaw.is_final


@pytest.mark.parametrize(
    ("content", "any_there"),
    [
        (b'{"nodes":{"model.a.b":{}},"sources":{}}', True),
        (gzip.compress(b'{"nodes":{},"sources":{"source.a.b.c":{}}}', mtime=0), True),
        (b'{"nodes":{},"sources":{}}', False),
        (b'{"nodes":[1]}', False),
        (b"{", False),
    ],
)
def test_a_catalog_counts_when_it_tells_of_a_relation(tmp_path: Path, content: bytes, *, any_there: bool) -> None:
    (tmp_path / "catalog.json").write_bytes(content)
    assert has_relations(tmp_path / "catalog.json") is any_there
