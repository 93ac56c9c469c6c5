import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0007_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='RoomWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('word', models.CharField(db_index=True, max_length=30)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='conversations.roommessage')),
            ],
            options={
                'verbose_name': 'word of a message among colleagues',
                'verbose_name_plural': 'words of messages among colleagues',
            },
        ),
    ]
