"""From a look at a file to a source: one click."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from concord.kernel.access import viewer_of
from concord.kernel.errors import Problem
from concord.kernel.models import Source, User
from concord.records import access
from concord.records.actions.sources import create_source, key_of
from concord.records.importing.background import start_import
from concord.records.look.mapping import mapping_for
from concord.records.look.opened import Opened, Said
from concord.records.look.upload import Upload
from concord.records.models import Import


def keep(
    upload: Upload, opened: Opened, said: Said, name: str, *, totals: Sequence[str], by: User
) -> Import:
    """Make the source `name` with the mapping that was understood, and import the file into it.

    `totals` are what the rows are called that sum up others: they are not taken.
    A source of that name with the same mapping takes the file as its next export. Raises Problem
    where the name is taken by a source that is read in another way.
    """
    name = name.strip()[:50]
    if not name:
        raise Problem(_("The source needs a name."), mend=_("Say which system the file is from."))
    known = opened.understood(said)
    mapping = mapping_for(known, said.currency_of(known).code, opened.file, totals)
    source = Source.objects.filter(key=key_of(name)).first()
    if source is None:
        source = create_source(by, name=name, mapping=mapping, department=by.department)
    elif not access.tends(viewer_of(by), source):
        raise Problem(
            _("There is a source of this name that another department answers for."),
            place=name,
            mend=_("Choose another name, or ask who answers for it to import the file."),
        )
    elif source.mapping.strip() != mapping.strip():
        raise Problem(
            _("There is a source of this name that is read in another way."),
            place=name,
            mend=_("Choose another name, or drop the file on that source's page."),
        )
    return start_import(upload.path, source, mapping, file_name=upload.name, by=by)
