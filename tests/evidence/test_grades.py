"""Grades are ordered, and a number is no better than the weakest thing that it stands on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skintwin.errors import LedgerError
from skintwin.evidence import Grade, Ledger
from skintwin.evidence.grades import weakest

from .conftest import PARAMETERS, Write

grades = st.sampled_from(list(Grade))


@given(grades, grades)
def test_the_order_is_total(a: Grade, b: Grade) -> None:
    assert (a < b) + (b < a) + (a is b) == 1
    assert (a <= b) == (a < b or a is b)


@given(st.lists(grades, min_size=1), grades)
def test_adding_a_link_never_strengthens_the_chain(chain: list[Grade], link: Grade) -> None:
    assert weakest([*chain, link]) <= weakest(chain)
    assert weakest([*chain, link]) in (weakest(chain), link)


def test_the_ends_of_the_scale() -> None:
    assert min(Grade) is Grade.ASSUMED
    assert max(Grade) is Grade.DEFINITION
    assert weakest([]) is Grade.DEFINITION
    assert [grade for grade in Grade if grade.is_assumed] == [Grade.ASSUMED]
    assert {grade for grade in Grade if not grade.needs_source} == {Grade.ASSUMED, Grade.DEFINITION}
    assert Grade.RCT > Grade.CONTROLLED > Grade.ANIMAL > Grade.MODEL > Grade.ASSUMED


def test_a_weak_extract_weakens_the_parameter(write: Write) -> None:
    book = Ledger.load(write())
    assert book.effective_grade("optics.blood") is Grade.HUMAN_IN_VIVO
    weak = Ledger.load(write(parameters=PARAMETERS.replace("EX-1", "EX-1;EX-2")))
    assert weak.effective_grade("optics.blood") is Grade.ASSUMED


def test_groups_and_the_assumed_share(write: Write) -> None:
    book = Ledger.load(write())
    assert book.groups() == {
        "assumed": ("optics.share",),
        "sourced": ("optics.blood", "optics.depth", "optics.speed"),
    }
    assert book.groups(["optics.share"]) == {"assumed": ("optics.share",), "sourced": ()}
    assert book.assumed_share() == pytest.approx(1 / 2)  # of the two uncertain ones
    assert book.assumed_share(["optics.speed"]) == 0.0


def test_sources_behind_keys(write: Write) -> None:
    book = Ledger.load(write())
    assert [source.key for source in book.sources_of(["optics.depth", "optics.blood"])] == ["smith2001"]
    assert [source.key for source in book.sources_of(["EX-2", "smith2001"])] == ["smith2001", "web2020"]


def test_a_missing_key_names_near_misses(write: Write) -> None:
    book = Ledger.load(write())
    with pytest.raises(LedgerError, match=r"optics\.blod: .*did you mean optics\.blood"):
        book.value("optics.blod")
    with pytest.raises(LedgerError, match="skintwin evidence list"):
        book.sources_of(["nothing like it"])
