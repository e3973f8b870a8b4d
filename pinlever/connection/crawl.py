"""Reading the people in Lever: all of it once, then what changes. One name for what other packages ask for."""

from pinlever.connection.first_crawl import Progress, read_on, step
from pinlever.connection.progress import is_complete, restart
from pinlever.connection.refresh import ensure_fresh, poll

__all__ = ["Progress", "ensure_fresh", "is_complete", "poll", "read_on", "restart", "step"]
