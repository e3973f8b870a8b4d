import django.db.models.deletion
import django.utils.timezone
import pinlever.foundation.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('connection', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, help_text='When Lever is asked next whether our webhooks are there.')),
                ('kept_for', models.CharField(blank=True, help_text='The connection and url they were last looked at for.', max_length=600)),
                ('kept_at', models.DateTimeField(blank=True, help_text='When all of them were last seen there.', null=True)),
                ('trouble', models.TextField(blank=True, help_text='Why not all of them are there, in a sentence.')),
                ('asked_until', models.DateTimeField(blank=True, help_text='Until when a wake-up counts that no worker has taken.', null=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='webhook_address', to='connection.leveraccount')),
            ],
            options={
                'verbose_name_plural': 'addresses',
            },
        ),
        migrations.CreateModel(
            name='StatusPass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('asked_at', models.DateTimeField(help_text='Asked for again it begins anew.')),
                ('reached', models.BigIntegerField(default=0, help_text='The last candidate looked at.')),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='status_pass', to='connection.leveraccount')),
            ],
            options={
                'verbose_name_plural': 'status passes',
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=40)),
                ('webhook_id', models.CharField(help_text="Lever's id of it.", max_length=64)),
                ('url', models.CharField(max_length=500)),
                ('signature_token', pinlever.foundation.fields.EncryptedTextField(editable=False)),
                ('made_at', models.DateTimeField()),
                ('leaving_at', models.DateTimeField(blank=True, help_text='When it was decided that another one replaces it.', null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('delivered_at', models.DateTimeField(blank=True, help_text='When Lever last used it.', null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='connection.leveraccount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'webhook_id'), name='subscription_once')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('locked_by', models.CharField(blank=True, default='', editable=False, max_length=40)),
                ('locked_until', models.DateTimeField(blank=True, editable=False, null=True)),
                ('claims_unended', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('event', models.CharField(max_length=60)),
                ('token', models.CharField(help_text="Lever's, once for each delivery.", max_length=64)),
                ('opportunity_id', models.CharField(blank=True, max_length=64)),
                ('contact_id', models.CharField(blank=True, max_length=64)),
                ('triggered_at', models.DateTimeField()),
                ('received_at', models.DateTimeField()),
                ('body', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('done', 'Worked off'), ('ignored', 'Ignored'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('due_at', models.DateTimeField()),
                ('tries', models.PositiveIntegerField(default=0)),
                ('told', models.TextField(blank=True, help_text='What came of it, in a sentence.')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhook_deliveries', to='connection.leveraccount')),
                ('subscription', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inbound.subscription')),
            ],
            options={
                'verbose_name_plural': 'webhook deliveries',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at', 'id'], name='webhook_delivery_due'), models.Index(fields=['received_at'], name='webhook_delivery_by_time'), models.Index(fields=['opportunity_id'], name='webhook_delivery_of'), models.Index(fields=['contact_id'], name='webhook_delivery_about')],
                'constraints': [models.UniqueConstraint(fields=('account', 'token'), name='webhook_delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='Drift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('stage_renamed', 'Stage renamed'), ('stage_gone', 'Stage gone'), ('reason_renamed', 'Archive reason renamed'), ('reason_gone', 'Archive reason gone'), ('posting_closed', 'Lever job closed'), ('posting_gone', 'Lever job gone'), ('user_deactivated', 'Lever user deactivated'), ('template_changed', 'Form template changed')], max_length=20)),
                ('lever_id', models.CharField(max_length=64)),
                ('before', models.CharField(blank=True, max_length=300)),
                ('after', models.CharField(blank=True, max_length=300)),
                ('noticed_at', models.DateTimeField()),
                ('over_at', models.DateTimeField(blank=True, help_text='When it was no longer so.', null=True)),
                ('put_aside_at', models.DateTimeField(blank=True, null=True)),
                ('put_aside_by', models.CharField(blank=True, max_length=200)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drift', to='connection.leveraccount')),
            ],
            options={
                'verbose_name_plural': 'drift',
                'constraints': [models.UniqueConstraint(condition=models.Q(('over_at', None)), fields=('account', 'kind', 'lever_id'), name='drift_once')],
            },
        ),
        migrations.CreateModel(
            name='StatusRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of', models.CharField(choices=[('stage', 'Stage'), ('reason', 'Archive reason'), ('no_contact', 'Lever says not to contact them')], max_length=12)),
                ('lever_id', models.CharField(blank=True, help_text='The stage or reason.', max_length=64)),
                ('effect', models.CharField(choices=[('nothing', 'Nothing'), ('pause', 'Pause outreach'), ('stop', 'Stop outreach'), ('resume', 'Resume outreach')], max_length=8)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_rules', to='connection.leveraccount')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'of', 'lever_id'), name='status_rule_once')],
            },
        ),
    ]
