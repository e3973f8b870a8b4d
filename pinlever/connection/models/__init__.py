"""What is stored about Lever: the account and its credentials, its catalogue, the people in it."""

from pinlever.connection.models.account import (
    AllowedJob,
    AllowedPerson,
    Conflict,
    Environment,
    LeverAccount,
    LeverConnection,
    MatchAction,
    MatchKey,
    NearMatches,
    Pace,
    kinds_of,
)
from pinlever.connection.models.catalogue import (
    ArchiveReason,
    FormTemplate,
    LeverUser,
    Posting,
    Stage,
    UserAlias,
)
from pinlever.connection.models.looks import Reconciliation
from pinlever.connection.models.people import KnownKey, KnownOpportunity, PeopleIndex, ToldBy
from pinlever.connection.models.spent import Purpose, Spent

__all__ = [
    "AllowedJob",
    "AllowedPerson",
    "ArchiveReason",
    "Conflict",
    "Environment",
    "FormTemplate",
    "KnownKey",
    "KnownOpportunity",
    "LeverAccount",
    "LeverConnection",
    "LeverUser",
    "MatchAction",
    "MatchKey",
    "NearMatches",
    "Pace",
    "PeopleIndex",
    "Posting",
    "Purpose",
    "Reconciliation",
    "Spent",
    "Stage",
    "ToldBy",
    "UserAlias",
    "kinds_of",
]
