"""What was called issued is signed now; the right to do it goes along."""

from django.db import migrations


def rename(old_state, new_state, old_verb, new_verb):
    def run(apps, schema_editor):
        apps.get_model("papers", "Paper").objects.filter(state=old_state).update(state=new_state)
        apps.get_model("people", "RoleGrant").objects.filter(verb=old_verb).update(verb=new_verb)
        for role in apps.get_model("people", "Role").objects.all():
            if old_verb in role.installed_verbs:
                role.installed_verbs = [new_verb if verb == old_verb else verb for verb in role.installed_verbs]
                role.save(update_fields=["installed_verbs"])

    return run


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_life"), ("people", "0001_initial")]

    operations = [
        migrations.RunPython(
            rename("issued", "signed", "papers.issue", "papers.sign"), rename("signed", "issued", "papers.sign", "papers.issue")
        )
    ]
