"""Which moves an article can make, and who may make them: one table, asked by every deed."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from articles.models import Article, State


class Refused(ValidationError):
    """Why a deed was not done: one sentence for each thing to mend. Nothing has changed."""


class Deed(models.TextChoices):
    """What can be done to an article; the label completes “it cannot be ...”."""

    EDIT = "edit", "edited"
    SUBMIT = "submit", "sent to review"
    SEND_BACK = "send back", "sent back to its writer"
    PUBLISH = "publish", "published"
    CORRECT = "correct", "corrected"
    WITHDRAW = "withdraw", "withdrawn"
    SCHEDULE = "schedule", "scheduled"
    SCHEDULE_WITHDRAWAL = "schedule withdrawal", "scheduled for withdrawal"
    UNSCHEDULE = "unschedule", "taken off the schedule"


_D, _R, _S, _P, _W = (
    State.DRAFT,
    State.REVIEW,
    State.SCHEDULED,
    State.PUBLISHED,
    State.WITHDRAWN,
)

#: From which state each deed leads to which. What is not here is refused.
#: "Draft" says that the working copy has something readers do not: an edition may stand beside it.
MOVES: dict[Deed, dict[State, State]] = {
    Deed.EDIT: {_D: _D, _R: _R, _S: _S, _P: _D, _W: _W},
    Deed.SUBMIT: {_D: _R, _W: _R},
    Deed.SEND_BACK: {_R: _D},
    Deed.PUBLISH: {_D: _P, _R: _P, _S: _P, _P: _P, _W: _P},
    Deed.CORRECT: {_D: _P, _R: _P, _S: _P, _P: _P},
    Deed.WITHDRAW: {_D: _W, _R: _W, _S: _W, _P: _W},
    Deed.SCHEDULE: {_D: _S, _R: _S, _S: _S, _W: _S},
    Deed.SCHEDULE_WITHDRAWAL: {_D: _D, _R: _R, _S: _S, _P: _P},
    Deed.UNSCHEDULE: {_D: _D, _R: _R, _S: _D, _P: _P},
}

WRITE, PUBLISH = "articles.change_article", "articles.publish_article"

#: The permission that each deed needs.
PERMISSIONS: dict[Deed, str] = {
    deed: WRITE if deed in (Deed.EDIT, Deed.SUBMIT, Deed.SEND_BACK) else PUBLISH for deed in Deed
}


def may(by: User, deed: Deed) -> None:
    """Raise PermissionDenied, with a sentence, unless ``by`` has the right to ``deed``."""
    if not by.has_perm(PERMISSIONS[deed]):
        group = "Publisher" if PERMISSIONS[deed] == PUBLISH else "Reporter"
        raise PermissionDenied(f"{by} may not {deed}; ask somebody in the group {group}.")


def after(deed: Deed, state: State) -> State:
    """The state that ``deed`` leads to from ``state``; Refused when there is no such move."""
    if state not in MOVES[deed]:
        allowed = ", ".join(other.label for other in Deed if state in MOVES[other])
        raise Refused(
            f"The article is {state.label.lower()}; so it cannot be {deed.label}. "
            f"It can be {allowed}."
        )
    return MOVES[deed][state]


def move(article: Article, deed: Deed, *, by: User) -> None:
    """Check that ``by`` may do ``deed`` to ``article`` now, and note the state it leads to.

    Raises PermissionDenied or Refused. The deed itself saves the state: ``keep_state``.
    """
    may(by, deed)
    article.state = after(deed, State(article.state))


def keep_state(article: Article) -> None:
    """Write the state alone: a move is not an edit and leaves ``modified_at`` as it is."""
    Article.objects.filter(pk=article.pk).update(state=article.state)


def locked(article: Article) -> Article:
    """The row as it stands, held until the transaction ends. Every deed begins with it."""
    return Article.objects.select_for_update().get(pk=article.pk)
