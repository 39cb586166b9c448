"""Pictures of text to lines, by RapidOCR, whose models come with it: nothing is fetched, nothing leaves the machine.

In: a picture's bytes, or a page as pixels. Out: `Line`s as of a PDF page, so that paragraphs are joined as there. The
extra `reform-kg[ocr]`; without it one fault names the remedy. A page takes 3 to 10 s (2026-11).
"""

import io
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from kg.errors import UnreadableFile
from kg.readers.pdf_lines import Line, ordered

PIXELS = 40_000_000  # of a picture; A3 at 300 dots an inch has 17 million (2026-11)
WANTED = "Install what reads it: pip install 'reform-kg[ocr]'; or make it text yourself: ocrmypdf -l chi_sim FILE NEW"

Pixels = Any  # an array of numpy, which ships with the extra only: rows, columns, blue green red


def is_there() -> bool:
    """Tell whether the extra is installed."""
    try:
        import rapidocr  # noqa: F401  asked for, not used
    except ImportError:
        return False
    return True


def pixels(data: bytes, where: str) -> Pixels:
    """Return the pixels of a PNG or JPEG picture.

    Raises:
        UnreadableFile: the extra is not installed, or the picture is broken or too large.
    """
    if not is_there():
        raise UnreadableFile("is a picture", where, WANTED)
    import numpy as np
    from PIL import Image

    too_large = UnreadableFile(
        f"has more than {PIXELS:,} pixels", where, "Make it smaller: 200 dots an inch are enough"
    )
    try:
        with warnings.catch_warnings(action="error", category=Image.DecompressionBombWarning):
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        small = picture.width * picture.height <= PIXELS
        found = np.asarray(picture.convert("RGB"))[:, :, ::-1] if small else None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_large from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFile("is a broken picture", where, "Scan it or save it again") from error
    if found is None:
        raise too_large
    return found


def seen(page: Pixels, height: float) -> tuple[Line, ...]:
    """Return the lines that a page shows, from top to bottom.

    Args:
        page: its pixels.
        height: the page's height in points, to which the boxes of the lines are scaled.
    """
    found = _reader()(page, use_cls=False)
    if found.txts is None:
        return ()
    scale = height / page.shape[0]
    return tuple(ordered([_line(text, box, scale, height) for text, box in zip(found.txts, found.boxes, strict=True)]))


def _line(text: str, box: Sequence[Sequence[float]], scale: float, height: float) -> Line:
    xs, ys = [float(x) * scale for x, _ in box], [height - float(y) * scale for _, y in box]
    ems = sum(0.5 if char < "\x7f" else 1 for char in text)
    return Line(text, min(xs), min(ys), max(xs), max(ys), (max(xs) - min(xs)) / max(ems, 0.5))


@cache
def _reader() -> Any:  # noqa: ANN401  RapidOCR has no types
    from rapidocr import RapidOCR

    threads = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}  # one CPU a worker
    return RapidOCR(params={"Global.log_level": "critical", **threads})
