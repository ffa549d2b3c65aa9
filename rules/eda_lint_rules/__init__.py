"""The rules that come with eda-lint. They enter through the entry point `eda_lint.rules`, as a plugin's do."""

from __future__ import annotations

from eda_lint.model.rule import Rule
from eda_lint_rules.acknowledgement.ack_before_effect import AckBeforeEffect
from eda_lint_rules.consistency.dual_write import DualWrite
from eda_lint_rules.consistency.http_fanout import HttpFanout
from eda_lint_rules.fire_and_forget.command_named_event import CommandNamedEvent
from eda_lint_rules.idempotent.non_idempotent_handler import NonIdempotentHandler
from eda_lint_rules.producer_delivery.fire_and_forget_produce import FireAndForgetProduce
from eda_lint_rules.producer_delivery.unawaited_send import UnawaitedSend
from eda_lint_rules.producer_delivery.unchecked_batch_result import UncheckedBatchResult
from eda_lint_rules.queue_or_stream.shared_queue import SharedQueue
from eda_lint_rules.schema_evolution.backward_incompatible_schema import BackwardIncompatibleSchema
from eda_lint_rules.schema_evolution.changed_meaning import ChangedMeaning
from eda_lint_rules.schema_evolution.closed_enum_grown import ClosedEnumGrown
from eda_lint_rules.schema_evolution.forward_incompatible_schema import ForwardIncompatibleSchema
from eda_lint_rules.schema_evolution.model_differs_from_schema import ModelDiffersFromSchema
from eda_lint_rules.schema_evolution.renamed_field import RenamedField
from eda_lint_rules.schema_evolution.required_field_added import RequiredFieldAdded
from eda_lint_rules.schema_evolution.reused_number import ReusedNumber
from eda_lint_rules.schema_evolution.unversioned_contract import UnversionedContract
from eda_lint_rules.self_contained.callback_to_producer import CallbackToProducer
from eda_lint_rules.self_contained.thin_event import ThinEvent
from eda_lint_rules.tool.unreadable_source import UnreadableSource
from eda_lint_rules.tool.unused_suppression import UnusedSuppression
from eda_lint_rules.topology.unfed_channel import UnfedChannel
from eda_lint_rules.topology.unread_channel import UnreadChannel

RULES: tuple[type[Rule], ...] = (
    UnusedSuppression,
    UnreadableSource,
    CommandNamedEvent,
    ThinEvent,
    CallbackToProducer,
    NonIdempotentHandler,
    AckBeforeEffect,
    FireAndForgetProduce,
    UnawaitedSend,
    UncheckedBatchResult,
    DualWrite,
    HttpFanout,
    SharedQueue,
    UnreadChannel,
    UnfedChannel,
    BackwardIncompatibleSchema,
    ForwardIncompatibleSchema,
    ReusedNumber,
    RequiredFieldAdded,
    ClosedEnumGrown,
    RenamedField,
    ModelDiffersFromSchema,
    UnversionedContract,
    ChangedMeaning,
)
"""All shipped rules, by code."""
