"""The log of changes as a tree of hashes that anybody can check: docs/record.md."""

from __future__ import annotations

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from articles.models.desk import Erasure
from articles.models.published import Change


class Leaf(models.Model):
    """What the tree holds of a row of the log: a salted hash.

    The database writes it when the row's transaction commits, and lets nobody change it. An erasure
    takes the salt away; then nobody can guess the text from the hash, and every proof stays whole.
    """

    change = models.OneToOneField(
        Change, models.PROTECT, primary_key=True, db_column="sequence", related_name="leaf"
    )
    salt = models.CharField(max_length=32, null=True)  # noqa: DJ001 - no salt is not an empty one
    entry = models.BinaryField(help_text="SHA-256 of the leaf's record, which has the salt.")
    erasure = models.ForeignKey(
        Erasure, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(salt=None, erasure__isnull=False) | Q(salt__isnull=False, erasure=None),
                name="leaf_salt_unless_erased",
            )
        ]

    def __str__(self) -> str:
        return f"leaf {self.pk}"


class Subtree(models.Model):
    """The hash of a full subtree of 256**``level`` leaves, the ``number``-th from 0."""

    level = models.PositiveSmallIntegerField()
    number = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [UniqueConstraint(fields=["level", "number"], name="subtree_once")]

    def __str__(self) -> str:
        return f"subtree {self.number} of level {self.level}"


class Checkpoint(models.Model):
    """What was signed: the hash of the tree when it had ``size`` leaves."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField()
    note = models.TextField(help_text="Signed, as handed out.")

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
