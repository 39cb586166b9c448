"""Type that has Chinese characters, from among what is installed.

In: nothing, or the file of a font. Out: the name by which matplotlib knows it. matplotlib draws a box for a character
that its font lacks; a picture of boxes is no picture, so there is an error instead. Out of scope: installing fonts.
"""

from collections.abc import Iterable
from pathlib import Path

from kg.errors import KgError

FAMILIES = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "STHeiti",
    "Droid Sans Fallback",
    "Arial Unicode MS",
    "Noto Sans CJK JP",  # all that matplotlib before 3.11 sees of a collection; it has the Chinese characters too
    "Noto Serif CJK SC",
    "SimSun",
    "Songti SC",
)
"""Best first: without serifs, in the forms of the mainland."""
PROBE = "中文字体"
"""Characters that a font must have."""
_MEND = "Install one (Debian and Ubuntu: apt-get install fonts-noto-cjk), or give the file of one: --font FILE."


def family(file: Path | None = None) -> str:
    """Return the name of a font that has Chinese characters; with `file`, that of the font in it.

    Raises:
        KgError: none is installed, the file is none, or matplotlib is missing.
    """
    try:
        from matplotlib import font_manager
    except ImportError as error:
        raise KgError("pictures need matplotlib", "", "Install it: pip install 'reform-kg[plot]'") from error

    if file is None:
        return chosen(entry.name for entry in font_manager.fontManager.ttflist)
    try:
        font_manager.fontManager.addfont(file)
        font = font_manager.get_font(file)
    except (OSError, RuntimeError, ValueError) as error:
        raise KgError("is no font that can be read", str(file), "Give a .ttf, .otf or .ttc file.") from error
    if missing := [c for c in PROBE if font.get_char_index(ord(c)) == 0]:
        raise KgError(f"has no {''.join(missing)}", str(file), _MEND)
    return str(font_manager.FontProperties(fname=file).get_name())


def chosen(installed: Iterable[str]) -> str:
    """Return the best of the installed families.

    Raises:
        KgError: none of them has Chinese characters.

    >>> chosen(["DejaVu Sans", "SimHei", "Noto Sans CJK SC"])
    'Noto Sans CJK SC'
    """
    names = set(installed)
    found = next((name for name in FAMILIES if name in names), None)
    if found is None:
        raise KgError("no font with Chinese characters is installed: they would be drawn as boxes", "", _MEND)
    return found
