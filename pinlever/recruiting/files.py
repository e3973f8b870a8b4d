"""Files the administration reads and writes: jobs both ways, candidates out. People come in by `pinlever.imports`."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export import fields, resources, widgets

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.recruiting.jobs import save_job
from pinlever.recruiting.models import Candidate, ContactPoint, Job


class OwnerWidget(widgets.ForeignKeyWidget):
    """A person by their email address."""

    def clean(self, value: Any, row: Any = None, **given: Any) -> User | None:
        address = str(value or "").strip()
        owner = User.objects.named(address) if address else None
        if address and owner is None:
            raise ValueError(
                f"Nobody here has the address {address}. Invite them first, or leave the owner empty."
            )
        return owner

    def render(self, value: Any, obj: Any = None, **given: Any) -> str:
        return value.email if value else ""


class JobFile(resources.ModelResource):
    """One row, one job, known by its external id. Changes go through the service, which audits them."""

    owner = fields.Field("owner", "owner", OwnerWidget(User, "email"))

    class Meta:
        model = Job
        fields = ("external_id", "title", "location", "owner", "is_open")
        import_id_fields = ("external_id",)
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True

    def __init__(self, by: Actor | None = None, **given: Any) -> None:
        super().__init__(**given)
        self.by = by

    def filter_export(self, queryset: QuerySet[Job], **given: Any) -> QuerySet[Job]:
        return queryset.select_related("owner")

    def before_import_row(self, row: Any, **given: Any) -> None:
        if not str(row.get("external_id") or "").strip():
            raise ValidationError(
                {
                    "external_id": "This row has no external id. Give each job one of your own, to know it again."
                }
            )

    def do_instance_save(self, instance: Job, is_create: bool) -> None:
        assert self.by is not None, "a file is brought in by somebody"
        save_job(by=self.by, job=instance)


class CandidateFile(resources.ModelResource):
    """One row, one candidate, with how they are reached."""

    emails = fields.Field()
    phones = fields.Field()
    linkedin = fields.Field()
    skills = fields.Field()

    class Meta:
        model = Candidate
        fields = (
            *("key", "full_name", "headline", "current_title", "current_company", "city", "state", "country"),
            *("emails", "phones", "linkedin", "skills", "sourced_via", "sourced_at"),
        )
        export_order = fields

    def filter_export(self, queryset: QuerySet[Candidate], **given: Any) -> QuerySet[Candidate]:
        return queryset.prefetch_related("contact_points", "links")

    def dehydrate_emails(self, candidate: Candidate) -> str:
        return _reached(candidate, ContactPoint.Kind.EMAIL)

    def dehydrate_phones(self, candidate: Candidate) -> str:
        return _reached(candidate, ContactPoint.Kind.PHONE)

    def dehydrate_linkedin(self, candidate: Candidate) -> str:
        return ", ".join(link.url for link in candidate.links.all())

    def dehydrate_skills(self, candidate: Candidate) -> str:
        return ", ".join(str(skill) for skill in candidate.skills)


def _reached(candidate: Candidate, kind: str) -> str:
    return ", ".join(point.value for point in candidate.contact_points.all() if point.kind == kind)
