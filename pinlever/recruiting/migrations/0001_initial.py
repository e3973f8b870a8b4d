import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Candidate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('external_id', models.CharField(blank=True, db_index=True, help_text="The first source's own id of the person.", max_length=200, null=True)),
                ('full_name', models.CharField(blank=True, max_length=300)),
                ('search_name', models.CharField(blank=True, db_index=True, editable=False, max_length=300)),
                ('search_text', models.CharField(blank=True, editable=False, help_text='Name, title and company, folded to be searched.', max_length=800)),
                ('headline', models.CharField(blank=True, max_length=500)),
                ('city', models.CharField(blank=True, max_length=120)),
                ('state', models.CharField(blank=True, max_length=120)),
                ('country', models.CharField(blank=True, max_length=120)),
                ('current_title', models.CharField(blank=True, max_length=200)),
                ('current_company', models.CharField(blank=True, max_length=200)),
                ('skills', models.JSONField(blank=True, default=list)),
                ('tags', models.JSONField(blank=True, default=list)),
                ('sourced_via', models.CharField(choices=[('pin', 'Sourced in Pin'), ('import', 'Imported from a file'), ('lever', 'Added from Lever')], default='pin', max_length=10)),
                ('sourced_at', models.DateTimeField(blank=True, null=True)),
                ('merged_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_here', to='recruiting.candidate')),
                ('sourced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sourced', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='candidate_not_into_itself')],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=120)),
                ('external_id', models.CharField(blank=True, max_length=200)),
                ('facts', models.JSONField()),
                ('arrived_at', models.DateTimeField(auto_now_add=True)),
                ('digest', models.CharField(help_text='SHA-256 of the facts: the same arrival is kept once.', max_length=64)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arrivals', to='recruiting.candidate')),
            ],
            options={
                'indexes': [models.Index(fields=['arrived_at'], name='arrival_by_time')],
                'constraints': [models.UniqueConstraint(fields=('candidate', 'source', 'digest'), name='arrival_once')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'Email'), ('phone', 'Phone')], max_length=10)),
                ('value', models.CharField(max_length=320)),
                ('normalised', models.CharField(help_text='The identity key of the value, else the digits of the number.', max_length=320)),
                ('phone_type', models.CharField(blank=True, help_text='mobile, home, work, skype or other.', max_length=10)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('is_primary', models.BooleanField(default=False)),
                ('found_at', models.DateTimeField(help_text="When it became known, by the source's own time.")),
                ('arrived_at', models.DateTimeField(auto_now_add=True)),
                ('is_quiet', models.BooleanField(default=False, help_text='Came with an import; fires no trigger by itself.')),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='recruiting.candidate')),
            ],
            options={
                'indexes': [models.Index(fields=['arrived_at'], name='contact_point_arrived'), models.Index(fields=['normalised'], name='contact_point_value', opclasses=['varchar_pattern_ops'])],
                'constraints': [models.UniqueConstraint(fields=('candidate', 'kind', 'normalised'), name='contact_point_once'), models.UniqueConstraint(condition=models.Q(('is_primary', True)), fields=('candidate', 'kind'), name='contact_point_one_primary')],
            },
        ),
        migrations.CreateModel(
            name='IdentityKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('email', 'email'), ('linkedin', 'LinkedIn profile'), ('phone', 'phone'), ('external', 'id at the source'), ('arrival', 'the same arrival')], max_length=10)),
                ('value', models.CharField(max_length=330)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identity_keys', to='recruiting.candidate')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'value'), name='identity_key_once')],
            },
        ),
        migrations.CreateModel(
            name='IdentityQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('evidence', models.JSONField(help_text='[{kind, value, candidate}]: keys of this person that another one holds.')),
                ('is_blocking', models.BooleanField(default=True, help_text='False for a shared phone number: weak evidence.')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.CharField(blank=True, max_length=200)),
                ('reversed_at', models.DateTimeField(blank=True, help_text='When the answer was taken back.', null=True)),
                ('reversed_by', models.CharField(blank=True, max_length=200)),
                ('skipped_at', models.DateTimeField(blank=True, help_text='Put off for a day.', null=True)),
                ('skipped_by', models.CharField(blank=True, max_length=200)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='recruiting.candidate')),
                ('merged', models.ForeignKey(blank=True, help_text='The tombstone that the answer made.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='recruiting.candidate')),
                ('same_as', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='recruiting.candidate')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('answered_at', None)), fields=['candidate'], name='identity_question_open')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('external_id', models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ('location', models.CharField(blank=True, max_length=200)),
                ('is_open', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='jobs', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='NotTheSamePerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField()),
                ('said_by', models.CharField(max_length=200)),
                ('reversed_at', models.DateTimeField(blank=True, null=True)),
                ('reversed_by', models.CharField(blank=True, max_length=200)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told_from_later', to='recruiting.candidate')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told_from_earlier', to='recruiting.candidate')),
            ],
            options={
                'verbose_name_plural': 'not the same people',
                'constraints': [models.UniqueConstraint(condition=models.Q(('reversed_at', None)), fields=('candidate', 'other'), name='not_the_same_person_once')],
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(blank=True, max_length=200)),
                ('company', models.CharField(blank=True, max_length=200)),
                ('started', models.CharField(blank=True, help_text='YYYY-MM or YYYY.', max_length=7)),
                ('ended', models.CharField(blank=True, help_text='YYYY-MM or YYYY; empty while it lasts.', max_length=7)),
                ('description', models.TextField(blank=True)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='recruiting.candidate')),
            ],
            options={
                'ordering': ['order', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ProfileLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=500)),
                ('source', models.CharField(blank=True, max_length=120)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='recruiting.candidate')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('candidate', 'url'), name='profile_link_once')],
            },
        ),
        migrations.CreateModel(
            name='Prospect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('sourcer_email', models.CharField(blank=True, help_text='Who sourced them, as Pin names them.', max_length=254)),
                ('sourcing_tag', models.CharField(blank=True, max_length=120)),
                ('score', models.FloatField(blank=True, null=True)),
                ('outreach_stage', models.CharField(choices=[('sourced', 'Sourced'), ('in_outreach', 'In outreach'), ('messaged', 'Messaged'), ('replied', 'Replied'), ('interested', 'Interested')], default='sourced', max_length=12)),
                ('sourced_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prospects', to='recruiting.candidate')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prospects', to='recruiting.job')),
                ('sourcer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='prospects', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['job', 'id'], name='prospect_by_job'), models.Index(fields=['sourcer', 'sourcer_email'], name='prospect_by_sourcer')],
                'constraints': [models.UniqueConstraint(fields=('candidate', 'job'), name='prospect_once')],
            },
        ),
    ]
