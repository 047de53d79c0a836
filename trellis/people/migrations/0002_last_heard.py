from datetime import datetime

import django.db.models.functions.comparison
import django.db.models.functions.text
from django.db import migrations, models

AT_ONCE = 1000


def read_last_touches(apps, schema_editor):
    """When they last reached out stood only among the words of their last touch."""
    contacts = apps.get_model("people", "Contact").objects
    batch = []
    for contact in contacts.filter(heard_at=None).only("last_touch").iterator(AT_ONCE):
        if at := contact.last_touch.get("at"):
            contact.heard_at = datetime.fromisoformat(at)
            batch.append(contact)
        if len(batch) == AT_ONCE:
            contacts.bulk_update(batch, ["heard_at"])
            batch = []
    contacts.bulk_update(batch, ["heard_at"])


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='heard_at',
            field=models.DateTimeField(blank=True, help_text='Last time they reached out to us', null=True),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(models.OrderBy(django.db.models.functions.comparison.Coalesce('heard_at', 'created_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='contact_by_last_heard'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(django.db.models.functions.text.Lower('name'), models.F('id'), name='contact_by_name'),
        ),
        migrations.RunPython(read_last_touches, migrations.RunPython.noop),
    ]
