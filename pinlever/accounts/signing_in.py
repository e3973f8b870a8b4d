"""Addresses are the same in any case, whoever wrote them: allauth finds only those stored in small letters."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ResetPasswordForm

from pinlever.accounts.models import User


class ByAddress(AuthenticationBackend):
    """Signs in by address and password; allauth's measures against guessing stay as they are."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found: User | None = self._check_password(User.objects.named(email), password)
        return found


class AnotherPassword(ResetPasswordForm):
    """Asks for the link to another password."""

    def clean_email(self) -> str:
        given = str(self.cleaned_data["email"])
        person = User.objects.named(given)
        email = str(super().clean_email())
        self.users = [person] if person and person.is_active else []
        return email
