"""Files of ratings: both formats say the same, nonsense is refused by name, changes between visits."""

from __future__ import annotations

import csv
import io
import json

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skintwin.cli import agreement as agreement_command
from skintwin.cli import score as score_command
from skintwin.errors import ConfigError
from skintwin.measure.agreement.table import table_from_csv
from skintwin.measure.scores.changes import changes, score_all
from skintwin.measure.scores.ratings import CSV_NEEDED, ratings_from_csv, ratings_from_yaml

YAML = """
score: mmasi
errors: {area: 0.5, darkness: 0.5}
ratings:
  - patient: P1
    visit: baseline
    rater: A
    regions: &before
      forehead: {area: 4, darkness: 3}
      right_malar: {area: 5, darkness: 3}
      left_malar: {area: 5, darkness: 3}
      chin: {area: 0}
  - patient: P1
    visit: 12 weeks
    rater: A
    regions:
      forehead: {area: 1, darkness: 1}
      right_malar: {area: 2, darkness: {value: 1, error: 0.2}}
      left_malar: {area: 2, darkness: 1}
      chin: {area: 0}
  - {patient: P2, visit: baseline, regions: {forehead: {area: 1, darkness: 1}}}
"""


def as_csv(ratings):
    rows = ["score,patient,visit,rater,region,part,value,error"]
    rows += [
        f"{r.score},{r.patient},{r.visit},{r.rater},{region},{name},{p.value:g},{'' if p.error is None else p.error}"
        for r in ratings for region, parts in r.regions.items() for name, p in parts.items()
    ]
    return "\n".join(rows) + "\n"


def test_a_grade_that_is_none_names_patient_visit_and_rater():
    for old, whose in (("darkness: 1}\n", "P1, visit 12 weeks, rater A"), ("darkness: 1}}}", "P2, visit baseline")):
        text = YAML.replace(old, old.replace("1", "7"), 1)
        with pytest.raises(ConfigError) as error:
            score_all(ratings_from_yaml(text))
        assert str(error.value).startswith(f"patient {whose}, mmasi.forehead.darkness: 7 is no ")
    with pytest.raises(ConfigError, match=r"\(patient P2, visit baseline\)\.forehead\.darkness: 'much' is not"):
        ratings_from_yaml(YAML.replace("darkness: 1}}}", "darkness: much}}}"))


def test_bad_yaml_of_ratings_names_the_line():
    with pytest.raises(ConfigError, match=r"r\.yaml, line 4: is not YAML"):
        ratings_from_yaml("score: mmasi\nratings:\n  - {patient: P1\n  - {patient: P2}\n", "r.yaml")


def test_yaml_and_csv_say_the_same():
    ratings = ratings_from_yaml(YAML)
    assert [r.visit for r in ratings] == ["baseline", "12 weeks", "baseline"]
    assert ratings[0].regions["forehead"]["darkness"].error == 0.5
    assert ratings[1].regions["right_malar"]["darkness"].error == 0.2
    assert ratings_from_csv(as_csv(ratings)) == ratings


def test_changes_between_visits():
    """0.3 (4 × 3 + 5 × 3 + 5 × 3) = 12.6 to 0.3 (1 + 2 + 2) = 1.5."""
    scored = score_all(ratings_from_yaml(YAML))
    assert [s.total.value for s in scored] == [pytest.approx(12.6), pytest.approx(1.5), None]
    (change,) = changes(scored)
    assert change.change == pytest.approx(-11.1)
    assert change.percent == pytest.approx(-100 * 11.1 / 12.6)
    assert change.error == pytest.approx((scored[0].total.error ** 2 + scored[1].total.error ** 2) ** 0.5)
    assert change.smallest == pytest.approx(1.96 * change.error, rel=1e-4)
    assert change.told_apart == "yes"


def test_a_published_smallest_change_counts():
    text = "score: f_vasi_ftu\nratings:\n" + "".join(
        f"  - {{patient: P, visit: {v}, regions: {{face: {{area: {a}}}}}}}\n" for v, a in ((0, 10), (1, 8.5), (2, 7)))
    first, second = changes(score_all(ratings_from_yaml(text)))
    assert (first.told_apart, second.told_apart) == ("no", "yes")
    assert first.smallest == 2.2
    assert first.smallest_from == "publication"
    assert first.error is None


