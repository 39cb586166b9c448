"""What a worker can be asked to do, by name; each takes the snapshot first."""

from collections.abc import Callable

from kg.serve import answers, asked, network, overview, pictures, reading, search, studies, terms, views, writing

JOBS: dict[str, Callable[..., object]] = {
    "answer": answers.answer,
    "table": answers.table,
    "describe": answers.describe,
    "description": answers.description,
    "health": answers.health,
    "prefixes": answers.prefixes,
    "overview": overview.overview,
    "region": views.region,
    "reform": views.reform,
    "platform": views.platform,
    "indicator": views.indicator,
    "other": views.other,
    "listing": views.listing,
    "reports": views.reports,
    "report": reading.report,
    "reference": reading.reference,
    "study": studies.study,
    "panel": studies.panel,
    "pictures": pictures.pictures,
    "picture": pictures.picture,
    "search": search.search,
    "whole": network.whole,
    "around": network.around,
    "lookup": asked.lookup,
    "compare": asked.compare,
    "matrix": asked.matrix,
    "cells": asked.panel,
    "ask": asked.ask,
    "questions": asked.questions,
    "terms": terms.terms,
    "update": writing.update,
    "put": writing.put,
    "drop": writing.drop,
    "content": writing.content,
}
