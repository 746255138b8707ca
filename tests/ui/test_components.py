"""Components: fields tied to their help and errors, addresses with one parameter changed."""

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory


class Form(forms.Form):
    name = forms.CharField(help_text="As on the invoice.")
    phone = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_field_is_tied_to_its_help_and_error() -> None:
    shown = render("{% field form.name %}", form=Form({"kind": "a"}))
    assert 'aria-describedby="id_name_help id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert '<p class="help" id="id_name_help">As on the invoice.</p>' in shown
    assert '<ul class="error" id="id_name_error"><li>This field is required.</li></ul>' in shown


def test_what_need_not_be_filled_says_so() -> None:
    assert "(optional)" in render("{% field form.phone %}", form=Form())
    assert "(optional)" not in render("{% field form.name %}", form=Form())


def test_choices_are_a_group_with_a_legend() -> None:
    shown = render("{% field form.kind %}", form=Form())
    assert "<legend>Kind</legend>" in shown
    assert shown.count("<label") == 2


def test_a_chip_has_a_tone_that_exists() -> None:
    assert render('{% chip "on hold" "stop" %}') == '<span class="chip stop">on hold</span>'
    with pytest.raises(TemplateSyntaxError):
        render('{% chip "on hold" "red" %}')


def test_an_address_with_one_parameter_changed(rf: RequestFactory) -> None:
    request = rf.get("/work/?status=open&cursor=abc&q=%ED%95%9C")
    shown = render('{% with_query status="" %}|{% with_query cursor="x&y" %}', request=request)
    assert shown == "/work/?q=%ED%95%9C|/work/?status=open&amp;q=%ED%95%9C&amp;cursor=x%26y"


def test_the_last_page_offers_no_more(rf: RequestFactory) -> None:
    assert render("{% more next %}", next="", request=rf.get("/work/")).strip() == ""
    assert 'href="/work/?cursor=c"' in render("{% more next %}", next="c", request=rf.get("/work/"))
