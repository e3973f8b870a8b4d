"""Every stored field, classified: what tells something about a person, what opens a door, and the rest.

Exports, logs and deletion follow this table; a field in no list fails a test. References to other rows and numbers of
rows are left out: they say no more than what they lead to, which is classified there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Field, Model

OURS = "pinlever."


@dataclass(frozen=True)
class Fields:
    """`personal` is about a candidate or a colleague; `sealed` is shown to nobody."""

    personal: str = ""
    sealed: str = ""
    other: str = ""

    def named(self) -> list[str]:
        return [*self.personal.split(), *self.sealed.split(), *self.other.split()]


_LEASE = "locked_by locked_until claims_unended"

CLASSIFIED: dict[str, Fields] = {
    "audit.AuditEntry": Fields(
        personal="by_id by_label subject_label before after note",
        other="at by_kind action subject_type subject_id",
    ),
    "accounts.User": Fields(
        personal="email first_name last_name last_login date_joined time_zone",
        sealed="password",
        other="is_superuser is_staff is_active sessions_ended",
    ),
    "accounts.Invitation": Fields(
        personal="email first_name last_name invited_by",
        sealed="token_digest",
        other="is_super_admin invited_at expires_at accepted_at revoked_at",
    ),
    "accounts.SharedCache": Fields(personal="cache_key value", other="expires"),
    "recruiting.Job": Fields(other="key title external_id location is_open created_at"),
    "recruiting.Candidate": Fields(
        personal="external_id full_name search_name search_text headline city state country current_title "
        "current_company skills tags sourced_via sourced_at",
        other="key merged_at created_at updated_at",
    ),
    "recruiting.ContactPoint": Fields(
        personal="value normalised phone_type source verified_at found_at",
        other="kind is_primary arrived_at is_quiet",
    ),
    "recruiting.ProfileLink": Fields(personal="url source", other="added_at"),
    "recruiting.Position": Fields(personal="title company started ended description", other="order"),
    "recruiting.IdentityKey": Fields(personal="value", other="kind created_at"),
    "recruiting.Arrival": Fields(personal="external_id facts", other="source arrived_at digest"),
    "recruiting.IdentityQuestion": Fields(
        personal="evidence answered_by reversed_by skipped_by",
        other="is_blocking asked_at answered_at reversed_at skipped_at",
    ),
    "recruiting.NotTheSamePerson": Fields(personal="said_by reversed_by", other="said_at reversed_at"),
    "recruiting.Prospect": Fields(
        personal="sourcer_email sourcing_tag score outreach_stage sourced_at", other="key created_at"
    ),
    "outreach.OutreachEvent": Fields(
        personal="kind channel occurred_at external_id details", other="arrived_at source is_quiet"
    ),
    "outreach.Hold": Fields(
        personal="kind cause basis reason since held_by released_by release_reason",
        other="held_at released_at",
    ),
    "outreach.EventRule": Fields(other="kind effect"),
    "notices.Endpoint": Fields(
        personal="made_by",
        sealed="secret former_secret",
        other=f"{_LEASE} name url former_until kinds is_on off_why made_at tried_at failing_since failures wait_until",
    ),
    "notices.Announcement": Fields(personal="data about", other="key kind happened_at"),
    "notices.Delivery": Fields(
        personal="error", other="is_test state due_at give_up_at tries tried_at status seconds delivered_at"
    ),
    "notices.Sending": Fields(other="asked_until"),
    "notices.Mailing": Fields(other="asked_until"),
    "notices.AlertRules": Fields(other="silenced failures share quiet_minutes paused_hours"),
    "notices.Alert": Fields(
        other="key kind subject since opened_at calm_since over_at round returns title sentence affected url parts"
    ),
    "notices.AlertMail": Fields(
        other=f"{_LEASE} round change told state made_at due_at give_up_at tries tried_at sent_at error"
    ),
    "connection.LeverAccount": Fields(
        personal="paused_by paused_why",
        other="environment name lever_account_id first_connected_at outgoing_on paused_at allow_list_on "
        "default_user_id match_keys match_action primary_key on_conflict near_matches hold_while_asked "
        "send_skills_as_tags has_webhooks "
        "undo_reason_id confidential_access last_created_ms clock_offset "
        "catalogue_read_at created_at",
    ),
    "connection.AllowedJob": Fields(),
    "connection.AllowedPerson": Fields(),
    "connection.LeverConnection": Fields(
        personal="connected_by",
        sealed="api_key access_token refresh_token",
        other=f"{_LEASE} kind state is_current expires_at scopes version broken_why connected_at ended_at last_ok_at",
    ),
    "connection.Pace": Fields(other="next_at rate slowed_at"),
    "connection.Spent": Fields(other="slice purpose turns ended calls refused followed seconds waited"),
    "connection.Posting": Fields(
        other="lever_id text former_text renamed_at gone_at state team department location owner_id is_confidential url"
    ),
    "connection.Stage": Fields(other="lever_id text former_text renamed_at gone_at order pipeline"),
    "connection.ArchiveReason": Fields(other="lever_id text former_text renamed_at gone_at kind is_active"),
    "connection.LeverUser": Fields(
        personal="text former_text email access_role", other="lever_id renamed_at gone_at deactivated_at"
    ),
    "connection.FormTemplate": Fields(
        other="lever_id text former_text renamed_at gone_at fields fields_changed_at"
    ),
    "connection.UserAlias": Fields(personal="email", other="lever_user_id"),
    "connection.PeopleIndex": Fields(
        other=f"{_LEASE} crawl_started_at crawl_offset crawl_seen crawl_finished_at complete_at read_through "
        "refreshed_at deleted_through"
    ),
    "connection.Reconciliation": Fields(
        personal="asked_by",
        other=f"{_LEASE} kind state began_at ended_at read news missed deleted resumed not_met checked "
        "checked_through lanes note",
    ),
    "connection.KnownOpportunity": Fields(
        personal="lever_id contact_id name search_name companies posting_id stage_id archived_at archive_reason_id "
        "sources "
        "first_stage_by owner_id opened_at changed_at active_at contact_allowed url payload heard",
        other="is_anonymized is_confidential deleted_at seen_at met_at untold_at told_by unheard_at",
    ),
    "connection.KnownKey": Fields(personal="value", other="kind"),
    "sync.SyncRecord": Fields(
        personal="reason said difference wish_contact_id wish_opportunity_id left_out_keys contact_id opportunity_id "
        "lever_url "
        "matched_on match_note performed_as performed_as_how resume_note",
        other=f"{_LEASE} state cause said_key priority due_at tries origin wish posting_chosen posting_id "
        "created_by_us was_deduped synced_at undone_at undone_reason_id return_over_at created_at updated_at",
    ),
    "sync.Claim": Fields(personal="value contact_id", other="kind made_at"),
    "sync.Waiting": Fields(other="since"),
    "sync.Intent": Fields(
        personal="payload perform_as resume_name keys seen_before",
        other="created_ms send_before over_at empty_windows unread_since outcome made_at settled_at",
    ),
    "sync.ResumePdf": Fields(personal="content missing_glyphs", other="digest made_at"),
    "sync.Question": Fields(
        personal="text options answered_by answer reversed_by skipped_by",
        other="kind asked_at answered_at reversed_at skipped_at",
    ),
    "sync.NotTheSame": Fields(
        personal="contact_id opportunity_id name keys said_by reversed_by", other="said_at reversed_at"
    ),
    "sync.JobRule": Fields(other="trigger trigger_set_at"),
    "sync.JobPosting": Fields(other="posting_id set_at"),
    "sync.Attempt": Fields(personal="told", other="worker started_at ended_at result"),
    "sync.Call": Fields(personal="path params sent answered error", other="at method status seconds"),
    "sync.ExportRun": Fields(
        personal="by_id by_label cancelled_by",
        other=f"{_LEASE} token posting_id read_at by_kind state made_at finished_at",
    ),
    "sync.ExportItem": Fields(personal="why facts difference", other="state planned came"),
    "sync.UndoRun": Fields(personal="by_id by_label", other="token scope about reason_id by_kind made_at"),
    "sync.UndoItem": Fields(
        personal="reason payload result opportunity_id",
        other=f"{_LEASE} priority state cause due_at tries send_before over_at empty_windows made_at done_at",
    ),
    "sync.Presence": Fields(
        personal="contact_id is_active is_archived is_hired posting_id second_posting_id", other="root_id"
    ),
    "sync.PresenceBook": Fields(
        other=f"{_LEASE} match_keys known_at known_id records_at records_id keys_id merges_at begun_at"
    ),
    "sync.Cure": Fields(personal="by_label", other="what done told made_at"),
    "sync.CureItem": Fields(),
    "sync.UpdateRule": Fields(other="policies since"),
    "sync.DetailsThen": Fields(personal="details", other="at"),
    "sync.FollowUp": Fields(
        personal="payload result reason said lever_id opportunity_id",
        other=f"{_LEASE} kind key place priority state cause said_key due_at tries send_before over_at empty_windows "
        "made_at done_at",
    ),
    "sync.FormRule": Fields(other="is_on template_id text fields mapping since"),
    "sync.TimelineRule": Fields(other="sourced kinds opens linked bodies moves_stage since"),
    "inbound.Address": Fields(other=f"{_LEASE} key made_at due_at kept_for kept_at trouble asked_until"),
    "inbound.Subscription": Fields(
        sealed="signature_token", other="event webhook_id url made_at leaving_at ended_at delivered_at"
    ),
    "inbound.WebhookDelivery": Fields(
        personal="opportunity_id contact_id body told",
        other=f"{_LEASE} event token triggered_at received_at state due_at tries done_at",
    ),
    "inbound.StatusRule": Fields(other="of lever_id effect"),
    "inbound.StatusPass": Fields(other=f"{_LEASE} asked_at reached finished_at"),
    "inbound.Drift": Fields(
        personal="put_aside_by", other="kind lever_id before after noticed_at put_aside_at over_at"
    ),
    "sync.WakeUp": Fields(other="asked_until"),
    "imports.Import": Fields(
        personal="file_name by_id by_label notes",
        other=f"{_LEASE} by_kind sha256 source state encoding delimiter mapping totals fires_triggers created_at "
        "finished_at",
    ),
    "imports.Upload": Fields(
        personal="file_name content report",
        other=f"{_LEASE} key size rows mapping source uploaded_at checked_at",
    ),
    "imports.ImportRow": Fields(
        personal="values problems lever_profile note", other="number state created_person"
    ),
    "api.ApiToken": Fields(
        personal="made_by revoked_by",
        sealed="digest",
        other="name source prefix made_at last_used_at revoked_at",
    ),
    "ops.WorkerGroup": Fields(other="group host pid started_at stamped_at"),
    "ops.Chore": Fields(other="name turn taken_at"),
}


def stored_fields(model: type[Model]) -> Iterator[str]:
    """The model's fields that have to be classified."""
    for field in model._meta.get_fields():
        if isinstance(field, Field) and not field.is_relation and not getattr(field, "auto_created", False):
            yield field.name


def our_models() -> list[type[Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith(OURS)
        for model in config.get_models()
    ]
