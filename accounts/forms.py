"""What people type about themselves and about each other."""

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.users import PREFERENCES, Role
from accounts.workplaces import current as current_workplaces

LANGUAGES = [("", _("As the site")), *settings.LANGUAGES]
USERNAME_RULE = RegexValidator(
    r"^[\w.+-]+\Z", _("Letters, digits and . + - _ only, without spaces.")
)
LONGEST_PASSWORD = 1024


class ResetRequestForm(ResetPasswordForm):
    """Asks a task to mail the link: the answer is the same, and as fast, whoever exists."""

    def clean_email(self):
        return self.cleaned_data["email"].strip().lower()

    def save(self, request, **kwargs):
        from accounts.tasks import send_reset_link

        send_reset_link.delay(self.cleaned_data["email"])
        return self.cleaned_data["email"]


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["full_name"]


class AppearanceForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)

    class Meta:
        model = User
        fields = ["language", "theme"]


class PreferencesForm(forms.Form):
    """One box for each preference; `shown` says which of them this form is about."""

    shown = forms.MultipleChoiceField(choices=[(key, key) for key in PREFERENCES])

    def clean(self):
        cleaned = super().clean()
        cleaned["chosen"] = {key: key in self.data for key in cleaned.get("shown", [])}
        return cleaned


class WorkForm(forms.Form):
    """What an administrator decides about somebody: role, queues, conversations at once."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    queues = forms.MultipleChoiceField(label=_("Queues"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["queues"].choices = current_workplaces().choices()


class PersonForm(WorkForm):
    capacity = forms.IntegerField(label=_("Conversations at once"), min_value=0, max_value=500)


class InvitationForm(WorkForm):
    email = forms.EmailField(label=_("E-mail"))
    full_name = forms.CharField(label=_("Name"), max_length=150, required=False)


class AcceptanceForm(forms.Form):
    """The first form of a new person."""

    full_name = forms.CharField(label=_("Your name"), max_length=150)
    username = forms.CharField(label=_("Username"), max_length=80, validators=[USERNAME_RULE])
    password1 = forms.CharField(
        label=_("Password"), strip=False, max_length=LONGEST_PASSWORD, widget=forms.PasswordInput
    )
    password2 = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput,
    )

    def __init__(self, *args, email="", **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_username(self):
        username = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This username is taken."))
        return username

    def clean(self):
        cleaned = super().clean()
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords differ."))
        elif first:
            self._check_strength(first, cleaned)
        return cleaned

    def _check_strength(self, password, cleaned):
        person = User(
            username=cleaned.get("username", ""),
            full_name=cleaned.get("full_name", ""),
            email=self.email,
        )
        try:
            validate_password(password, person)
        except ValidationError as error:
            self.add_error("password1", error)
