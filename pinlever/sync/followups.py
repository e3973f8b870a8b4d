"""Which module writes which kind of follow-up."""

from collections.abc import Mapping

from pinlever.sync import detail_updates, form_writing, resume_files, stage_moves, timeline_notes
from pinlever.sync.following import Handler
from pinlever.sync.models import FollowUp

HANDLERS: Mapping[str, Handler] = {
    FollowUp.Kind.NOTE: timeline_notes.write,
    FollowUp.Kind.OPENS: timeline_notes.sum_up,
    FollowUp.Kind.STAGE: stage_moves.write,
    FollowUp.Kind.DETAILS: detail_updates.write,
    FollowUp.Kind.RESUME: resume_files.write,
    FollowUp.Kind.FORM: form_writing.write,
}
