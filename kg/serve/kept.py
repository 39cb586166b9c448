"""Views that were made already: the same question to the same generation of the graph is worked out once."""

from collections import OrderedDict
from threading import Lock

from starlette.requests import Request

from kg.serve.snapshot import generation

MOST = 64
"""Views; the largest, an overview of a full graph, takes some 2 MB."""


class Kept:
    """The newest views by question, at most so many."""

    def __init__(self) -> None:
        self._views: OrderedDict[object, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> object:
        """Return a view, or None."""
        with self._lock:
            if key in self._views:
                self._views.move_to_end(key)
            return self._views.get(key)

    def put(self, key: object, view: object) -> None:
        """Keep a view, and let the longest unused one go."""
        with self._lock:
            self._views[key] = view
            while len(self._views) > MOST:
                self._views.popitem(last=False)


def kept(request: Request, job: str, *args: object, **options: object) -> object:
    """Return what a job gives, from memory where the graph is still the same."""
    state = request.app.state
    key = (generation(state.settings.graph), job, args, tuple(sorted(options.items())))
    view = state.kept.get(key)
    if view is None:
        view = state.pages.do(job, *args, **options)
        state.kept.put(key, view)
    return view
