"""What is the oldest set of versions that pyproject.toml promises to work with?

Prints it as a constraints file for pip: every `>=` of the project's dependencies as an exact version.
"""

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"


def list_lower_bounds(project: dict[str, list[str] | dict[str, list[str]]]) -> Iterator[str]:
    """Yield one `name==version` line for every dependency, those of the optional groups included.

    Raises ValueError for a dependency without a lower bound.
    """
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for requirement in (Requirement(line) for group in groups for line in group):
        lowest = [bound.version for bound in requirement.specifier if bound.operator in {">=", "=="}]
        if len(lowest) != 1:
            raise ValueError(f"{requirement.name} needs exactly one lower bound, '>=' or '==', in pyproject.toml")
        yield f"{requirement.name}=={lowest[0]}"


if __name__ == "__main__":
    try:
        print("\n".join(list_lower_bounds(tomllib.loads(PYPROJECT.read_text())["project"])))
    except ValueError as error:
        sys.exit(str(error))
