"""Two models that only these tests know, outside of Django's registry: leased work and a sealed note."""

from django.db import models
from django.test.utils import isolate_apps

from pinlever.foundation.fields import EncryptedTextField
from pinlever.foundation.leases import Leased

with isolate_apps("pinlever.foundation"):

    class Piece(Leased):
        """A piece of work with a priority."""

        priority = models.IntegerField(default=0)
        says = models.CharField(max_length=40, default="")
        objects: "models.Manager[Piece]" = models.Manager()

        class Meta:
            app_label = "foundation"

    class Sealed(models.Model):
        secret = EncryptedTextField(blank=True, default="")
        maybe = EncryptedTextField(null=True)
        objects: "models.Manager[Sealed]" = models.Manager()

        class Meta:
            app_label = "foundation"


TABLES = (Piece, Sealed)
