"""From a file, or its bytes, to the model, with what it imports."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from concord.dmn.model import Import, Model
from concord.dmn.problems import ModelError, Problem, Severity, quoted, wrong_argument
from concord.dmn.read import from_document, imports_of
from concord.dmn.xml import DMN, FEEL, Document, read

_LOOKED_AT = 100  # files of a folder
_OF_MODELS = ("", DMN.rstrip("/"), FEEL.rstrip("/"))


def load(
    source: str | Path | bytes, imports: Sequence[Model] = (), *, strict: bool = False
) -> Model:
    """Read a model from a file, by its path, or from bytes. What a file imports is looked for
    beside it, by its location, else by its namespace; other models can be given as `imports`.

    Raises `ModelError` for what is no model and, with `strict`, for a model that has errors
    (`Model.problems`); `OSError` for a file that cannot be read."""
    if isinstance(source, bytes | bytearray):
        document = read(bytes(source))
        told = list(_missing(document, imports))
        model = from_document(document, tuple(imports), tuple(told))
    else:
        model = _Folder(imports).load(_path(source), ())
    errors = [each for each in model.problems if each.severity == "error"] if strict else []
    if errors:
        raise ModelError(errors)
    return model


def again(data: bytes, imported: tuple[Model, ...], told: tuple[Problem, ...]) -> Model:
    """A model that was saved, with what it imports."""
    return from_document(read(data), imported, told)


def _path(source: object) -> Path:
    if not isinstance(source, str | Path):
        what = type(source).__name__
        raise wrong_argument(f"a model is loaded from a path or from bytes, not from a {what}")
    if str(source).lstrip("\ufeff \t\r\n").startswith("<"):
        raise wrong_argument("this is no path but a file's text: give it as bytes, text.encode()")
    return Path(source)


def _missing(document: Document, given: Iterable[Model]) -> Iterator[Problem]:
    have = {each.namespace for each in given}
    for each in _of_models(document):
        if each.namespace not in have:
            mend = "load the model from its file, or give what it imports as `imports`"
            yield _told(each, f"no model of the namespace {quoted(each.namespace)}; {mend}")


def _of_models(document: Document) -> Iterator[Import]:
    """The imports of models; other files (schemas, PMML) are not read."""
    for each, kind in imports_of(document.root):
        if kind.rstrip("/") in _OF_MODELS:
            yield each


def _told(of: Import, what: str, severity: Severity = "error") -> Problem:
    return Problem("model.import", f"the import {quoted(of.name)}: {what}", severity=severity)


class _Folder:
    """A file and what it imports, from its own folder only; each is read once."""

    def __init__(self, known: Sequence[Model]) -> None:
        self.known = tuple(known)
        self.models: dict[Path, Model] = {}
        self.documents: dict[Path, Document] = {}

    def load(self, path: Path, above: tuple[Path, ...]) -> Model:
        """`above` are the files whose import this is."""
        if path in above:
            names = " → ".join(each.name for each in (*above[above.index(path) :], path))
            raise ModelError([Problem("model.import-circle", f"files import each other: {names}")])
        if path not in self.models:
            document = self._read(path)
            told: list[Problem] = []
            found = dict.fromkeys(self._imported(path, document, told))
            beside = [self.load(each, (*above, path)) for each in found]
            try:
                made = from_document(document, (*self.known, *beside), tuple(told))
            except ModelError as error:
                raise _in_file(path, error) from None
            self.models[path] = made
        return self.models[path]

    def _read(self, path: Path) -> Document:
        if path not in self.documents:
            data = path.read_bytes()
            try:
                self.documents[path] = read(data)
            except ModelError as error:
                raise _in_file(path, error) from None
        return self.documents[path]

    def _imported(self, path: Path, document: Document, told: list[Problem]) -> Iterator[Path]:
        have = {each.namespace for each in self.known}
        for each in _of_models(document):
            if each.namespace in have:
                continue
            have.add(each.namespace)
            name = Path(each.location).name
            beside = path.parent / name
            if name and beside != path and beside.is_file() and self._is(beside, each.namespace):
                yield beside
            else:
                yield from self._by_namespace(path, each, told)

    def _is(self, path: Path, namespace: str) -> bool:
        return self._read(path).root.get("namespace") == namespace

    def _by_namespace(self, path: Path, of: Import, told: list[Problem]) -> Iterator[Path]:
        """The only file beside it that has the namespace."""
        found = [each for each in self._naming(path, of.namespace) if self._is(each, of.namespace)]
        named = f"its location {quoted(of.location)} does not lead to it" if of.location else ""
        if len(found) == 1:
            why = named or "no location is given"
            severity: Severity = "warning" if named else "hint"
            told.append(_told(of, f"{why}; '{found[0].name}' is taken by its namespace", severity))
            yield found[0]
            return
        names = ", ".join(quoted(each.name) for each in found)
        which = (
            f"{names} have its namespace: say which as locationURI"
            if found
            else (f"no file beside this one has the namespace {quoted(of.namespace)}")
        )
        told.append(_told(of, f"{named}{'; ' if named else ''}{which}"))

    @staticmethod
    def _naming(path: Path, namespace: str) -> Iterator[Path]:
        """The files beside it in which the namespace stands at all."""
        wanted = namespace.encode()
        for other in sorted(path.parent.glob("*.dmn"))[:_LOOKED_AT]:
            if other != path and wanted in other.read_bytes():
                yield other


def _in_file(path: Path, error: ModelError) -> ModelError:
    return ModelError(
        [replace(each, place=replace(each.place, file=path.name)) for each in error.problems]
    )
