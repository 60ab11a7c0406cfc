"""The extractor that the setting IMPORT_EXTRACTOR names."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from articles.importing.proposal import Known, Proposal


def extractor() -> Callable[[str, Known], Proposal]:
    """Return the function that makes a proposal of a text and the newsroom's names.

    Raises ImportError when IMPORT_EXTRACTOR names none.
    """
    return cast(Callable[[str, Known], Proposal], import_string(settings.IMPORT_EXTRACTOR))
