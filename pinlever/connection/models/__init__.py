"""What is stored about Lever: the account and its credentials, its catalogue, the people in it."""

from pinlever.connection.models.account import (
    AllowedJob,
    AllowedPerson,
    Environment,
    LeverAccount,
    LeverConnection,
    MatchAction,
    Pace,
)
from pinlever.connection.models.catalogue import ArchiveReason, LeverUser, Posting, Stage, UserAlias
from pinlever.connection.models.people import KnownKey, KnownOpportunity, PeopleIndex

__all__ = [
    "AllowedJob",
    "AllowedPerson",
    "ArchiveReason",
    "Environment",
    "KnownKey",
    "KnownOpportunity",
    "LeverAccount",
    "LeverConnection",
    "LeverUser",
    "MatchAction",
    "Pace",
    "PeopleIndex",
    "Posting",
    "Stage",
    "UserAlias",
]
