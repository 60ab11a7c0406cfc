"""The workflow: which actions an article allows in which state, and who may take them."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models

from articles.models import Article, State


class Refused(ValidationError):
    """An action was not done, and nothing has changed; one sentence for each reason."""


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


_D = State.DRAFT
_R = State.REVIEW
_S = State.SCHEDULED
_P = State.PUBLISHED
_W = State.WITHDRAWN

#: The state that each action leads to, by the state before it. What is not here is refused.
#: "Draft" means that the working copy differs from what readers see; an edition may be live.
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

CHANGE_PERMISSION = "articles.change_article"
PUBLISH_PERMISSION = "articles.publish_article"

#: The permission that each action needs.
PERMISSIONS: dict[Action, str] = dict.fromkeys(Action, PUBLISH_PERMISSION) | dict.fromkeys(
    [Action.EDIT, Action.SUBMIT, Action.SEND_BACK], CHANGE_PERMISSION
)


def check_permission(by: User, action: Action) -> None:
    """Raise PermissionDenied, with a sentence, unless ``by`` has the permission for ``action``."""
    if not by.has_perm(PERMISSIONS[action]):
        group = "Publisher" if PERMISSIONS[action] == PUBLISH_PERMISSION else "Reporter"
        raise PermissionDenied(f"{by} may not {action}; ask somebody in the group {group}.")


def next_state(action: Action, state: State) -> State:
    """Return the state that ``action`` leads to from ``state``. Raises Refused if there is none."""
    if state not in TRANSITIONS[action]:
        allowed = ", ".join(other.label for other in Action if state in TRANSITIONS[other])
        raise Refused(
            f"The article is {state.label.lower()}; so it cannot be {action.label}. "
            f"It can be {allowed}."
        )
    return TRANSITIONS[action][state]


def transition(article: Article, action: Action, *, by: User) -> None:
    """Check that ``by`` may do ``action`` to ``article`` now, and set the state it leads to.

    Does not save: the action itself calls ``save_state``. Raises PermissionDenied or Refused.
    """
    check_permission(by, action)
    article.state = next_state(action, State(article.state))


def save_state(article: Article) -> None:
    """Write the state alone: a transition is no edit and leaves ``modified_at`` as it is."""
    Article.objects.filter(pk=article.pk).update(state=article.state)


def lock_article(article: Article) -> Article:
    """Lock the article's row until the transaction ends, and return it as it is now.

    Every action begins with it. Raises Article.DoesNotExist.
    """
    return Article.objects.select_for_update().get(pk=article.pk)


def check_four_eyes(by: User, *last_saved: tuple[object, int | None]) -> None:
    """With the setting FOUR_EYES, refuse what nobody but ``by`` has looked at.

    ``last_saved`` are pairs of a row and the id of the user who saved it last (None: nobody here).
    Raises Refused with a sentence for each row.
    """
    if not settings.FOUR_EYES:
        return
    alone = [row for row, user_id in last_saved if user_id == by.pk]
    if alone:
        raise Refused(
            [
                f"{by} was the last to write “{row}”; two pairs of eyes are needed, so another "
                "publisher has to do this."
                for row in alone
            ]
        )
