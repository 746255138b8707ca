"""A name is found however it was written: in another case, without accents, apart or together.

And what the questions and groups need since: changed entries in their order, and who was said not
to belong together.
"""

import json
import unicodedata

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations import RunSQL
from django.db.models import F

from concord.kernel.append_only import in_our_tables, owners_function


def _letters() -> str:
    """Each letter with all that an accent makes of it, in both cases, as JSON."""
    latin = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
    found = {chr(code): chr(code) + chr(code).upper() for code in range(0x61, 0x7B)}
    for each in latin:
        apart = unicodedata.normalize("NFD", each)
        if len(apart) > 1 and apart[0].lower() in found:
            found[apart[0].lower()] += each
    for base, more in {"d": "\u0111\u0110\u00f0\u00d0", "l": "\u0142\u0141", "i": "\u0131\u0130",
                       "o": "\u00f8\u00d8"}.items():  # fmt: skip
        found[base] += more
    return json.dumps(found, ensure_ascii=False)


# What spells another letter out is read as that: Mueller and Müller, Strasse and Straße.
PATTERN = rf"""
DECLARE
    letters CONSTANT jsonb := $letters${_letters()}$letters$;
    marks CONSTANT text := '[\u0300-\u036f]*';
    inside CONSTANT text := '0-9A-Za-z\u00aa-\u052f\u1e00-\u1eff';
    plain text := normalize(word, NFC);
    made text := '';
    at integer := 1;
    one text;
    two text;
    next text;
BEGIN
    plain := regexp_replace(plain, '[\u00e4\u00c4\u00e6\u00c6]', 'ae', 'g');
    plain := regexp_replace(plain, '[\u00f6\u00d6\u00f8\u00d8\u0153\u0152]', 'oe', 'g');
    plain := regexp_replace(plain, '[\u00fc\u00dc]', 'ue', 'g');
    plain := regexp_replace(plain, '[\u00df\u1e9e]', 'ss', 'g');
    plain := translate(plain, U&'\0142\0141\0111\0110\00f0\00d0\0131\0130', 'llddddii');
    plain := normalize(regexp_replace(normalize(plain, NFD), '[\u0300-\u036f]', '', 'g'), NFC);
    plain := regexp_replace(btrim(plain), '[\s,]+', ' ', 'g');
    IF plain ~ '^[-+().\s/0-9]+$' THEN
        plain := regexp_replace(plain, '[^0-9]', '', 'g');
        made := regexp_replace(plain, '(.)(?=.)', '\1[-\\s().\\/]*', 'g');
        at := length(plain) + 1;
    END IF;
    WHILE at <= length(plain) LOOP
        one := substr(plain, at, 1);
        two := lower(substr(plain, at, 2));
        next := substr(plain, at + 1, 1);
        IF two IN ('ae', 'oe', 'ue') THEN
            made := made || '(?:[' || (letters->>substr(two, 1, 1)) || ']' || marks || '[eE]?'
                || CASE two WHEN 'ae' THEN '|[\u00e6\u00c6]' WHEN 'oe' THEN '|[\u0153\u0152]'
                   ELSE '' END || ')';
            at := at + 1;
        ELSIF two = 'ss' THEN
            made := made || '(?:[sS]' || marks || '[sS]' || marks || '|[\u00df\u1e9e])';
            at := at + 1;
        ELSIF letters ? lower(one) THEN
            made := made || '[' || (letters->>lower(one)) || ']' || marks;
        ELSIF one = ' ' THEN
            made := made || CASE WHEN ascii(substr(plain, at - 1, 1)) >= 11904 AND ascii(next) >= 11904
                THEN '\s*' ELSE '(?:[\s,.]|\\[nrt])+' END;
        ELSIF one = '-' THEN
            made := made || '[-\u2010-\u2013\s]?';
        ELSIF ascii(one) >= 11904 THEN
            made := made || CASE WHEN normalize(one, NFD) = one THEN one
                ELSE '(?:' || one || '|' || normalize(one, NFD) || ')' END
                || CASE WHEN ascii(next) >= 11904 THEN '\s*' ELSE '' END;
        ELSIF one IN ('"', '\') THEN
            made := made || '\\*\' || one;
        ELSIF ascii(one) < 128 THEN
            made := made || CASE WHEN one ~ '[0-9]' THEN one ELSE '\' || one END;
        ELSE
            made := made || '[' || lower(one) || upper(one) || ']' || marks;
        END IF;
        at := at + 1;
    END LOOP;
    IF left(plain, 1) ~ ('[' || inside || ']') THEN
        made := '(?:(?<![' || inside || '])|(?<=\\[nrtbf]))' || made;
    END IF;
    IF right(plain, 1) ~ ('[' || inside || ']') THEN
        made := made || '(?![' || inside || '])';
    END IF;
    RETURN '(?:' || made || ')';
END
"""

