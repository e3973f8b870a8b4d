"""Form fields in our look: `_parts/fields.html` shows a whole form, `_parts/field.html` one field.

Help texts of fields are our own words and may hold markup; what a person typed is escaped by the widget.
"""

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxInput, "form-check-input"),
    (forms.Select, "form-select"),
)
register = template.Library()


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's input with Tabler's class, marked as invalid if it is."""
    widget = field.field.widget
    named = next((name for kind, name in CLASSES if isinstance(widget, kind)), "form-control")
    return field.as_widget(attrs={"class": f"{named} is-invalid" if field.errors else named})


@register.filter
def is_tick(field: BoundField) -> bool:
    """A single box to tick: its label stands behind it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Several inputs under one legend; give its widget the class of the inputs."""
    return isinstance(field.field.widget, forms.RadioSelect)
