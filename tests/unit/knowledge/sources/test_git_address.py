"""The address of a Git repository: its parts, and the web page of a file in it."""

import base64

import pytest

from knowledge.errors import NotFound
from knowledge.sources.git.address import parse_git_address


@pytest.mark.parametrize(
    ("address", "url", "revision", "folder"),
    [
        ("git+https://h.example/o/r.git", "https://h.example/o/r.git", None, ""),
        ("git+https://h.example/o/r@main", "https://h.example/o/r", "main", ""),
        ("git+https://h.example/o/r.git@feature/new#dbt/", "https://h.example/o/r.git", "feature/new", "dbt"),
        ("git+https://h.example/o/r.git#subdirectory=a%20b/target", "https://h.example/o/r.git", None, "a b/target"),
        ("git+https://ann:pw@h.example:8443/o/r.git@v1", "https://h.example:8443/o/r.git", "v1", ""),
        ("git+ssh://git:pw@h.example/o/r.git@v1", "ssh://git@h.example/o/r.git", "v1", ""),
        ("git+file:///srv/a@b/r.git@main#./x//y", "file:///srv/a@b/r.git", "main", "x/y"),
        ("git+file:///srv/a@b/r.git", "file:///srv/a@b/r.git", None, ""),
        ("git+file:///srv/a%40b/r.git", "file:///srv/a%40b/r.git", None, ""),
    ],
)
def test_branch_and_folder_follow_the_repository(address: str, url: str, revision: str | None, folder: str) -> None:
    parsed = parse_git_address(address)
    assert (parsed.url, parsed.revision, parsed.folder) == (url, revision, folder)
    assert "pw" not in parsed.key + repr(parsed)


@pytest.mark.parametrize(
    "address",
    [
        "git+https://h.example/o/r.git@--upload-pack=id",
        "git+https://h.example/o/r.git@a b",
        "git+https://h.example/o/r.git@a..b",
        "git+https://h.example/o/r.git@main:refs/heads/x",
        "git+https://h.example/o/r.git#../elsewhere",
        "git+ext://sh/x",
        "git+https:///r.git",
        "git+https://h.example/",
    ],
)
def test_what_git_could_misunderstand_is_refused(address: str) -> None:
    with pytest.raises(NotFound):
        parse_git_address(address)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("git+https://x:pw@github.com/o/r.git@main", "https://github.com/o/r/blob/abc/dbt/{path}"),
        ("git+ssh://git@github.com:22/o/r.git", "https://github.com/o/r/blob/abc/dbt/{path}"),
        ("git+https://gitlab.example.com:8443/a/b/r", "https://gitlab.example.com:8443/a/b/r/-/blob/abc/dbt/{path}"),
        ("git+https://bitbucket.org/o/r.git", "https://bitbucket.org/o/r/src/abc/dbt/{path}"),
        ("git+https://git.example.com/o/r.git", None),
        ("git+file:///srv/github/r.git", None),
    ],
)
def test_a_file_is_linked_where_the_host_is_known(address: str, link: str | None) -> None:
    assert parse_git_address(address).code_link("abc", "dbt") == link


def test_a_link_encodes_the_folder_and_may_have_none() -> None:
    address = parse_git_address("git+https://github.com/o/r.git")
    assert address.code_link("abc", "my {dbt}/x") == "https://github.com/o/r/blob/abc/my%20%7Bdbt%7D/x/{path}"
    assert address.code_link("abc", "") == "https://github.com/o/r/blob/abc/{path}"


@pytest.mark.parametrize(
    ("address", "token", "account"),
    [
        ("git+https://github.com/o/r.git", "t0", "x-access-token:t0"),
        ("git+https://gitlab.com/o/r.git", "t0", "oauth2:t0"),
        ("git+https://bitbucket.org/o/r.git", "t0", "x-token-auth:t0"),
        ("git+https://ann:p%40w@git.example.com/o/r.git", None, "ann:p@w"),
        ("git+https://ann:p%40w@git.example.com/o/r.git", "t0", "x-access-token:t0"),
    ],
)
def test_a_token_is_a_password_for_the_user_that_the_host_expects(
    address: str, token: str | None, account: str
) -> None:
    header = parse_git_address(address).authorization(token)
    assert header == f"Authorization: Basic {base64.b64encode(account.encode()).decode()}"


@pytest.mark.parametrize("address", ["git+ssh://git@github.com/o/r.git", "git+file:///srv/r.git"])
def test_a_token_is_shown_over_http_only(address: str) -> None:
    assert parse_git_address(address).authorization("t0") is None