# Of JSON, texts and names of fields; numbers are amounts and stay.
WITHOUT = """
BEGIN
    RETURN CASE jsonb_typeof(said)
        WHEN 'string' THEN to_jsonb(regexp_replace(said #>> '{}', pattern, '▒▒▒', 'g'))
        WHEN 'object' THEN (
            SELECT coalesce(jsonb_object_agg(
                regexp_replace(key, pattern, '▒▒▒', 'g'), without_mentions(value, pattern)), '{}')
            FROM jsonb_each(said))
        WHEN 'array' THEN (
            SELECT coalesce(jsonb_agg(without_mentions(value, pattern) ORDER BY place), '[]')
            FROM jsonb_array_elements(said) WITH ORDINALITY AS each(value, place))
        ELSE said END;
END
"""

# Words that no profile of the erasure says are refused: nobody blanks the log of other things.
MENTIONS = r"""
DECLARE
    word text;
    pattern text := mentions_pattern(words);
    touched integer;
    changed integer;
BEGIN
    IF NOT EXISTS (SELECT FROM customers_erasure e JOIN customers_erasurerun r ON r.erasure_id = e.id
            WHERE e.id = erasure AND r.finished_at IS NULL) THEN
        RAISE EXCEPTION 'there is no such erasure under way' USING ERRCODE = 'check_violation';
    END IF;
    FOREACH word IN ARRAY words LOOP
        IF char_length(word) < 3 OR NOT EXISTS (
                SELECT FROM customers_erasure e
                JOIN customers_profile p ON p.id = ANY(e.profiles)
                LEFT JOIN customers_profileversion v ON v.profile_id = p.id
                WHERE e.id = erasure AND (p.key = word OR (
                    SELECT bool_and(strpos(p.data::text || coalesce(v.data::text, ''),
                                           substr(said, 2, length(said) - 2)) > 0)
                    FROM (SELECT to_json(part)::text AS said
                          FROM regexp_split_to_table(btrim(word), '[\s,]+') part) parts))) THEN
            RAISE EXCEPTION 'this is no word of who is erased' USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    UPDATE kernel_auditentry SET data = without_mentions(data, pattern)
    WHERE id BETWEEN first AND last AND data::text ~ pattern;
    GET DIAGNOSTICS touched = ROW_COUNT;
    UPDATE customers_rightsevent
    SET note = regexp_replace(note, pattern, '▒▒▒', 'g'), data = without_mentions(data, pattern)
    WHERE id BETWEEN first AND last AND (note ~ pattern OR data::text ~ pattern);
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN touched + changed;
END
"""


def _function(signature: str, types: str, returns: str, language: str, body: str) -> RunSQL:
    name = signature.split("(")[0]
    return RunSQL(
        [
            f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE {language} IMMUTABLE "
            f"AS $function${body}$function$",
            in_our_tables(f"{name}({types})"),
        ],
        f"DROP FUNCTION {name}({types})",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        _function("mention_pattern(word text)", "text", "text", "plpgsql", PATTERN),
        _function(
            "mentions_pattern(words text[])", "text[]", "text", "sql",
            "SELECT string_agg(mention_pattern(word), '|') FROM unnest(words) AS word",
        ),
        _function(
            "without_mentions(said jsonb, pattern text)", "jsonb, text", "jsonb", "plpgsql",
            WITHOUT,
        ),
        RunSQL("DROP FUNCTION redact_mentions(bigint, text[], bigint, bigint)", RunSQL.noop),
        owners_function(
            "redact_mentions",
            "erasure bigint, words text[], first bigint, last bigint",
            "integer",
            MENTIONS,
        ),
        migrations.AddIndex(
            model_name="pair",
            index=models.Index(
                F("stake").desc(),
                models.Case(models.When(doubted__isnull=False, then=1), default=0).desc(),
                F("score").desc(),
                F("id").desc(),
                name="doubts_in_order",
                condition=models.Q(doubted__isnull=False, is_bridge=False),
            ),
        ),
        migrations.AddIndex(
            model_name="profile",
            index=models.Index(
                fields=["-known_from", "id"],
                name="profiles_pinned",
                condition=~models.Q(pins=[]),
            ),
        ),
        migrations.CreateModel(
            name="NotBelonging",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("one", models.UUIDField()),
                ("other", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["one", "other"], name="not_belonging_once")
                ],
                "indexes": [models.Index(fields=["other"], name="not_belonging_of_other")],
            },
        ),
    ]  # fmt: skip
