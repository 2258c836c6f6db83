"""A plan written as YAML lines, as rows and as CSV is the same plan; bad rows are refused by number and reason."""

from __future__ import annotations

import csv

import pytest
import yaml

from skintwin.errors import ConfigError
from skintwin.study.config import read_study, study_from
from skintwin.study.folder import _unsaid
from skintwin.study.make_line import make_line
from skintwin.study.plan_table import COLUMNS
from tests.study.small import small_content

ROWS = [
    {"arm": "none", "what": "nothing"},
    {"arm": "cells and light", "start": "1 week", "every": "2 weeks", "until": "2 sessions", "what": "uc_msc_injection",
     "where": "lesion+1 mm", "amount": "1e6 cells/mL", "options": "spacing = 3 mm; since_thaw = 30 min"},
    {"arm": "cells and light", "start": "lesion_area > 90 %", "until": "8 weeks", "what": "nb_uvb",
     "stop": "repigmentation >= 50 %", "resume": "relapse", "options": "per_week=2"},
]  # fmt: skip
LINES = [
    {"name": "none"},
    {"name": "cells and light", "plan": [
        {"give": "uc_msc_injection", "start": "7 days", "every": "14 days", "sessions": 2, "where": "lesion + 1 mm",
         "concentration": "1e6 cells/mL", "spacing": "3 mm", "since_thaw": "0.5 hour"},
        {"give": "nb_uvb", "start": "lesion_area > 90 %", "until": "56 days", "per_week": 2,
         "stop": "repigmentation >= 50 %", "resume": "relapse"}]},
]  # fmt: skip


def _content():
    content = small_content()
    del content["arms"]
    return content


def test_lines_rows_and_csv_are_the_same_study(tmp_path):
    lines = study_from(_content() | {"arms": LINES})
    assert study_from(_content() | {"plan": ROWS}) == lines
    with open(tmp_path / "plan.csv", "w", newline="") as stream:
        table = csv.DictWriter(stream, COLUMNS)
        table.writeheader()
        table.writerows(ROWS)
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(_content() | {"plan": "plan.csv"}))
    assert read_study(tmp_path / "study.yaml") == lines


def test_until_counts_the_sessions_before_it():
    rows = [{"arm": "a", "what": "saline_injection", "every": "2 weeks", "until": "8 weeks"}]
    assert study_from(_content() | {"plan": rows}).arms[0].plan[0].treatment.sessions == 4


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"what": "nb_uvbb", "until": "4 weeks"}, ["row 2", "nb_uvbb", "did you mean 'nb_uvb'"]),
        ({"what": ""}, ["row 2", "no what"]),
        ({"amount": "2e30 cells/mL"}, ["row 2", "concentration", "at most"]),
        ({"amount": "nan cells/mL"}, ["row 2", "concentration"]),
        ({"amount": "1e999 cells/mL"}, ["row 2", "concentration"]),
        ({"amount": "2 mm"}, ["row 2", "cell concentration"]),
        ({"start": "-1 day"}, ["row 2", "start", "at least 0 day"]),
        ({"start": "9 weeks"}, ["starts on day 63", "day 56"]),
        ({"every": "4 weeks", "until": "3 sessions"}, ["session 3 falls on day 56"]),
        ({"every": "0 days", "until": "4 weeks"}, ["row 2", "every"]),
        ({"where": "knee"}, ["row 2", "knee", "lesion + 5 mm"]),
        ({"stop": "repigmentation >= 90 %", "resume": "repigmentation > 80 %"}, ["row 2", "same side"]),
        ({"resume": "relapse"}, ["row 2", "without a stop"]),
        ({"stop": "lightening >= 50 %"}, ["lightening", "hyperpigmented"]),
        ({"options": "spacing 3 mm"}, ["row 2", "key = value"]),
        ({"options": "concentration = 1e6 cells/mL", "amount": "1e6 cells/mL"}, ["row 2", "twice"]),
        ({"options": "spaceing = 3 mm"}, ["row 2", "did you mean 'spacing'"]),
        ({"dosis": "1 mL"}, ["row 2", "unknown column 'dosis'"]),
    ],
)
def test_a_bad_row_is_refused_by_number_and_reason(cells, says):
    row = {"arm": "b", "what": "uc_msc_injection"} | cells
    with pytest.raises(ConfigError) as caught:
        study_from(_content() | {"plan": [{"arm": "a", "what": "nothing"}, row]})
    missing = [word for word in says if word not in str(caught.value)]
    assert not missing, f"{missing} not in: {caught.value}"


def test_rows_of_a_file_have_the_numbers_that_a_spreadsheet_shows(tmp_path):
    """The header is row 1 and an empty row counts, as in the other tables of this program."""
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(_content() | {"plan": "plan.csv"}))
    for cells, says in (("a,9 weeks,nb_uvb", "row 5"), ("a,,nb_uvbb", r"plan\.csv, row 5: unknown treatment")):
        (tmp_path / "plan.csv").write_text(f"arm,start,what\na,,nothing\n,,\n\n{cells}\n")
        with pytest.raises(ConfigError, match=says):
            read_study(tmp_path / "study.yaml")
    (tmp_path / "plan.csv").write_text("arm,what\na,nothing\nb,nothing,more\n")
    with pytest.raises(ConfigError, match="row 3 has more cells"):
        read_study(tmp_path / "study.yaml")


