from django.db import migrations

# PostgreSQL keeps no figures of an expression that is only a condition: without these it takes one row of two hundred to
# be open or running, and then compares every open journey with every other.
STATISTICS = {
    "journey_is_open": "(COALESCE(closed_at, parked_until)) FROM journeys_journey",
    "clock_is_running": "(COALESCE(met_at, dropped_at)) FROM journeys_clock",
}


def keep_statistics(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name, expression in STATISTICS.items():
            schema_editor.execute(f"CREATE STATISTICS {name} ON {expression}")


def drop_statistics(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in STATISTICS:
            schema_editor.execute(f"DROP STATISTICS {name}")


class Migration(migrations.Migration):

    dependencies = [("journeys", "0007_versions")]

    operations = [migrations.RunPython(keep_statistics, drop_statistics)]
