"""What the priors miss: ``python docs/calibration_debt.py`` rewrites docs/calibration-debt.md.

Each entry lives a drawn lesion through a trial's weeks at draws of the priors (or at their medians) and is set beside a
published number, which is read from the outcomes table by its row. Nothing is tuned here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from tests.behaviours.course import Course, live  # noqa: E402
from tests.mechanisms.test_sunlight import after_one_dose  # noqa: E402

from skintwin.evidence import ledger  # noqa: E402

DRAWS = 32
WHITE = {"draws": DRAWS, "melanin": 0.0, "pixels": 24, "diameter": 9.0, "patch": 14.0, "every": 28.0}
BROWN = {"draws": DRAWS, "pixels": 12, "every": 7.0}


@dataclass(frozen=True)
class Debt:
    """``rows``: keys of the outcomes table. ``model``: text of what the model gives. ``move``: parameters that a
    calibration would move. ``words``: how the two are compared."""

    behaviour: str
    rows: tuple[str, ...]
    model: Callable[[], str]
    move: str
    words: str


def regained(course: Course, day: float) -> np.ndarray:
    """Melanocytes of a white lesion relative to what its site holds, (draws,): the skin around it may go too."""
    return course.at(course.lesion["melanocytes"], day) / course.at(course.lesion["capacity"], day)


def share(values: np.ndarray, least: float) -> str:
    """Percent of draws that reach ``least``."""
    return f"{100 * np.mean(values >= least):.0f} %"


@cache
def lit(site: str) -> Course:
    """Half a year of narrow-band UVB on a stable lesion."""
    lamp = [{"give": "nb_uvb", "per_week": 3, "until": "182 days"}]
    return live("vitiligo", lamp, site=site, days=182, sun="avoid", **WHITE)


@cache
def creamed(name: str, activity: str = "active") -> Course:
    """Half a year of a cream on a lesion of the face, then half a year without, in ordinary sun."""
    plan = [{"give": name, "until": "168 days", "where": "lesion+5mm"}]
    return live("vitiligo", plan, activity=activity, days=364, **WHITE)


def response(name: str, day: float, least: float) -> str:
    """Both kinds of lesion: trials took both and do not say in what shares."""
    parts = (f"{share(regained(creamed(name, kind), day), least)} {kind}" for kind in ("active", "stable"))
    return f"{name}: {', '.join(parts)}"


@cache
def stopped(activity: str) -> Course:
    """Half a year of light with a calcineurin inhibitor, then a year without."""
    plan = [
        {"give": "nb_uvb", "per_week": 3, "until": "168 days"},
        {"give": "tacrolimus", "until": "168 days", "where": "lesion+5mm"},
    ]
    return live("vitiligo", plan, activity=activity, days=532, **WHITE)


def relapsed(activity: str) -> str:
    """Share of the lesions that had regained half and then lost a quarter of it within a year."""
    course = stopped(activity)
    good = regained(course, 168) >= 0.5
    lost = regained(course, 532) < 0.75 * regained(course, 168)
    if not good.any():
        return f"no {activity} lesion regains half"
    return f"{100 * np.mean(lost[good]):.0f} % of {good.sum()} {activity} lesions"


@cache
def melasma(name: str, days: float = 280.0, **options: object) -> Course:
    """A melasma under one treatment until ``days``; 'nothing' for none."""
    line = [{"give": name, "until": f"{days} days", **options}] if name != "nothing" else []
    return live("melasma", line, melanin=1.4, days=days, start="2026-04-01", phototype="IV", latitude="14 degrees",
                **BROWN)  # fmt: skip


def fall(name: str, week: float, days: float, **options: object) -> str:
    """Median fall of the excess of melanin, percent of day 0."""
    return f"{100 * (1 - np.median(melasma(name, days, **options).left(7 * week))):.0f} %"


def laser(**changes: object) -> Course:
    """One session on an age spot of phototype IV."""
    return live("solar_lentigo", [{"give": "pigment_laser", "start": "1 days"}], melanin=2.2, days=63, phototype="IV",
                **BROWN, **changes)  # fmt: skip


def darkened() -> str:
    """Share of draws in which the aftermath of the injury adds a tenth of the surrounding melanin in week 8."""
    without = {"paracrine.aftermath_gain": 0.0, "paracrine.inflammation_gain": 0.0}
    whole, part = laser(), laser(changed=without)
    more = whole.at(whole.excess, 56) - part.at(part.excess, 56)
    return f"{100 * np.mean(more > 0.1):.0f} %"


def tan() -> str:
    """Peak and remainder of a tan after two minimal erythema doses."""
    course = after_one_dose(2.0)["melanin"] - 1.0
    peak = int(course.argmax())
    return f"peak on day {peak}, {100 * course[182] / course.max():.1f} % of it left after 26 weeks"


def mark(week: float) -> str:
    """Share of acne marks that are still there."""
    course = live("pih_acne", melanin=1.6, days=364, phototype="V", **BROWN)
    return f"{share(course.left(7 * week), 0.2)} keep a fifth of their excess"


def five_sites() -> str:
    """Marked response by site."""
    sites = {"face": "cheek", "trunk": "back", "limbs": "forearm", "hands": "dorsal_hand"}
    return "; ".join(f"{name} {share(regained(lit(site), 182), 0.75)}" for name, site in sites.items())


@cache
def untreated(site: str) -> Course:
    """Two years of ordinary sun on a stable lesion."""
    return live("vitiligo", site=site, days=728, **WHITE)


def spontaneous() -> str:
    """Share of lesions that regain a quarter, and nearly all, of their melanocytes with nothing done."""
    parts = (
        f"{site} after {year} y: {share(regained(untreated(site), 364 * year), 0.25)} a quarter, "
        f"{share(regained(untreated(site), 364 * year), 0.75)} three quarters"
        for site in ("cheek", "back") for year in (1, 2)
    )  # fmt: skip
    return "; ".join(parts)


DEBTS = (
    Debt("Sunburn tan", ("HP404",), tan,
         "`turnover.degradation_rate` and `site.viable_transit` at the ends of their intervals bring it to day 14",
         "pigment still present after 2 MED; a peak in one to two weeks is the design's own range, at the medians"),
    Debt("Nothing done", ("VC119", "VC120", "VC006", "VC011"), spontaneous,
         "`melanocytes.habituation`, `melanocytes.half_stimulus`",
         "stable lesion in ordinary sun; published: ever in life by recall, and vehicle arms at 24 weeks of a score "
         "of the whole face"),
    Debt("Light by site", ("VC032", "VC033", "VC034", "VC035"), five_sites,
         "`follicles.activation_rate`, `melanocytes.growth_rate`, `follicles.reserve_in_lesion`, `site.*_follicles`",
         "marked response (75 % or more regained) at 26 weeks; in the model a lesion of 9 mm"),
    Debt("JAK inhibition, face", ("VC336", "VC337", "VC340", "VC341"),
         lambda: "; ".join(response(name, 168, 0.75) for name in ("ruxolitinib", "vehicle")),
         "`medicine.ruxolitinib_effect`, `melanocytes.half_stimulus`, `autoimmunity.activity_*`",
         "75 % or more regained at 24 weeks, one lesion against a score of the whole face"),
    Debt("Calcineurin inhibition", ("VC047", "VC048", "VC049"),
         lambda: "; ".join(response("tacrolimus", 84, least) for least in (0.5, 0.75)),
         "`medicine.tacrolimus_effect`, `autoimmunity.activity_*`",
         "at least half (first) and three quarters (second) regained at 12 to 13 weeks"),
    Debt("Relapse of vitiligo", ("VC131", "VC387"), lambda: f"{relapsed('active')}; {relapsed('stable')}",
         "`autoimmunity.activity_stable`: spread from 0.01 to 0.12 instead of up to 0.015, 3 of 10 lesions relapse "
         "(`tests/behaviours/test_vitiligo.py`)",
         "relapse within a year of stopping: a quarter of the regained melanocytes lost"),
    Debt("Triple cream", ("HP075", "HP006"), lambda: fall("triple_cream", 13, 91.0),
         "`medicine.hydroquinone_effect`, `medicine.tretinoin_effect`",
         "median fall of the melanin excess against fall of a score"),
    Debt("Oral tranexamic acid", ("HP016", "HP017"),
         lambda: f"{fall('tranexamic_acid_oral', 13, 91.0)}, sunscreen {fall('sunscreen', 13, 91.0)}, nothing "
         f"{fall('nothing', 13, 91.0)}",
         "`medicine.tranexamic_acid_oral_effect`, `vasculature.melasma_gain`, `paracrine.melasma_gain`",
         "median fall of the melanin excess against fall of mMASI; the placebo arm used sunscreen; in the model "
         "tablets lighten the skin around the lesion as much"),
    Debt("Hydroquinone", ("HP206", "HP167"), lambda: fall("hydroquinone", 13, 91.0), "`medicine.hydroquinone_effect`",
         "as above"),
    Debt("Cysteamine", ("HP144", "HP146", "HP147", "HP149"),
         lambda: f"{fall('cysteamine', 17, 119.0)}, vehicle {fall('vehicle', 17, 119.0)}",
         "`medicine.cysteamine_effect`",
         "fall of the difference of lesion and normal skin on the Mexameter: published 65 and 12 %"),
    Debt("Tretinoin", ("HP460", "HP461"),
         lambda: f"{fall('tretinoin', 40, 280.0)}, vehicle {fall('vehicle', 40, 280.0)}",
         "`turnover.retinoid_gain`, `inflammation.retinoid_irritation`", "median fall against fall of MASI"),
    Debt("Laser on age spots", ("HP110", "HP117"),
         lambda: f"{share(1 - laser().left(28), 0.75)} of spots clear by 75 %",
         "`laser.clone_kill`, `laser.melanin_share`", "clearance four weeks after one session"),
    Debt("Price of the laser", ("HP111", "HP120", "HP376", "HP380"), darkened,
         "`laser.injury`, `paracrine.aftermath_gain`, `inflammation.pigment_gain_*`",
         "share with pigment after the session; published values differ tenfold by laser and patient"),
    Debt("Marks after acne", ("HP094", "HP097"), lambda: mark(52),
         "`inflammation.aftermath_time`, repeated inflammation (not in the model)",
         "present after a year; the survey asked people whose acne went on"),
)  # fmt: skip


def published(rows: tuple[str, ...]) -> str:
    """Values of rows of the outcomes table, with their key."""
    book = ledger().outcomes
    texts = []
    for key in rows:
        row = book[key]
        who = row.body_site if len({book[k].treatment for k in rows}) == 1 else row.arm
        texts.append(f"{key} {who or row.arm}: {row.printed} {row.unit}")
    return "; ".join(texts)


def main() -> None:
    """Live everything and write the page."""
    heads = ("behaviour", "published", "the model at the priors", "compared how", "what a calibration would move")
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for debt in DEBTS:
        found = debt.model()
        print(debt.behaviour, "|", found, flush=True)
        lines.append(f"| {debt.behaviour} | {published(debt.rows)} | {found} | {debt.words} | {debt.move} |")
    page = HERE / "calibration-debt.md"
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition("<!-- table -->")
    _, _, tail = rest.partition("<!-- end -->")
    page.write_text(head + "<!-- table -->\n" + "\n".join(lines) + "\n<!-- end -->" + tail, encoding="utf-8")


if __name__ == "__main__":
    main()
