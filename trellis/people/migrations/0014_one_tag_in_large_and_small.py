from django.db import migrations, models


def make_one_of_each(apps, schema_editor):
    """Of “storm” and “Storm” the older one stays, and whoever wore the other wears it."""
    Tag, ContactTag = apps.get_model("people", "Tag"), apps.get_model("people", "ContactTag")
    first = {}
    for tag in Tag.objects.order_by("pk"):
        tag.small = tag.name.lower()
        stays = first.setdefault(tag.small, tag)
        if stays is not tag:
            worn = ContactTag.objects.filter(tag=tag)
            worn.filter(contact__in=ContactTag.objects.filter(tag=stays).values("contact")).delete()
            worn.update(tag=stays)
            tag.delete()
    Tag.objects.bulk_update(first.values(), ["small"], batch_size=500)
    # What segments ask for finds more than before: the worker goes through everybody once.
    apps.get_model("people", "SegmentSweep").objects.update(condition=None)
    if schema_editor.connection.vendor == "postgresql":
        # Otherwise the table cannot be changed in this transaction: who wears what is yet to be checked.
        schema_editor.connection.check_constraints()


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0013_who_wrote_a_company_down'),
    ]

    operations = [
        migrations.AddField(
            model_name='tag',
            name='small',
            field=models.CharField(default='', help_text='Its name in small letters, by which it is found', max_length=120),
            preserve_default=False,
        ),
        migrations.RunPython(make_one_of_each, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(fields=('small',), name='a_tag_is_one_in_large_and_small_letters'),
        ),
    ]
