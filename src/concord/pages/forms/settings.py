"""Forms of the settings; what they mean is checked again by the actions."""

import re
from decimal import Decimal
from typing import Any, Final
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from concord.kernel.models import Department, ExchangeRate, Role, Unit, User
from concord.kernel.time import today
from concord.kernel.words import LANGUAGES, say
from concord.pages import access
from concord.pages.actions.people import Said
from concord.records import types
from concord.ui.http import Request
from concord.ui.proof import ProvingForm

_AREA: Final = re.compile(
    "(Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/"
)


class PersonForm(ProvingForm):
    """A person of the house; of a new one also the e-mail address."""

    help = _("Only to make somebody a sponsor, or one no longer.")
    always = False

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    name = forms.CharField(label=_("Name"), max_length=200)
    role = forms.ChoiceField(label=_("Role"), initial=Role.MEMBER)
    department = forms.ModelChoiceField(
        Department.objects.order_by("key"),
        label=_("Department"),
        required=False,
        empty_label=_("None"),
    )
    units = forms.ModelMultipleChoiceField(
        Unit.objects.order_by("key"),
        label=_("Business units"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every unit."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)

    def __init__(self, request: Request, *args: Any, person: User | None = None, **kw: Any) -> None:
        if person:
            kw.setdefault("initial", _as_initial(person))
        super().__init__(request, *args, **kw)
        roles = access.roles_to_give(request.viewer)
        if person and person.role not in roles:
            roles.append(Role(person.role))
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(each.value, each.label) for each in roles]
        if person:
            del self.fields["email"]

    def said(self) -> Said:
        data = self.cleaned_data
        return Said(
            name=data["name"],
            role=Role(data["role"]),
            department=data["department"],
            units=list(data["units"]),
            language=data["language"],
        )


def _as_initial(person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "role": person.role,
        "department": person.department_id,
        "units": [unit.pk for unit in person.units.all()],
        "language": person.language,
    }


class WordsForm(forms.Form):
    """What something is called in the languages of the house; English is always there."""

    key = forms.SlugField(
        label=_("Key"),
        max_length=50,
        help_text=_("Short, small letters: files and other systems name it so. It never changes."),
    )
    en = forms.CharField(label=_("In English"), max_length=100)
    ko = forms.CharField(label=_("In Korean"), max_length=100, required=False)
    zh_hant = forms.CharField(label=_("In Chinese"), max_length=100, required=False)

    def __init__(self, *args: Any, of: Department | Unit | None = None, **kw: Any) -> None:
        if of:
            kw.setdefault("initial", self.initial_of(of))
        super().__init__(*args, **kw)
        self.of = of
        if of:
            del self.fields["key"]

    @classmethod
    def initial_of(cls, of: Any) -> dict[str, Any]:
        return {
            "en": of.words.get("en"),
            "ko": of.words.get("ko"),
            "zh_hant": of.words.get("zh-hant"),
        }

    def words(self) -> dict[str, str]:
        data = self.cleaned_data
        said = {"en": data["en"], "ko": data["ko"], "zh-hant": data["zh_hant"]}
        return {language: text for language, text in said.items() if text}

    @property
    def key_said(self) -> str:
        return str(self.cleaned_data.get("key", "")) or str(getattr(self.of, "key", ""))


class DepartmentForm(WordsForm):
    sees_money = forms.BooleanField(
        label=_("Its members see amounts"),
        required=False,
        initial=True,
        help_text=_("Answers are the same for everybody; only the figures in the evidence hide."),
    )

    @classmethod
    def initial_of(cls, of: Any) -> dict[str, Any]:
        return super().initial_of(of) | {"sees_money": of.sees_money}

    def clean_key(self) -> str:
        return _free(Department, self.cleaned_data["key"])


class UnitForm(WordsForm):
    def clean_key(self) -> str:
        return _free(Unit, self.cleaned_data["key"])


def _free(model: type[Department] | type[Unit], key: str) -> str:
    if model.objects.filter(key=key).exists():
        raise ValidationError(gettext("This key is taken already."))
    return key


class OwnRequestForm(WordsForm):
    department = forms.ModelChoiceField(
        Department.objects.order_by("key"), label=_("Department that takes it"), empty_label=None
    )
    about = forms.ChoiceField(label=_("Is it about a record?"), required=False)

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        kinds = [(key, say(each.words)) for key, each in types.all_types().items()]
        about.choices = [("", gettext("None of them")), *kinds]

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]).replace("-", "_")


TYPES = [
    ("money", _("an amount")),
    ("number", _("a number")),
    ("percent", _("a percentage")),
    ("boolean", _("yes or no")),
    ("date", _("a day")),
    ("choice", _("one of several")),
    ("text", _("free text, which no rule reads")),
]