@pytest.mark.parametrize(("text", "words"), [
    ("score: mmasi\nratings: []", "no ratings"),
    ("ratings:\n - {patient: P, visit: 1, regions: {}}", "score: is missing"),
    ("score: pasi\nratings:\n - {patient: P, visit: 1, regions: {}}", "no score 'pasi'"),
    ("score: mmasi\nratings:\n - {visit: 1, regions: {}}", "lacks patient"),
    ("score: mmasi\nratings:\n - {patient: P, visit: 1, regions: {chin: {area: much}}}", "chin.area: 'much' is not"),
    ("score: mmasi\nratings:\n - {patient: P, visit: 1, regions: {chin: {area: {value: 1, origin: dreamt}}}}", "rated"),
    ("score: mmasi\nratings:\n - {patient: P, visit: 1, regions: {}}\n - {patient: P, visit: 1, regions: {}}", "twice"),
    ("a: [1", "not YAML"),
])  # fmt: skip
def test_yaml_refusals(text, words):
    with pytest.raises(ConfigError, match=words):
        ratings_from_yaml(text)


WORDS = st.sampled_from(["score", "ratings", "patient", "visit", "regions", "chin", "area", "value", "x"])
LEAVES = st.none() | st.booleans() | st.floats() | st.text(max_size=8)
TREES = st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(WORDS, x, max_size=4), max_leaves=12)


@given(TREES)
@settings(max_examples=150, deadline=None)
def test_any_yaml_gives_ratings_or_a_named_error(content):
    try:
        ratings = ratings_from_yaml(json.dumps(content))
    except ConfigError:
        return
    assert ratings


@given(st.text(max_size=120) | st.lists(st.text(alphabet='a1,"\n .-', max_size=40), max_size=4).map(
    lambda rows: ",".join(CSV_NEEDED) + "\n" + "\n".join(rows)))
@settings(max_examples=150, deadline=None)
def test_any_table_gives_ratings_or_a_named_error(text):
    for reader in (ratings_from_csv, table_from_csv):
        try:
            reader(text)
        except ConfigError:
            continue


def run(command, *arguments):
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, [str(a) for a in arguments])


def test_score_from_the_command_line(tmp_path):
    (tmp_path / "r.yaml").write_text(YAML)
    result = run(score_command.score, tmp_path / "r.yaml", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "told apart: yes" in result.output
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "scores.csv").read_text())))
    assert rows[0]["value"] == "12.6"
    assert rows[2]["value"] == ""
    assert "nothing for chin" in rows[2]["note"]
    again = run(score_command.score, tmp_path / "r.yaml", "--out", tmp_path / "out")
    assert isinstance(again.exception, ConfigError)


def test_agreement_from_the_command_line(tmp_path):
    rows = ["subject,rater,value"] + [f"S{i},{r},{i % 4 + (i * j) % 2}" for i in range(8) for j, r in enumerate("AB")]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    result = run(agreement_command.agreement, tmp_path / "t.csv", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    for words in ("ICC(A,1)", "SDC(A)", "Fleiss' kappa", "quadratic weights", "upper limit"):
        assert words in result.output
    found = json.loads((tmp_path / "out" / "agreement.json").read_text())
    assert {row["name"] for row in found} >= {"ICC(C,k)", "bias", "SEM(C)"}


def test_repeats_are_compared_within_and_between_raters():
    text = "subject,rater,repeat,value\n" + "".join(
        f"S{i},{r},{q},{i + 0.1 * ((i + j + q) % 3)}\n" for i in range(6) for j, r in enumerate("AB") for q in (1, 2))
    from skintwin.measure.agreement.report import agreement_rows

    groups = {row.group for row in agreement_rows(table_from_csv(text))}
    assert groups == {"2 raters, means of 2 repeats", "A minus B", "repeats of A", "repeats of B"}


def test_an_incomplete_table_is_refused_by_name():
    with pytest.raises(ConfigError, match="no value of subject S2 by B"):
        table_from_csv("subject,rater,value\nS1,A,1\nS1,B,2\nS2,A,1\nS3,A,1\nS3,B,1\n")
    with pytest.raises(ConfigError, match="row 3: 'x' is not a number"):
        table_from_csv("subject,rater,value\nS1,A,1\nS1,B,x\n")
    with pytest.raises(ConfigError, match="add a column `repeat`"):
        table_from_csv("subject,rater,value\nS1,A,1\nS1,A,2\n")
