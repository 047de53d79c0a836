import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_contacts(apps, schema_editor):
    """Every act so far was on a journey, and so with its contact."""
    Act, Journey = apps.get_model("journeys", "Act"), apps.get_model("journeys", "Journey")
    contact = Journey.objects.filter(pk=OuterRef("journey")).values("contact")
    Act.objects.update(contact=Subquery(contact))
    if schema_editor.connection.vendor == "postgresql":
        # Otherwise the table cannot be changed in this transaction: its new foreign key is yet to be checked.
        schema_editor.connection.check_constraints()


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0002_last_heard"),
        ("journeys", "0004_columns_of_the_board"),
    ]

    operations = [
        migrations.AlterField(
            model_name="journey",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("won", "Won"), ("lost", "Lost"), ("done", "Done"), ("void", "Taken back")],
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="act",
            name="contact",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.contact"
            ),
        ),
        migrations.RunPython(name_contacts, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="act",
            name="contact",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.contact"
            ),
        ),
        migrations.AlterField(
            model_name="act",
            name="journey",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="acts",
                to="journeys.journey",
            ),
        ),
        migrations.AlterField(
            model_name="act",
            name="before",
            field=models.JSONField(
                help_text="`state` and `columns` (see engine.records and undoing), "
                "empty where there was no journey before"
            ),
        ),
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["contact", "-at"], name="act_with_contact"),
        ),
    ]
