"""Scores of a series, from a file of ratings, as the report shows them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from skintwin.errors import ConfigError


def scores_of(path: Path, labels: list[str]) -> list[dict[str, Any]]:
    """One entry for each rating. path: ratings file (docs/scores.md); its visits must be labels of the series.

    Raises ConfigError for a visit that the series does not have, and as ``read_ratings``.
    """
    from skintwin.measure.scores import SCORES
    from skintwin.measure.scores.changes import score_all
    from skintwin.measure.scores.ratings import read_ratings

    made = []
    for scored in score_all(read_ratings(path)):
        rating, total = scored.rating, scored.total
        if rating.visit not in labels:
            raise ConfigError(f"no visit is called {rating.visit!r}", where=str(path), expected=", ".join(labels),
                              do="give the photographs these labels")  # fmt: skip
        score = SCORES[rating.score]
        seen = total.observation
        parts = [
            {"name": f"{region} {name}", "value": part.value, "from": part.origin}
            for region, fields in rating.regions.items() for name, part in fields.items()
        ]  # fmt: skip
        made.append({
            "name": rating.score, "title": score.title, "visit": rating.visit, "value": seen.value, "error": seen.error,
            "unit": seen.unit, "low": score.low, "high": score.high, "parts": parts, "note": total.note,
        })  # fmt: skip
    return made
