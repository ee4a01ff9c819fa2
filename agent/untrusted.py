"""Text that others wrote (dbt descriptions, owners, test names, the model), made harmless before it is shown.

Nothing here decides how Slack or a terminal escapes: it takes out what nobody may put into an answer, which is
mentions, links and layout that imitates ours.
"""

import re
import unicodedata

_SLACK_LINK = re.compile(r"<(?:https?|mailto|tel|slack)[^<>|\s]*(?:\|([^<>]*))?>", re.IGNORECASE)
_SLACK_MENTION = re.compile(r"<[!@#](?:[^<>|]*(?:\|([^<>]*))?>|[^<>|\s]*\Z)")
_HTML_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HTML_TAG = re.compile(r"</?[a-zA-Z][^<>@]*>")
_PLACEHOLDER = re.compile(r"<([A-Za-z][\w ]{0,38}\w)>")
_HTML_WORDS = """
a abbr address article aside audio b base big blockquote body br button center code col dd del details div dl dt em
embed fieldset font footer form frame h1 h2 h3 h4 h5 h6 head header hr html i iframe img ins kbd li link marquee math
meta nav ol p picture pre q s samp script select small span strike strong style sub sup svg table tbody td template
textarea tfoot th thead tr tt u ul video
"""
_HTML = frozenset(_HTML_WORDS.split())
_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\)[^()]*)*(?:\s+\"[^\"]*\")?\)|\[[^\[\]]*\])")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)")
_REFERENCE_LINK = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_REFERENCE_TARGET = re.compile(r"^ {0,3}\[[^\[\]]+\]:[^\n]*$", re.MULTILINE)
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,15}://\[[^\s\]]{1,80}\][^\s<>()`\"']*|(?:\b[a-z][a-z0-9+.-]{1,15}://|\bwww\.|\b(?:mailto|tel|sms|callto|skype|javascript|vbscript):(?=[\w+])|\bdata:\w+/)[^\s<>()\[\]`\"']*[^\s<>()\[\]`\"'.,;:!?]",
    re.IGNORECASE,
)
_BARE_ADDRESS = re.compile(
    r"(`{1,3})(?:.|\n)*?\1"  # code stays: nothing reads an address there
    r"|(?<![\w@./-])(?://)?(?:[a-z0-9-]{1,63}\.)+(?:(?:com|net|org|io|co|app|biz|xyz|ru|cn|tk|example|dev|ai|info|eu|uk|gg|ly"
    r"|cc|sh|su|pw|icu|click|online|website|cloud|zip|mov|buzz|vip)\b(?![\w.])(?:[:/?#][^\s<>`]*)?"
    r"|[a-z]{2,24}(?::\d+)?/[^\s<>`]+)"
    r"|(?<![\w@./-])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/[^\s<>`]+",
    re.IGNORECASE,
)
"""What surfaces make a link of though it has no scheme: ``evil.example/login``."""
_LOUD = re.compile(r"(?<!\w)[@＠](?=[\w!-])")
_LATIN = r"[A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_WIDE = re.compile(rf"\uff20|[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]+|(?<={_LATIN})[。．｡](?={_LATIN})|：[/／]{{2}}")
"""Letters as wide as Chinese ones, and their full stop among Latin letters: addresses in other clothes."""
_TOKEN = re.compile(
    r"\b(?:sk-(?:proj-|ant-)?|xox[a-z]-|xapp-|gh[pousr]_|github_pat_|dbt[cu]_|AKIA|eyJ)[A-Za-z0-9_.-]{12,}"
)
"""Keys, by how their makers begin them."""
_PASSWORD = re.compile(
    r"\b((?:\w+_)?(?:password|passwd|pwd|secret|token|api_?key|access_?key|private_?key)\s?=\s?)[^\s,;&]+",
    re.IGNORECASE,
)
_KEY_LEFT_OUT = "(key left out)"
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+", re.MULTILINE)
_RULE = re.compile(r"^ {0,3}([-*_=])(?:\s*\1){2,}\s*$", re.MULTILINE)
_ITEM = re.compile(r"(?:(?P<end>\S)\s*\n|\A)[ \t]*[-*+•][ \t]+(?=\S)")
_LAYOUT = str.maketrans(dict.fromkeys("<>[]`*~|", ""))
_SENTENCE_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!etc\.)\s+(?=[A-Z`\"(])")
LEFT_OUT = "(link left out)"
_KEPT_CONTROLS = "\n\t"
_MOST_LAYERS = 8
"""Markup within markup; what is nested deeper loses its brackets."""
_BRACKETS = str.maketrans("", "", "<>[]")
_LOOK_ALIKE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u03bf\u03b1\u03b9\u03bd\u0410\u0412\u0415\u041a"
    "\u041c\u041d\u041e\u0420\u0421\u0422\u0425",
    "aeopcyxijshdoaivABEKMHOPCTX",
)
"""Cyrillic and Greek letters that nobody can tell from Latin ones."""


def one_line(text: str, *, limit: int = 100) -> str:
    """``text`` as a name in a plain line: no markup, no mention, no address, at most ``limit`` characters."""
    plain = " ".join(_PASSWORD.sub(rf"\1{_KEY_LEFT_OUT}", without_links(text)).translate(_LAYOUT).split())
    return cut(_LOUD.sub("", plain), limit)


def code_line(code: str, *, limit: int = 300) -> str:
    """A piece of SQL as it is written, to stand between backquotes: on one line, without mention or address."""
    plain = _SLACK_MENTION.sub("", " ".join(without_controls(code).replace("`", "").split()))
    return cut(" ".join(_LOUD.sub("", _without_addresses(plain)).split()), limit)


def prose(text: str, *, limit: int = 600) -> str:
    """A description as one paragraph of Markdown: inline code stays, links leave their text, a list's items are parted
    by semicolons.

    A raised dot, by which our own lines part their facts, becomes a dash.
    """
    body = _ITEM.sub(_parted, _RULE.sub("", _HEADING.sub("", without_links(text))).strip())
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", body)]
    return cut(" ".join(part for part in paragraphs if part).replace(" · ", " - "), limit)


def without_links(markdown: str) -> str:
    """``markdown`` without mentions, links, images and HTML; the text that they showed stays, code fences too.

    What is left when markup is taken out may be markup again: it is taken out until nothing is.
    """
    text = markdown
    for _ in range(_MOST_LAYERS):
        shorter = _without_one_layer(text)
        if shorter == text:
            return text
        text = shorter
    return _without_one_layer(text.translate(_BRACKETS))


def _parted(item: re.Match[str]) -> str:
    """What stands between an item of a list and what comes before it, once they share a line."""
    end = item["end"] or ""
    return f"{end}{'' if not end or end in ':;,.!?' else ';'}{' ' if end else ''}"


def folded(text: str) -> str:
    """``text`` in plain Latin letters where it only looks like them: to be read by patterns, not to be shown."""
    return unicodedata.normalize("NFKC", without_controls(text)).translate(_LOOK_ALIKE)


def _without_one_layer(markdown: str) -> str:
    narrow = _WIDE.sub(
        lambda found: unicodedata.normalize("NFKC", found[0]).replace("。", "."), without_controls(markdown)
    )
    text = _SLACK_MENTION.sub(lambda found: found[1] or "", _TOKEN.sub(_KEY_LEFT_OUT, narrow))
    text = _HTML_TAG.sub(_without_tag, _SLACK_LINK.sub(lambda found: found[1] or "", _HTML_COMMENT.sub("", text)))
    for pattern in (_IMAGE, _LINK, _REFERENCE_LINK):
        text = pattern.sub(r"\1", text)
    return _LOUD.sub("", _without_addresses(_REFERENCE_TARGET.sub("", text)))


def _without_tag(found: re.Match[str]) -> str:
    """Nothing of a tag; of a placeholder, ``dex_<blockchain>_trades``, its word in marks that mean nothing anywhere."""
    placeholder = _PLACEHOLDER.fullmatch(found[0])
    return f"‹{placeholder[1]}›" if placeholder and placeholder[1].split()[0].lower() not in _HTML else ""


def cut(text: str, limit: int) -> str:
    """``text``, or as many of its first words as fit into ``limit`` characters with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    shorter = kept.rsplit(" ", 1)[0] if " " in kept[limit // 2 :] else kept
    return shorter.rstrip(" ,;:.") + "…"


def first_sentence(text: str, *, limit: int = 200) -> str:
    """The first sentence of a description, harmless, on one line."""
    return cut(first_sentences(text, 1), limit)


def first_sentences(text: str, count: int) -> str:
    """The first few sentences of a text, harmless, on one line."""
    plain = prose(text, limit=2000)
    ends = [found.start() for found in _SENTENCE_END.finditer(plain)]
    return plain[: ends[count - 1]] if len(ends) >= count else plain


def _without_addresses(text: str) -> str:
    return _BARE_ADDRESS.sub(lambda found: found[0] if found[1] else LEFT_OUT, _ADDRESS.sub(LEFT_OUT, text))


def without_controls(text: str) -> str:
    """Without control and direction characters: they hide text, or show it in another order than it is read."""
    return "".join(
        character
        for character in text.replace("\r\n", "\n").replace("\r", "\n")
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )
