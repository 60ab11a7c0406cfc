"""Which moves an article can make, and who may make them: one table, asked by every deed."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from articles.models import Article, State


class Refused(ValidationError):
    """Why a deed was not done: one sentence for each thing to mend. Nothing has changed."""


class Action(models.TextChoices):
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
TRANSITIONS: dict[Action, dict[State, State]] = {
    Action.EDIT: {_D: _D, _R: _R, _S: _S, _P: _D, _W: _W},
    Action.SUBMIT: {_D: _R, _W: _R},
    Action.SEND_BACK: {_R: _D},
    Action.PUBLISH: {_D: _P, _R: _P, _S: _P, _P: _P, _W: _P},
    Action.CORRECT: {_D: _P, _R: _P, _S: _P, _P: _P},
    Action.WITHDRAW: {_D: _W, _R: _W, _S: _W, _P: _W},
    Action.SCHEDULE: {_D: _S, _R: _S, _S: _S, _W: _S},
    Action.SCHEDULE_WITHDRAWAL: {_D: _D, _R: _R, _S: _S, _P: _P},
    Action.UNSCHEDULE: {_D: _D, _R: _R, _S: _D, _P: _P},
}

WRITE, PUBLISH = "articles.change_article", "articles.publish_article"

#: The permission that each deed needs.
PERMISSIONS: dict[Action, str] = {
    action: WRITE if action in (Action.EDIT, Action.SUBMIT, Action.SEND_BACK) else PUBLISH
    for action in Action
}


def check_permission(by: User, action: Action) -> None:
    """Raise PermissionDenied, with a sentence, unless ``by`` has the right to ``deed``."""
    if not by.has_perm(PERMISSIONS[action]):
        group = "Publisher" if PERMISSIONS[action] == PUBLISH else "Reporter"
        raise PermissionDenied(f"{by} may not {action}; ask somebody in the group {group}.")


def next_state(action: Action, state: State) -> State:
    """The state that ``deed`` leads to from ``state``; Refused when there is no such move."""
    if state not in TRANSITIONS[action]:
        allowed = ", ".join(other.label for other in Action if state in TRANSITIONS[other])
        raise Refused(
            f"The article is {state.label.lower()}; so it cannot be {action.label}. "
            f"It can be {allowed}."
        )
    return TRANSITIONS[action][state]


def transition(article: Article, action: Action, *, by: User) -> None:
    """Check that ``by`` may do ``deed`` to ``article`` now, and note the state it leads to.

    Raises PermissionDenied or Refused. The deed itself saves the state: ``keep_state``.
    """
    check_permission(by, action)
    article.state = next_state(action, State(article.state))


def save_state(article: Article) -> None:
    """Write the state alone: a move is not an edit and leaves ``modified_at`` as it is."""
    Article.objects.filter(pk=article.pk).update(state=article.state)


def lock_article(article: Article) -> Article:
    """The row as it stands, held until the transaction ends. Every deed begins with it."""
    return Article.objects.select_for_update().get(pk=article.pk)
