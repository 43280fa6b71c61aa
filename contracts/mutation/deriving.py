"""Every mutant of a spec: each kind of clause has a function that knows what can be got wrong about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contracts.mutation import access, answers, files, limits, lists, requests, tasks, told, transfers
from contracts.mutation.facts import Facts
from contracts.mutation.mutant import Mutant
from openapi.clauses import Clause, ClauseKind, clauses
from openapi.model import Spec

Derive = Callable[[Facts, Clause], Iterator[Mutant]]

DERIVED: Mapping[ClauseKind, Derive] = {
    ClauseKind.TYPE: requests.type_mutants,
    ClauseKind.REQUIRED: requests.required_mutants,
    ClauseKind.ENUM: requests.enum_mutants,
    ClauseKind.MINIMUM: requests.bound_mutants,
    ClauseKind.MAXIMUM: requests.bound_mutants,
    ClauseKind.LENGTH: requests.bound_mutants,
    ClauseKind.ITEMS: requests.bound_mutants,
    ClauseKind.PATTERN: requests.pattern_mutants,
    ClauseKind.FORMAT: requests.format_mutants,
    ClauseKind.DEFAULT: requests.default_mutants,
    ClauseKind.UNKNOWN_MEMBER: requests.unknown_member_mutants,
    ClauseKind.RULE: requests.rule_mutants,
    ClauseKind.NOT_GIVEN: requests.not_given_mutants,
    ClauseKind.STATUS: answers.status_mutants,
    ClauseKind.CONTENT_TYPE: answers.content_type_mutants,
    ClauseKind.RESPONSE_SCHEMA: answers.response_schema_mutants,
    ClauseKind.HEADER: answers.header_mutants,
    ClauseKind.REQUEST_ID: answers.request_id_mutants,
    ClauseKind.MESSAGE: told.message_mutants,
    ClauseKind.IDENTITY: told.identity_mutants,
    ClauseKind.ECHO: told.echo_mutants,
    ClauseKind.TIME: told.time_mutants,
    ClauseKind.ROBUSTNESS: told.robustness_mutants,
    ClauseKind.ERROR_CODE: answers.error_code_mutants,
    ClauseKind.RATE_LIMIT: limits.rate_limit_mutants,
    ClauseKind.QUOTA: limits.quota_mutants,
    ClauseKind.OVERWRITE: limits.overwrite_mutants,
    ClauseKind.SIZE: limits.size_mutants,
    ClauseKind.PHASE: tasks.phase_mutants,
    ClauseKind.TRANSITION: tasks.transition_mutants,
    ClauseKind.PROGRESS: tasks.progress_mutants,
    ClauseKind.EXPIRY: tasks.expiry_mutants,
    ClauseKind.ACTION_IN_PHASE: tasks.action_in_phase_mutants,
    ClauseKind.DELETION: transfers.deletion_mutants,
    ClauseKind.MEMBER_IN_PHASE: transfers.member_in_phase_mutants,
    ClauseKind.DOWNLOAD_FLAG: transfers.download_flag_mutants,
    ClauseKind.RANGES: transfers.ranges_mutants,
    ClauseKind.CONDITIONS: transfers.conditions_mutants,
    ClauseKind.HEAD: transfers.head_mutants,
    ClauseKind.MISSING_TASK: tasks.missing_task_mutants,
    ClauseKind.FILTER: lists.filter_mutants,
    ClauseKind.SORT: lists.sort_mutants,
    ClauseKind.ORDER: lists.order_mutants,
    ClauseKind.PAGING: lists.paging_mutants,
    ClauseKind.TOTAL: lists.total_mutants,
    ClauseKind.FILE: files.file_mutants,
    ClauseKind.LINK: files.link_mutants,
    ClauseKind.LINK_EXPIRY: files.link_expiry_mutants,
    ClauseKind.SIGNATURE: access.signature_mutants,
    ClauseKind.SKEW: access.skew_mutants,
    ClauseKind.LOCK: access.lock_mutants,
    ClauseKind.TOKEN: access.token_mutants,
    ClauseKind.ADDRESSING: access.addressing_mutants,
    ClauseKind.ISOLATION: access.isolation_mutants,
    ClauseKind.RESOURCE: access.resource_mutants,
}

# They state nothing of their own: what is found there is a breach of other clauses, from which mutants are derived.
UMBRELLAS = frozenset(ClauseKind) - DERIVED.keys()


def mutants(spec: Spec) -> Iterator[Mutant]:
    """The mutants of every clause of a spec, clause by clause; no two of a clause have the same name."""
    facts = Facts(spec)
    for clause in clauses(spec):
        derive = DERIVED.get(clause.kind)
        yield from derive(facts, clause) if derive else ()
