import chuangwen.kernel.identifiers
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('cases', '0002_silent_rechecks_and_objections'),
        ('evidence', '0002_doubts_and_redactions'),
        ('people', '__first__'),
        ('places', '0002_hours_and_service_time'),
        ('standards', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CategoryModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trained_at', models.DateTimeField()),
                ('samples', models.PositiveIntegerField()),
                ('facts', models.JSONField(default=dict)),
                ('body', models.BinaryField()),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='SpentSolution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='ChatPaste',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=80)),
                ('pasted_at', models.DateTimeField()),
                ('messages', models.PositiveIntegerField(default=0)),
                ('remarks', models.JSONField(blank=True, default=list, help_text='what could not be read, in words')),
                ('generated', models.BooleanField(default=False)),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('since', models.DateTimeField()),
                ('generated', models.BooleanField(default=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='cases.case')),
            ],
        ),
        migrations.CreateModel(
            name='IntakeSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_days', models.PositiveSmallIntegerField(default=30, help_text='a contact is deleted so many days after the case ended')),
                ('contact_longest', models.PositiveSmallIntegerField(default=180, help_text='and at the latest so many days after it came in')),
                ('reports_per_hour', models.PositiveSmallIntegerField(default=10, help_text='from one address')),
                ('reports_per_day', models.PositiveSmallIntegerField(default=30, help_text='from one address, and with one telephone number')),
                ('near_metres', models.PositiveSmallIntegerField(default=150, help_text='so far away a report counts as near by')),
                ('telephone', models.CharField(blank=True, help_text='shown to residents who would rather call', max_length=30)),
                ('opening', models.CharField(blank=True, help_text="shown above the residents' page", max_length=200)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('pk', 1)), name='intake_settings_once'), models.CheckConstraint(condition=models.Q(('contact_longest__gt', 0), ('near_metres__gt', 0), ('reports_per_day__gt', 0), ('reports_per_hour__gt', 0)), name='intake_settings_positive')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=chuangwen.kernel.identifiers.new_uid, editable=False, unique=True)),
                ('channel', models.CharField(choices=[('resident', "residents' page"), ('hotline', 'hotline'), ('chat', 'chat group'), ('open311', 'other system')], max_length=8)),
                ('token_hash', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('contact', models.TextField(blank=True, editable=False)),
                ('contact_until', models.DateField(blank=True, null=True)),
                ('reference', models.CharField(blank=True, max_length=60)),
                ('wanted_by', models.DateTimeField(blank=True, null=True)),
                ('received_at', models.DateTimeField()),
                ('proposed_share', models.FloatField(blank=True, null=True)),
                ('proposed_by', models.CharField(blank=True, choices=[('', 'nothing proposed'), ('model', 'the trained model'), ('keywords', 'keywords')], max_length=8)),
                ('kind_kept', models.BooleanField(blank=True, null=True)),
                ('rating', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('rating_words', models.CharField(blank=True, max_length=300)),
                ('rated_at', models.DateTimeField(blank=True, null=True)),
                ('disputed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('generated', models.BooleanField(default=False)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='outside_report', to='cases.case')),
                ('proposed_kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='standards.kind')),
            ],
            options={
                'indexes': [models.Index(fields=['channel', 'received_at'], name='intake_repo_channel_c27996_idx'), models.Index(fields=['contact_until'], name='intake_repo_contact_95db03_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('rating__isnull', True), models.Q(('rating__gte', 1), ('rating__lte', 5)), _connector='OR'), name='report_rating'), models.UniqueConstraint(condition=models.Q(('reference', ''), _negated=True), fields=('channel', 'reference'), name='report_reference_once')],
            },
        ),
        migrations.CreateModel(
            name='ReportPhoto',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.photo')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='intake.report')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('report', 'photo'), name='report_photo_once')],
            },
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=chuangwen.kernel.identifiers.new_uid, editable=False, unique=True)),
                ('subject', models.CharField(choices=[('burden', 'formalism and burden'), ('product', 'this system'), ('work', "the campaign's work"), ('other', 'something else')], max_length=8)),
                ('words', models.CharField(max_length=1000)),
                ('contact', models.TextField(blank=True, editable=False)),
                ('contact_until', models.DateField(blank=True, null=True)),
                ('token_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('received_at', models.DateTimeField()),
                ('answer', models.CharField(blank=True, max_length=1000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('public_words', models.CharField(blank=True, help_text='what the public list shows of it; the office edits it', max_length=1000)),
                ('published', models.BooleanField(default=False)),
                ('generated', models.BooleanField(default=False)),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['answered_at', 'received_at'], name='intake_sugg_answere_17175a_idx'), models.Index(fields=['published', 'answered_at'], name='intake_sugg_publish_d79fcb_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(('published', False), ('answered_at__isnull', False), _connector='OR'), name='published_when_answered')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('ends_at', models.DateTimeField(db_index=True)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key', 'ends_at'), name='one_tally_per_window')],
            },
        ),
        migrations.CreateModel(
            name='ChatProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('sender', models.CharField(blank=True, max_length=40)),
                ('at', models.DateTimeField(blank=True, null=True)),
                ('text', models.CharField(blank=True, max_length=2000)),
                ('photos', models.JSONField(blank=True, default=list)),
                ('likely', models.BooleanField(default=True)),
                ('share', models.FloatField(blank=True, null=True)),
                ('proposed_by', models.CharField(blank=True, choices=[('', 'nothing proposed'), ('model', 'the trained model'), ('keywords', 'keywords')], max_length=8)),
                ('state', models.CharField(choices=[('waiting', 'to be looked at'), ('confirmed', 'became a case'), ('merged', 'put together with another'), ('dropped', 'dropped')], default='waiting', max_length=10)),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cases.case')),
                ('kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='standards.kind')),
                ('paste', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='intake.chatpaste')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='places.site')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('paste', 'position'), name='chat_position')],
            },
        ),
    ]
