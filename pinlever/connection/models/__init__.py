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

__all__ = [
    "AllowedJob",
    "AllowedPerson",
    "ArchiveReason",
    "Environment",
    "FormTemplate",
    "KnownKey",
    "KnownOpportunity",
    "LeverAccount",
    "LeverConnection",
    "LeverUser",
    "MatchAction",
    "Pace",
    "PeopleIndex",
    "Posting",
    "Reconciliation",
    "Stage",
    "ToldBy",
    "UserAlias",
]
