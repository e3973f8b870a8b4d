"""All of Lever's API that we use, one method an endpoint. Lists are iterators that hide the paging.

Every method raises a LeverError and nothing else from the network; ids that cannot be Lever's are NotFound.
"""

from __future__ import annotations

from .artefacts import Artefacts
from .catalogue import Catalogue
from .contacts import Contacts
from .evaluations import Evaluations
from .filters import OpportunityFilter
from .opportunities import Opportunities
from .paging import Page
from .webhooks import Webhooks

__all__ = ["LeverClient", "OpportunityFilter", "Page"]


class LeverClient(Opportunities, Contacts, Catalogue, Artefacts, Evaluations, Webhooks):
    """`LeverClient(http)`; as thread-bound as its Http."""
