"""The remarks of the analyses in Chinese, for the pages: commands print them in English.

In: a remark, `data/pages/remarks.tsv`. Out: the remark in Chinese; what the table doesn't know, names and places among
it, stays as it is. Out of scope: words that the templates hold themselves.
"""

import csv
import re
from functools import cache

from kg.resources import data_path

_MONTHS = re.compile(r"months? (\d+(?:-\d+)?) of (\d{4})")
_NONE = re.compile(r"(?<=：)none(?= / )|(?<= / )none(?=; |$)")


def in_chinese(remark: str) -> str:
    """Return a remark in Chinese.

    >>> in_chinese("unit: 件 / none; length of period: months 1-6 of 2023 / 2024")
    '单位：件 / 无；时期长短：2023 年 1-6 月 / 2024'
    """
    for pattern, chinese in _table():
        remark = pattern.sub(chinese, remark)
    remark = _NONE.sub("无", _MONTHS.sub(r"\2 年 \1 月", remark))
    return remark.replace("; ", "；")


@cache
def _table() -> tuple[tuple[re.Pattern[str], str], ...]:
    with data_path("pages/remarks.tsv").open(encoding="utf-8", newline="") as file:
        lines = csv.DictReader(
            (line for line in file if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE
        )
        return tuple((re.compile(f"(?:^|(?<=; )){line['pattern']}"), line["zh"]) for line in lines)