@pytest.mark.parametrize(
    ("what", "amount", "options", "read"),
    [
        ("hydroquinone", "4 %", "", {"strength": 4.0}), ("hydroquinone", "4", "", {"strength": 4.0}),
        ("tranexamic_acid_oral", "250 mg", "", {"strength": 250.0}),
        ("ruxolitinib", "1.5 percent", "", {"strength": 1.5}),
        ("sunscreen", "50 SPF", "adherence = 80 %", {"spf": 50.0, "adherence": 0.8}),
        ("sunscreen", "", "adherence = 0.8", {"adherence": 0.8}),
    ],
)  # fmt: skip
def test_a_bare_number_may_have_its_unit(what, amount, options, read):
    """Old: 'unable to parse string as a number'."""
    row = {"arm": "a", "what": what, "until": "4 weeks", "amount": amount, "options": options}
    treatment = study_from(_content() | {"plan": [row]}).arms[0].plan[0].treatment
    assert {key: getattr(treatment, key) for key in read} == pytest.approx(read)


@pytest.mark.parametrize(
    ("what", "amount", "says"),
    [("hydroquinone", "4 mg", "'4 mg' is in 'mg', but strength is in %"),
     ("tranexamic_acid_oral", "4 %", "'4 %' is in '%', but strength is in mg"),
     ("hydroquinone", "much", "strength: 'much' is not a number, such as '4 %'"),
     ("hydroquinone", "400 %", "the largest that exists")],
)  # fmt: skip
def test_another_unit_is_refused_by_name_and_nothing_else_is_said(what, amount, says):
    row = {"arm": "a", "what": what, "until": "4 weeks", "amount": amount}
    with pytest.raises(ConfigError) as caught:
        study_from(_content() | {"plan": [row]})
    assert says in str(caught.value)
    assert "at least 1 item" not in str(caught.value)


def test_a_study_without_arms_is_still_refused():
    with pytest.raises(ConfigError, match=r"arms: is empty"):
        study_from(_content() | {"arms": []})


@pytest.mark.parametrize("rules", [
    {"stop": "repigmentation >= 50 %"}, {"stop": "closeness >= 50 %"}, {"start": "lesion_area > 90 %"},
    {"stop": "melanin > 150 %", "resume": "relapse"},
])  # fmt: skip
def test_a_rule_on_a_lesion_is_refused_in_healthy_skin(rules):
    """Old: taken, and never true."""
    lesion = {"disorder": "healthy", "synthetic": {"diameter": "5 mm", "patch": "9 mm", "melanin": 1.0}}
    rows = [{"arm": "a", "what": "nb_uvb", "until": "4 weeks", **rules}]
    with pytest.raises(ConfigError, match=r"arm 'a', line 1 \(nb_uvb\): rule .* never known in skin without a lesion"):
        study_from(_content() | {"lesion": lesion, "plan": rows})
    study_from(_content() | {"lesion": lesion, "plan": [{**rows[0], **dict.fromkeys(rules, ""), "stop": "ita < 9 °"}]})


@pytest.mark.parametrize(
    ("give", "reason"),
    [("sunscreen", "whole patch"), ("nb_uvb", "excimer_308"), ("tranexamic_acid_oral", "whole patient")],
)
def test_a_place_is_refused_for_what_has_none(give, reason):
    """Old: taken without a word, and given everywhere."""
    row = {"arm": "a", "what": give, "until": "4 weeks"}
    with pytest.raises(ConfigError, match=rf"row 1 \({give}\): where: 'lesion \+ 2 mm' would change .*{reason}"):
        study_from(_content() | {"plan": [{**row, "where": "lesion + 2 mm"}]})
    with pytest.raises(ConfigError, match=f"where: 'lesion' would change .*{reason}"):
        study_from(_content() | {"plan": [{**row, "where": "lesion"}]})
    for fields in ({}, {"where": "Patch"}):
        study_from(_content() | {"plan": [row | fields]})
    lamp = {"arm": "a", "what": "excimer_308", "until": "4 weeks", "where": "lesion + 2 mm"}
    assert study_from(_content() | {"plan": [lamp]}).arms[0].plan[0].where == "lesion + 2 mm"


def test_what_a_run_writes_of_a_line_without_a_place_can_be_read_again():
    line = make_line({"give": "sunscreen", "until": "4 weeks"}, 1)
    dumped = line.model_dump(mode="json", exclude_none=True, exclude={"treatment", *_unsaid(line)})
    assert "where" not in dumped
    placed = make_line({"give": "tretinoin", "until": "4 weeks"}, 1)
    assert _unsaid(placed) == set()


def test_a_treatment_is_refused_where_it_cannot_be_given(monkeypatch):
    from skintwin.treatments.narrowband_uvb import NarrowbandUVB

    monkeypatch.setattr(NarrowbandUVB, "not_at", frozenset({"forearm"}))
    with pytest.raises(ConfigError, match=r"arm 'a', line 1 .*cannot be given at the forearm"):
        study_from(_content() | {"plan": [{"arm": "a", "what": "nb_uvb", "until": "4 weeks"}]})


def test_a_key_given_twice_is_refused_with_its_line(tmp_path):
    (tmp_path / "s.yaml").write_text("title: a\nduration: 8 weeks\ntitle: b\n")
    with pytest.raises(ConfigError, match=r"line 3.*'title' is given twice"):
        read_study(tmp_path / "s.yaml")


def test_a_ragged_table_is_refused(tmp_path):
    (tmp_path / "p.csv").write_text("arm,what\na,nothing,x\n")
    with pytest.raises(ConfigError, match=r"p\.csv: row 2 has more cells"):
        study_from(_content() | {"plan": str(tmp_path / "p.csv")})
