"""From the text of DBT_ARTIFACTS to a source, or to what should be written instead."""

from pathlib import Path

import pytest

from knowledge.errors import NotFound
from knowledge.sources.archive import ArchiveSource
from knowledge.sources.bucket import BucketSource
from knowledge.sources.choosing import open_source
from knowledge.sources.directory import DirectorySource
from knowledge.sources.git.source import GitSource
from knowledge.sources.url import UrlSource


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        ("/srv/dbt/target", DirectorySource, "/srv/dbt/target"),
        ("  '/srv/my project/target/' ", DirectorySource, "/srv/my project/target"),
        ("/srv/dbt/target/manifest.json", DirectorySource, "/srv/dbt/target/manifest.json"),
        ("file:///srv/my%20project", DirectorySource, "/srv/my project"),
        ("file://localhost/srv/dbt", DirectorySource, "/srv/dbt"),
        ("FILE:///srv/dbt/target.zip", ArchiveSource, "/srv/dbt/target.zip"),
        ("/srv/dbt/Target.ZIP", ArchiveSource, "/srv/dbt/Target.ZIP"),
        ("https://docs.example.com/dbt/", UrlSource, "https://docs.example.com/dbt"),
        ("HTTPS://docs.example.com/dbt/index.html#!/overview", UrlSource, "https://docs.example.com/dbt"),
        ("https://github.com/org/repo/raw/main/target", UrlSource, "https://github.com/org/repo/raw/main/target"),
        (
            "https://gitlab.com/api/v4/projects/1/jobs/artifacts/main/raw/target?job=docs",
            UrlSource,
            "https://gitlab.com/api/v4/projects/1/jobs/artifacts/main/raw/target",
        ),
        ("http://127.0.0.1:8080", UrlSource, "http://127.0.0.1:8080"),
        ("https://files.example.com/t/manifest.json?sig=secret", UrlSource, "https://files.example.com/t"),
        ("https://ann:secret@example.com/dbt", UrlSource, "https://example.com/dbt"),
        ("s3://bucket/prod/target/", BucketSource, "s3://bucket/prod/target"),
        ("gcs://bucket", BucketSource, "gcs://bucket"),
        ("abfss://box@account.dfs.core.windows.net/dbt", BucketSource, "abfss://box@account.dfs.core.windows.net/dbt"),
        (
            "git+https://x:secret@github.com/org/repo.git@main#dbt",
            GitSource,
            "git+https://github.com/org/repo.git@main#dbt",
        ),
        ("git+ssh://git@github.com/org/repo", GitSource, "git+ssh://git@github.com/org/repo"),
        ("git+file:///srv/repo.git", GitSource, "git+file:///srv/repo.git"),
    ],
)
def test_the_text_tells_which_source_it_is_and_its_key_holds_no_secret(text: str, kind: type, key: str) -> None:
    source = open_source(text, token="secret")
    assert isinstance(source, kind)
    assert source.key == key


def test_a_path_may_begin_with_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    assert open_source("~/dbt/target").key == "/home/ann/dbt/target"
    assert open_source("~/dbt.zip").key == "/home/ann/dbt.zip"


def test_a_relative_path_is_one_below_the_working_directory() -> None:
    assert open_source("target").key == str(Path.cwd() / "target")


@pytest.mark.parametrize("text", [r"C:\dbt\target", "C:/dbt/target", "file:///C:/dbt/target"])
def test_the_drive_of_a_windows_path_is_no_scheme(text: str) -> None:
    source = open_source(text)
    assert isinstance(source, DirectorySource)
    assert source.key.endswith(text.removeprefix("file:///"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "DBT_ARTIFACTS is empty"),
        ("ftp://example.com/dbt", "cannot begin with ftp://"),
        ("postgresql://example.com/dbt", "cannot begin with postgresql://"),
        ("https:///dbt", "without a host"),
        ("https://[::1/dbt", "host or port of DBT_ARTIFACTS is none"),
        ("https://example.com:99999/dbt", "host or port of DBT_ARTIFACTS is none"),
        ("git+https://[::1/o/r.git", "no address of a Git repository"),
        ("git+https://x:y@:secret/o/r.git", "no address of a Git repository"),
        ("https://github.com/org/repo", r"write git\+https://github\.com/org/repo\.git@main\."),
        ("https://github.com/org/repo.git/", r"write git\+https://github\.com/org/repo\.git@main\."),
        (
            "https://github.com/org/repo/tree/prod/dbt/target",
            r"git\+https://github\.com/org/repo\.git@prod#dbt/target\.",
        ),
        ("https://gitlab.com/a/b/repo/-/tree/main/dbt", r"git\+https://gitlab\.com/a/b/repo\.git@main#dbt\."),
        ("https://git.example.com/org/repo.git", r"git\+https://git\.example\.com/org/repo\.git@main\."),
        ("git@github.com:org/repo.git", r"git\+ssh://git@github\.com/org/repo\.git\."),
        ("git+ssh://git@github.com:org/repo.git", r"git\+ssh://git@github\.com/org/repo\.git\."),
        ("ssh://git@github.com/org/repo.git", r"git\+ssh://"),
        ("git+https://github.com", "no address of a Git repository"),
        ("git+ext://sh -c id/x", "no address of a Git repository"),
        ("file://server/share/dbt", "three slashes"),
        ("https://example.com/target.zip?sig=secret", "A zip file is read from this machine"),
    ],
)
def test_what_cannot_be_understood_is_told_with_what_to_write_instead(text: str, sentence: str) -> None:
    with pytest.raises(NotFound, match=sentence) as caught:
        open_source(text)
    assert "secret" not in str(caught.value)
    assert str(caught.value).endswith(".") or str(caught.value).endswith(").")