class RequestFieldForm(WordsForm):
    """One thing that is asked for a company's own request."""

    type = forms.ChoiceField(label=_("What is it?"), choices=TYPES)
    asks_en = forms.CharField(label=_("The question, in English"), max_length=200)
    asks_ko = forms.CharField(label=_("The question, in Korean"), max_length=200, required=False)
    asks_zh = forms.CharField(label=_("The question, in Chinese"), max_length=200, required=False)
    choices = forms.CharField(
        label=_("To choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line: in English | in Korean | in Chinese."),
    )

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]).replace("-", "_")

    def field(self) -> dict[str, Any]:
        """The declaration, as `treatment.requests` reads it."""
        data = self.cleaned_data
        asks = {"en": data["asks_en"], "ko": data["asks_ko"], "zh-hant": data["asks_zh"]}
        said: dict[str, Any] = {
            "key": data["key"],
            "words": self.words(),
            "type": data["type"],
            "asks": {language: text for language, text in asks.items() if text},
        }
        if data["type"] == "choice":
            said["choices"] = dict(map(_choice, filter(str.strip, data["choices"].splitlines())))
        return said


def _choice(line: str) -> tuple[str, dict[str, str]]:
    """A choice is kept by its English words; a quotation mark would end it in a rule."""
    parts = [part.strip().replace('"', "'") for part in line.split("|")]
    words = dict(zip(("en", "ko", "zh-hant"), parts, strict=False))
    return parts[0].lower(), {language: text for language, text in words.items() if text}


class KeyForm(forms.Form):
    """A key for a system that asks; a new system is named, a known one chosen."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        help_text=_("Such as “Shop: may we ship?”. It stands in the log of answers."),
    )
    system = forms.ModelChoiceField(
        User.objects.filter(is_system=True, is_active=True).order_by("name"),
        label=_("System"),
        required=False,
        empty_label=_("A new system, named as above"),
    )
    department = forms.ModelChoiceField(
        Department.objects.order_by("key"),
        label=_("Department of a new system"),
        required=False,
        empty_label=_("None"),
    )
    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=[
            ("treatments:write", _("ask how to treat a customer")),
            ("treatments:read", _("read answers that were given")),
            ("customers:read", _("read customers and their records")),
        ],
        initial=["treatments:write"],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.TypedChoiceField(
        label=_("Good for"),
        coerce=int,
        choices=[(90, _("90 days")), (365, _("one year")), (0, _("until it is revoked"))],
        initial=365,
    )


KEPT_YEARS: Final = (
    (1, _("for a year")), (2, _("for two years")), (3, _("for three years")),
    (5, _("for five years")), (7, _("for seven years")), (10, _("for ten years")),
)  # fmt: skip


class CompanyForm(forms.Form):
    name = forms.CharField(label=_("Name of the company"), max_length=200)
    currency = forms.CharField(
        label=_("Currency"),
        max_length=3,
        help_text=_("Facts and answers count in it. Three letters, such as EUR, KRW or TWD."),
    )

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("It says when a day begins: what is due, late, in force."),
    )

    answers_kept = forms.TypedChoiceField(
        label=_("Answers are kept"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("for good")), *((n * 12, years) for n, years in KEPT_YEARS)],
        help_text=_("The months of the log that are over go as a whole; how many stays."),
    )

    def __init__(self, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(each, each.replace("_", " ")) for each in time_zones()]
        if settings.TIME_ZONE_GIVEN:
            zone.disabled = True
            zone.initial = self.initial["time_zone"] = settings.TIME_ZONE
            zone.help_text = _("Set where Concord runs (CONCORD_TIME_ZONE).")

    def clean_currency(self) -> str:
        return _currency(self.cleaned_data["currency"])

    def said(self) -> dict[str, Any]:
        """What is said of the company; not its time zone where the installation sets it."""
        given = dict(self.cleaned_data)
        if settings.TIME_ZONE_GIVEN:
            del given["time_zone"]
        return given


def time_zones() -> list[str]:
    """The names of places, by which days are told; and UTC."""
    return ["UTC", *sorted(each for each in available_timezones() if _AREA.match(each))]


class RateForm(forms.Form):
    """What one unit of another currency is worth in the company's own, from a day on."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    on = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    rate = forms.DecimalField(
        max_digits=24, decimal_places=12, widget=forms.NumberInput(attrs={"step": "any"})
    )

    def __init__(self, *args: Any, own: str, of: ExchangeRate | None = None, **kw: Any) -> None:
        initial: dict[str, Any] = {"on": today()}
        if of:
            rate = f"{of.rate.normalize():f}"
            initial = {"currency": of.currency, "on": of.on, "rate": rate}
        kw.setdefault("initial", initial)
        super().__init__(*args, **kw)
        self.own = own
        for name in ("currency", "on"):
            self.fields[name].disabled = of is not None
        self.fields["rate"].label = gettext("One unit in %(currency)s") % {"currency": own}

    def clean_currency(self) -> str:
        code = _currency(self.cleaned_data["currency"])
        if code == self.own:
            raise ValidationError(gettext("That is the company's own currency."))
        return code

    def clean_rate(self) -> Decimal:
        rate: Decimal = self.cleaned_data["rate"]
        if rate <= 0:
            raise ValidationError(gettext("A rate is more than nothing."))
        return rate


def _currency(said: str) -> str:
    code = said.upper()
    if code not in list_currencies():
        raise ValidationError(gettext("No currency has this code."))
    return code
