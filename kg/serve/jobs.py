"""What a worker can be asked to do, by name; each takes the snapshot first."""

from collections.abc import Callable

from kg.serve import answers

JOBS: dict[str, Callable[..., object]] = {
    "answer": answers.answer,
    "table": answers.table,
    "describe": answers.describe,
    "description": answers.description,
    "health": answers.health,
}
