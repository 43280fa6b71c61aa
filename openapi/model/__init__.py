"""The nouns of the project. Everything here is a frozen value; nothing here does anything but look itself up."""

from openapi.model.access import (
    Addressing,
    Authentication,
    ClientHint,
    CredentialFile,
    CredentialPlaces,
    CredentialVariables,
    PythonClient,
)
from openapi.model.files import FileSpec, Link, Transfer
from openapi.model.life import UNFINISHED, Lifecycle, Phase
from openapi.model.limits import Quota, RateLimit, Rule, SizeLimit
from openapi.model.listing import Filter, Listing, Paging, Sorting
from openapi.model.operation import Action, Answer, Operation, Parameter
from openapi.model.resources import Condition, Resource
from openapi.model.sources import Citation, Page
from openapi.model.spec import ErrorCode, Reading, Spec
from openapi.model.values import Json, Schema, Standing

__all__ = [
    "UNFINISHED",
    "Action",
    "Addressing",
    "Answer",
    "Authentication",
    "Citation",
    "ClientHint",
    "Condition",
    "CredentialFile",
    "CredentialPlaces",
    "CredentialVariables",
    "ErrorCode",
    "FileSpec",
    "Filter",
    "Json",
    "Lifecycle",
    "Link",
    "Listing",
    "Operation",
    "Page",
    "Paging",
    "Parameter",
    "Phase",
    "PythonClient",
    "Quota",
    "RateLimit",
    "Reading",
    "Resource",
    "Rule",
    "Schema",
    "SizeLimit",
    "Sorting",
    "Spec",
    "Standing",
    "Transfer",
]
