import django.db.models.deletion
import pinlever.foundation.fields
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
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=100)),
                ('url', models.CharField(max_length=500)),
                ('secret', pinlever.foundation.fields.EncryptedTextField(editable=False)),
                ('former_secret', pinlever.foundation.fields.EncryptedTextField(blank=True, default='', editable=False, help_text='Signs too while a secret is being changed.')),
                ('former_until', models.DateTimeField(blank=True, null=True)),
                ('kinds', models.JSONField(default=list, help_text='Which kinds it is told; empty: all.')),
                ('is_on', models.BooleanField(default=True)),
                ('off_why', models.CharField(blank=True, help_text='Why it is off, if nobody switched it off.', max_length=300)),
                ('made_at', models.DateTimeField()),
                ('made_by', models.CharField(max_length=200)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0, help_text='Failed deliveries in a row.')),
                ('wait_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Mailing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Alert',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('connection', 'Lever must be connected again'), ('lever_silent', 'Lever does not answer'), ('worker', 'No worker runs'), ('failures', 'Many people fail'), ('followups', 'Many things on Lever’s timeline fail'), ('webhooks', 'Lever’s webhooks do not come'), ('drift', 'Something that jobs or rules name changed in Lever'), ('paused', 'Sending is off while people wait')], max_length=16)),
                ('subject', models.CharField(blank=True, help_text='What it is about, such as an account.', max_length=100)),
                ('since', models.DateTimeField(help_text='When it began, as far as known.')),
                ('opened_at', models.DateTimeField(blank=True, help_text='When it was told first.', null=True)),
                ('calm_since', models.DateTimeField(blank=True, help_text='Since when it is no longer so.', null=True)),
                ('over_at', models.DateTimeField(blank=True, help_text='When it was told to be over.', null=True)),
                ('round', models.PositiveSmallIntegerField(default=0, help_text='How often it was told.')),
                ('returns', models.PositiveSmallIntegerField(default=0, help_text='How often it came back soon after its end.')),
                ('title', models.CharField(max_length=200)),
                ('sentence', models.TextField(blank=True, help_text='What happened.')),
                ('affected', models.CharField(blank=True, help_text='Who is affected, in numbers.', max_length=300)),
                ('url', models.CharField(blank=True, help_text='Where it is put right: a path of ours.', max_length=300)),
                ('parts', models.JSONField(blank=True, default=list, help_text='What it is made of; more of it is told again.')),
                ('put_aside_by', models.ManyToManyField(blank=True, editable=False, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(models.OrderBy(models.F('opened_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='alert_newest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('over_at', None)), fields=('kind', 'subject'), name='alert_one_open'), models.CheckConstraint(condition=models.Q(('over_at', None), ('opened_at__isnull', False), _connector='OR'), name='alert_over_was_told')],
            },
        ),
        migrations.CreateModel(
            name='AlertMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('round', models.PositiveSmallIntegerField(default=0)),
                ('change', models.CharField(choices=[('opened', 'It began'), ('more', 'There is more of it'), ('again', 'It came back'), ('over', 'It is over'), ('test', 'A test')], max_length=8)),
                ('told', models.JSONField(blank=True, default=dict, help_text='What is said, as it was at that moment.')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('given_up', 'Given up'), ('not_needed', 'Not needed')], default='waiting', max_length=10)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('give_up_at', models.DateTimeField(help_text='Not tried after this.')),
                ('tries', models.PositiveIntegerField(default=0)),
                ('tried_at', models.DateTimeField(blank=True, help_text='Written before it is sent.', null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('error', models.TextField(blank=True, help_text='What went wrong the last time.')),
                ('alert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='notices.alert')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='alert_mail_due'), models.Index(fields=['-tried_at'], name='alert_mail_tried')],
                'constraints': [models.UniqueConstraint(fields=('alert', 'to', 'round'), name='alert_mail_once')],
            },
        ),
        migrations.CreateModel(
            name='AlertRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('silenced', models.JSONField(blank=True, default=list, help_text='Kinds that are shown and not mailed.')),
                ('failures', models.PositiveIntegerField(default=10, help_text='So many within an hour, at least,')),
                ('share', models.PositiveSmallIntegerField(default=20, help_text='and so many per cent of all.')),
                ('quiet_minutes', models.PositiveSmallIntegerField(default=2, help_text='What is over sooner is no alert.')),
                ('paused_hours', models.PositiveSmallIntegerField(default=24, help_text='How long sending may be off.')),
                ('also_to', models.ManyToManyField(blank=True, help_text='Besides the owner.', related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'alert rules',
            },
        ),
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('hold.created', 'Outreach to somebody is held'), ('hold.released', 'A hold was released'), ('sync.completed', 'Somebody is in Lever'), ('sync.failed', 'Somebody could not be brought into Lever'), ('status.changed', "Somebody's status in Lever changed"), ('alert.opened', 'Something is wrong with the installation'), ('alert.over', 'What was wrong is over'), ('test', 'A test')], max_length=20)),
                ('data', models.JSONField()),
                ('about', models.UUIDField(blank=True, db_index=True, help_text='The key of whom it is about.', null=True)),
                ('happened_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['happened_at'], name='announcement_by_time')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_test', models.BooleanField(default=False, help_text='Somebody looks on: first in line, tried once.')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('delivered', 'Delivered'), ('given_up', 'Given up')], default='waiting', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('give_up_at', models.DateTimeField(help_text='Not tried after this.')),
                ('tries', models.PositiveIntegerField(default=0)),
                ('tried_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.PositiveSmallIntegerField(blank=True, help_text='The latest HTTP status.', null=True)),
                ('error', models.TextField(blank=True, help_text='What went wrong the last time.')),
                ('seconds', models.FloatField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, null=True)),
                ('announcement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.announcement')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notices.endpoint')),
            ],
            options={
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', 'due_at'], name='delivery_due'), models.Index(condition=models.Q(('state', 'waiting')), fields=['give_up_at'], name='delivery_overdue'), models.Index(condition=models.Q(('state', 'waiting')), fields=['endpoint', '-is_test', 'id'], name='delivery_in_order'), models.Index(condition=models.Q(('state', 'given_up')), fields=['endpoint', '-id'], name='delivery_given_up'), models.Index(fields=['endpoint', '-id'], name='delivery_by_endpoint')],
                'constraints': [models.UniqueConstraint(fields=('announcement', 'endpoint'), name='delivery_once')],
            },
        ),
    ]
