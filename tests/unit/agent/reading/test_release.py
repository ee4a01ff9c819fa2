"""A growing answer is let out piece by piece, and never taken back."""

from agent.reading.release import Release


def _released(*texts: str, dirty: str = "ghost") -> list[str]:
    out: list[str] = []
    release = Release(lambda part: dirty not in part, out.append)
    for text in texts:
        release.feed(text)
    return out


def test_pieces_go_out_once_when_they_are_finished() -> None:
    assert _released("On", "One. T", "One. Two. Th", "One. Two. Three.") == ["One. ", "Two. "]


def test_nothing_goes_out_after_a_piece_that_is_not_clean() -> None:
    assert _released("One. A ghost. Three. ") == ["One. "]


def test_another_text_than_the_one_that_is_out_stays_in() -> None:
    assert _released("One. Two", "Uno. Dos. ") == ["One. "]


def test_the_same_text_again_goes_on_where_it_was() -> None:
    assert _released("One. Two", "On", "One. Two. ") == ["One. ", "Two. "]


def test_what_a_model_says_before_it_acts_stays_in() -> None:
    for preamble in ("Let me search. Then. ", "I'll check. ", '{"name": 1}. ', "NO ANSWER: It. ", "```sql\nselect. \n"):
        assert _released(preamble) == []


def test_links_mentions_and_imitations_stay_in() -> None:
    assert _released("One. See [x](http://e.example). Two. ") == ["One. "]
    assert _released("One.\n<!channel> hey.\n") == ["One.\n"]
    assert _released("One.\nConfidence: high\nTwo.\n") == ["One.\n"]


def test_what_recites_over_several_pieces_stays_in() -> None:
    out: list[str] = []
    release = Release(lambda part: True, out.append, repeats=lambda text: "One. Two." in text)
    release.feed("One. Two. Three. ")
    assert out == ["One. "]
