"""The dry run says what the import then does."""

from django.utils import timezone

from pinlever.accounts.models import User
from pinlever.audit.services import PIN, Actor
from pinlever.connection.models import KnownKey, KnownOpportunity, LeverAccount
from pinlever.imports.forecast import Forecast, forecast
from pinlever.imports.models import Import
from pinlever.imports.services import check_file
from pinlever.imports.tasks import run
from pinlever.imports.uploads import begin, keep_upload
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import Candidate, Job
from tests.imports.conftest import PROFILE

FILE = f"""Name,Emails,LinkedIn URL,Lever profile
Ann,ann@example.com,,
Bob,bob@example.com,,
Bob again,BOB@example.com,https://www.linkedin.com/in/bobby,
Bobby,,linkedin.com/in/bobby,
Cy,cy@example.com,https://www.linkedin.com/in/dee,
Nameless,,,
Nameless,,,
Eve,,,{PROFILE}
Fay,fay@example.com,,
""".encode()


def known(name: str, email: str = "", linkedin: str = "", job: Job | None = None) -> None:
    facts = PersonFacts(
        full_name=name,
        emails=(EmailFact(email),) if email else (),
        linkedin_urls=(linkedin,) if linkedin else (),
    )
    person_arrived(by=PIN, facts=facts, source="test", job=job)


def in_lever(account: LeverAccount, email: str, profile: str) -> None:
    now = timezone.now()
    there = KnownOpportunity.objects.create(
        account=account,
        lever_id=profile,
        contact_id=f"contact-{email}",
        opened_at=now,
        changed_at=now,
        seen_at=now,
        active_at=now,
    )
    KnownKey.objects.create(account=account, opportunity=there, kind="email", value=email)


def test_the_numbers_are_those_of_the_import(job: Job, account: LeverAccount) -> None:
    known("Ann", "ann@example.com", job=job)
    known("Cy", "cy@example.com")
    known("Dee", linkedin="https://www.linkedin.com/in/dee")
    known("Eve", "eve@example.com")
    in_lever(account, "eve@example.com", PROFILE)
    in_lever(account, "fay@example.com", "0" * 36)
    checked = check_file(name="people.csv", content=FILE, job=job)
    foreseen = forecast(checked, "import")
    assert foreseen == Forecast(new=4, known=2, twice=3, in_doubt=1, linked=1, in_lever=1, on_job=1, fires=0)
    before = Candidate.objects.count()
    made = import_all(job)
    assert Candidate.objects.count() - before == foreseen.new == made.totals["created"]
    assert made.totals["joined"] == foreseen.known + foreseen.twice


def test_what_was_imported_before_is_known(job: Job) -> None:
    import_all(job)
    again = forecast(check_file(name="people.csv", content=FILE, job=job), "import")
    assert (again.new, again.known) == (0, 9)


def import_all(job: Job) -> Import:
    user = User.objects.create_user("rita@company.example")
    upload = keep_upload(user=user, job=job, name="people.csv", content=FILE)
    made = begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)
    for _ in range(3):
        run(made.pk)
    made.refresh_from_db()
    assert made.state == "done"
    return made
