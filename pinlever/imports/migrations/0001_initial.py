import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('recruiting', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('file_name', models.CharField(max_length=200)),
                ('sha256', models.CharField(help_text="Of the file's bytes.", max_length=64)),
                ('by_kind', models.CharField(max_length=12)),
                ('by_id', models.CharField(blank=True, max_length=64)),
                ('by_label', models.CharField(max_length=200)),
                ('source', models.CharField(choices=[('import', "A file of the team's own"), ('pin', "Pin's own export: these people were sourced in Pin"), ('lever', 'Lever itself: somebody chose these people there')], default='import', max_length=10)),
                ('state', models.CharField(choices=[('storing', 'Its rows are being stored'), ('working', 'Its people are being added'), ('done', 'Done')], default='storing', max_length=10)),
                ('encoding', models.CharField(max_length=20)),
                ('delimiter', models.CharField(max_length=1)),
                ('mapping', models.JSONField(default=list, help_text="[{header, key}] of the columns, in the file's order.")),
                ('notes', models.JSONField(default=list, help_text='What was noticed about the file as a whole.')),
                ('totals', models.JSONField(default=dict, help_text='Rows by state, and people created, joined and linked.')),
                ('fires_triggers', models.BooleanField(default=False, help_text="Whether these people may fire their job's trigger.")),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='recruiting.job')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'working')), fields=['id'], name='import_unfinished')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'done'), _negated=True), fields=('sha256', 'job', 'source', 'fires_triggers'), name='import_one_unfinished')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(help_text='As a spreadsheet shows it; the header is row 1.')),
                ('values', models.JSONField(help_text="The cells, in the file's order.")),
                ('problems', models.JSONField(default=list, help_text='[{column, value, wrong, cure}]')),
                ('state', models.CharField(choices=[('ready', 'Ready'), ('problem', 'Has a problem'), ('done', 'Done'), ('skipped', 'Skipped')], default='ready', max_length=10)),
                ('lever_profile', models.CharField(blank=True, db_index=True, max_length=64)),
                ('created_person', models.BooleanField(default=False, help_text='The row made a new candidate.')),
                ('note', models.CharField(blank=True, max_length=300)),
                ('candidate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='import_rows', to='recruiting.candidate')),
                ('of_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.import')),
                ('prospect', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='import_rows', to='recruiting.prospect')),
            ],
            options={
                'ordering': ['number'],
                'indexes': [models.Index(fields=['of_import', 'state', 'number'], name='import_row_by_state')],
                'constraints': [models.UniqueConstraint(fields=('of_import', 'number'), name='import_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=200)),
                ('content', models.BinaryField(help_text="The file's bytes; empty once its rows are stored.")),
                ('size', models.PositiveIntegerField(help_text='Of the file, in bytes.')),
                ('rows', models.PositiveIntegerField(default=0)),
                ('mapping', models.JSONField(help_text='A key for each column, where somebody chose them.', null=True)),
                ('source', models.CharField(choices=[('import', "A file of the team's own"), ('pin', "Pin's own export: these people were sourced in Pin"), ('lever', 'Lever itself: somebody chose these people there')], default='import', max_length=10)),
                ('report', models.JSONField(default=dict, help_text='What checking it found, and the dry run.')),
                ('uploaded_at', models.DateTimeField()),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('became', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='imports.import')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to='recruiting.job')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('checked_at', None)), fields=['id'], name='upload_unchecked')],
                'constraints': [models.UniqueConstraint(fields=('job', 'user'), name='upload_one_of_a_person')],
            },
        ),
    ]
