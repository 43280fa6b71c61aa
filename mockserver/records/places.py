"""Where can records belong? To the APIs that export, and to the kinds of rows that they export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.records.edition import Address
from openapi.model import FileSpec, Spec


class Unknown(LookupError):
    """A name that nothing has, and those that something has."""

    def __init__(self, message: str, valid: list[str]) -> None:
        super().__init__(message)
        self.valid = valid


class Places:
    """The kinds of rows of the APIs of one mock."""

    def __init__(self, specs: Mapping[str, Spec]) -> None:
        self._files = {name: dict(_files(spec)) for name, spec in specs.items()}

    def address(self, api: str, kind: str = "", account: str = "", resource: str = "") -> Address:
        """The address of these names. Raises Unknown. What there is only one of may be left out."""
        exporting = [name for name, files in self._files.items() if files]
        if not api and len(exporting) != 1:
            raise Unknown("api: several have something to export", sorted(exporting))
        api = api or exporting[0]
        if api not in exporting:
            raise Unknown(f"api: there is no {api!r} that exports", sorted(exporting))
        kinds = self._files[api]
        if not kind and len(kinds) != 1:
            raise Unknown(f"kind: {api} exports several kinds of rows", sorted(kinds))
        if kind and kind not in kinds:
            raise Unknown(f"kind: {api} exports no {kind!r}", sorted(kinds))
        return Address(api, kind or next(iter(kinds)), account, resource)

    def file(self, address: Address) -> FileSpec:
        """The file that the rows of an address go into."""
        return self._files[address.api][address.kind]


def _files(spec: Spec) -> Iterator[tuple[str, FileSpec]]:
    for operation in spec.operations.values():
        if operation.file:
            yield operation.file.rows, operation.file
