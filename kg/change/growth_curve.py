"""The S-curve of a spread: a logistic curve through the shares of adopters, or why none is drawn.

In: a `Diffusion`. Out: a `Fit`. Method: Fisher and Pry (1971), log(f / (1 - f)) is a straight line in time for logistic
growth, here by ordinary least squares. f is the share of adopters among the regions that have reports by then: counted
against a fixed number, a spread would be seen wherever more and more regions come to have reports. No ceiling is
guessed. No fit on fewer than LEAST years that tell: two points always lie on a line. R² proves little: counts that only
ever grow lie near a line; regions that adopt at random, without any S, give more than 0.95 in eight of ten fits on five
years (4,000 simulated, 2026-11).
"""

import math
from dataclasses import dataclass
from statistics import StatisticsError, correlation, linear_regression

from kg.change.diffusion import Diffusion

LEAST = 5  # years with a report and a share between 0 and 1: two make the line, three may speak against it (2026-11)
SEEN = 10  # regions with reports below which a share is no share: one region more moves it by ten points (2026-11)
METHOD = "logistic, f of the regions with reports by then, log(f/(1-f)) by least squares (Fisher and Pry 1971)"
NINTH = 81  # from 10% to 90% the odds grow eighty-one fold


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic curve, or why there is none."""

    method: str
    seen: int  # regions that have a report, or adopt, in all years together
    points: int  # years used
    refused: str = ""  # why nothing was fitted
    rate: float | None = None  # per year
    midpoint: float | None = None  # the year in which half the regions adopt
    takeover: float | None = None  # years from 10% to 90%
    r_squared: float | None = None  # of the straight line

    def share(self, year: float) -> float | None:
        """Return the fitted share of the regions in a year, between 0 and 1."""
        if self.rate is None or self.midpoint is None:
            return None
        return 1 / (1 + math.exp(-self.rate * (year - self.midpoint)))


def fit(found: Diffusion) -> Fit:
    """Fit a logistic curve to the adopters of each year for which there are reports."""
    curve = [p for p in found.curve if p.reporting and p.seen >= SEEN and 0 < p.adopters < p.seen]
    told = [(p.year, p.adopters / p.seen) for p in curve]
    about = (METHOD, found.seen, len(told))
    if len(told) < LEAST:
        some = f"by which {SEEN} regions have reports, and some but not all of them adopt"
        return Fit(*about, f"a fit needs {LEAST} years {some}; there are {len(told)}")
    years, odds = [float(year) for year, _ in told], [math.log(f / (1 - f)) for _, f in told]
    try:
        slope, intercept = linear_regression(years, odds)
        strength = correlation(years, odds) ** 2
    except StatisticsError:
        return Fit(*about, "the share of adopters does not change over these years")
    if slope <= 0:
        return Fit(*about, "the share of adopters does not grow over these years")
    rounded = (round(value, 4) for value in (slope, -intercept / slope, math.log(NINTH) / slope, strength))
    return Fit(*about, "", *rounded)
