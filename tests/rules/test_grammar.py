from __future__ import annotations

import pytest
from eda_lint_rules.fire_and_forget.grammar import classify
from eda_lint_rules.fire_and_forget.inflection import is_participle, is_progressive, is_verb, past_participle
from hypothesis import given
from hypothesis import strategies as st


def names(text: str) -> list[str]:
    return text.split()


COMMANDS = names("""
SendEmail ResetOrder SetBudget ReadMeter create_invoice process-payment UpdateCustomerAddress invoice.send order.create
email:send invoice_generate AddItemToCart CreateOrderEvent SendInvoiceCommand com.acme.orders.create_order.v1
createInvoice CREATE_INVOICE ChargeCustomer ship_order_to_customer RequestPayment NotifyUser ApplyDiscount PayInvoice
RefundPayment ReserveStock cancel_subscription bulk_update_users CheckOutBook SendMessage updateHTTPHeaders
record_failure mark_as_paid reindex_products unregister-device orders/cancel VerifyIdentity SynchronizeCatalogue
TransferFunds notify.customer.send_reminder GenerateMonthlyReport evt_create_user assign_driver wait_for_payment
recalculate_totals ProvisionTenantCommand commands:DeleteAccount provision_vm UploadAvatar start_trial StopMachine
ProcessRefund
""")

EVENTS = names("""
OrderReset PasswordReset BudgetSet MessageRead PriceCut AddedToCart LoggedIn SignedUp CheckedOut RolledBack PaidInFull
MovedFromDraft TaskCompleted JobFailed charge.refunded BidApprovalRequested trial_will_end invoice_payment.open
charge_pending order.processing OrderPlacedEvent orders.placed OrderWasPlaced room/didRenameFiles stock.low
feed.embedded Order_Paid PAYMENT_FAILED UserHasLoggedIn shipment-lost CreateOrderRejected AddItemToCartFailed
subscription.past_due driver.unavailable com.acme.invoice.v2.written PaymentReceived PaymentRequiresAction
payment_succeeded EmailSent AgreementUpheld AccountFrozen DocumentSigned BookReturned SessionExpired
FundsWithdrawn seat_taken LicenceRevokedByAdmin SensorOnline ParcelLeft import_failed BackupSuccess orderShipped
ReservationHeld ContractWon MoneySpent KeyStolen import.in_progress
""")

NEITHER = names("""
ScheduledReport DetailedInvoice DelayedJob NestedOrder PriceChange Login Heartbeat Snapshot Reading Alert Reset Set Read
Put Update OrderStatus TestResult NewsFeed Seed DataFeed issuing_authorization.request SignUp PullRequest RefreshToken
Event BuildStatus ReleaseNotes Order orders CreditCard TransferOrder button_click page_view PushNotification
INVITE_CREATE MESSAGE_DELETE_BULK
guild_role_update build-analysis-trigger stage_instance_update TimeoutPolicy StartTime NeedSpeed
""")

QUERIES = ["GetOrders", "find_customer", "ListInvoices", "FindPolicyQuery", "shadow/get", "is_available_today"]


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    assert classify(name).kind == "command"


@pytest.mark.parametrize("name", EVENTS)
def test_events(name: str) -> None:
    assert classify(name).kind == "event"


@pytest.mark.parametrize("name", NEITHER)
def test_neither(name: str) -> None:
    assert classify(name).kind in ("neutral", "event")


@pytest.mark.parametrize("name", QUERIES)
def test_queries(name: str) -> None:
    assert classify(name).kind == "query"


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("SendInvoice", "InvoiceSent"),
        ("CreateOrderEvent", "OrderCreatedEvent"),
        ("SendInvoiceCommand", "InvoiceSent"),
        ("AddItemToCart", "ItemAddedToCart"),
        ("CheckOutBook", "BookCheckedOut"),
        ("create_invoice", "invoice_created"),
        ("CREATE_INVOICE", "INVOICE_CREATED"),
        ("process-payment", "payment-processed"),
        ("createInvoice", "invoiceCreated"),
        ("updateHTTPHeaders", "httpHeadersUpdated"),
        ("UpdateHTTPHeaders", "HTTPHeadersUpdated"),
        ("invoice.send", "invoice.sent"),
        ("orders/cancel", "orders/cancelled"),
        ("com.acme.orders.create_order.v1", "com.acme.orders.order_created.v1"),
        ("bulk_update_users", "users_bulk_updated"),
        ("invoice_generate", "invoice_generated"),
    ],
)
def test_suggestions_are_facts_in_the_same_style(name: str, suggestion: str) -> None:
    assert classify(name).suggestion == suggestion
    assert classify(suggestion).kind == "event"


@pytest.mark.parametrize(
    ("verb", "participle"),
    [
        ("send", "sent"), ("create", "created"), ("apply", "applied"), ("deploy", "deployed"), ("ship", "shipped"),
        ("cancel", "cancelled"), ("rebuild", "rebuilt"), ("resend", "resent"), ("unsubscribe", "unsubscribed"),
        ("reset", "reset"), ("write", "written"), ("overwrite", "overwritten"), ("sync", "synced"), ("pay", "paid"),
        ("panic", "panicked"), ("visit", "visited"), ("deliver", "delivered"), ("reship", "reshipped"), ("go", "gone"),
    ],
)  # fmt: skip
def test_past_participles(verb: str, participle: str) -> None:
    assert past_participle(verb) == participle
    assert is_participle(participle, after_noun=True)


@pytest.mark.parametrize("word", ["feed", "seed", "need", "speed", "embed", "proceed", "exceed", "hundred", "red"])
def test_words_in_ed_that_are_no_participles(word: str) -> None:
    assert not is_participle(word, after_noun=True)


def test_progressive_forms_and_nouns_in_ing() -> None:
    assert is_progressive("processing")
    assert is_progressive("expiring")
    assert not any(map(is_progressive, ("billing", "pricing", "thing", "string", "meeting", "king")))


def test_verbs_by_prefix_and_ending() -> None:
    assert is_verb("reindex")
    assert is_verb("serverlessize")
    assert not any(map(is_verb, ("size", "enterprise", "order", "unit", "under", "record")))


@given(st.text())
def test_any_text_is_read(name: str) -> None:
    reading = classify(name)
    assert reading.why
    assert reading.verb is None or reading.kind in ("command", "query")


@given(st.sampled_from(COMMANDS + EVENTS), st.sampled_from(["com.acme.", "shop/", "v1."]))
def test_a_namespace_in_front_changes_nothing(name: str, namespace: str) -> None:
    assert classify(namespace + name).kind == classify(name).kind


@given(st.sampled_from(COMMANDS), st.integers(1, 99))
def test_a_version_behind_changes_nothing(name: str, version: int) -> None:
    assert classify(f"{name}.v{version}").kind == "command"


def test_floor() -> None:
    """The grammar as a whole: hardly ever a false accusation, and most instructions found."""
    said_command = [name for name in (*COMMANDS, *EVENTS, *NEITHER) if classify(name).kind == "command"]
    found = [name for name in said_command if name in COMMANDS]
    assert len(found) / len(said_command) >= 0.97
    assert len(found) / len(COMMANDS) >= 0.9
