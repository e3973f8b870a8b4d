"""`python -m pinlever.practice --port N --state FILE`, without Django and therefore quick to start."""

import sys

from .server import main

sys.exit(main())
