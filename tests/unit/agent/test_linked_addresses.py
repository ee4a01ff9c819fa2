"""An exposure's address is linked where it is plain, by name, and within the hosts that an admin allows."""

import pytest

from agent.links import may_link

HOSTS = ("bi.shop.example", "Looker.Example")


@pytest.mark.parametrize(
    "url",
    [
        "https://bi.shop.example/board/1?tab=2&x=%20#top",
        "http://bi.shop.example:8443/board",
        "https://eu.bi.shop.example/",
        "https://BI.Shop.Example/board",
        "https://looker.example",
        "https://bi.shop.example./board",
    ],
)
def test_configured_hosts_and_those_below_them_are_linked(url: str) -> None:
    assert may_link(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "https://evilbi.shop.example/",
        "https://bi.shop.example.evil.example/",
        "https://shop.example/",
        "https://example/",
    ],
)
def test_other_hosts_are_not_and_without_configured_ones_any_name_is(url: str) -> None:
    assert not may_link(url, HOSTS)
    assert may_link(url, ())


@pytest.mark.parametrize("hosts", [(), HOSTS])
@pytest.mark.parametrize(
    "url",
    [
        "",
        "bi.shop.example/board",
        "//bi.shop.example/board",
        "javascript:alert(1)//bi.shop.example/",
        "ftp://bi.shop.example/",
        "https://bi.shop.example/a)(http://evil.example",
        "https://bi.shop.example/go?to=https://evil.example",
        "data:text/html,x",
        "slack://channel?team=T1",
        "https://",
        "https:///board",
        "https://bi.shop.example@evil.example/",
        "https://user:password@bi.shop.example/",
        "https://evil.example\\@bi.shop.example/",
        "https://bi.shop.example%2eevil.example/",
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://xn--b-7ga.shop.example/",
        "https://b\u0456.shop.example/",
        "https://bi.shop.example/\u202egpj.exe",
        "https://bi.shop.example/\n<!channel>",
        "https://bi.shop.example/|label>",
        "https://bi.shop.example:99999/",
        "https://bi..shop.example/",
        "https://-bi.shop.example/",
        "https://bi.shop.example/" + "a" * 3000,
    ],
)
def test_what_is_no_plain_address_is_never_linked(url: str, hosts: tuple[str, ...]) -> None:
    assert not may_link(url, hosts)


def test_a_number_is_linked_where_an_admin_names_it() -> None:
    assert may_link("http://10.1.2.3:3000/d/1", ("10.1.2.3",))
    assert not may_link("http://10.1.2.4:3000/d/1", ("10.1.2.3",))
