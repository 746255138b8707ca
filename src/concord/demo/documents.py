"""What happened between the company and one customer, before any system writes it down."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class Line:
    number: int
    product: str
    description: str
    quantity: int
    price: Decimal

    @property
    def amount(self) -> Decimal:
        return self.price * self.quantity


@dataclass(slots=True)
class Order:
    number: str
    unit: str
    ordered: date
    promised: date
    status: str
    closed: date | None
    amount: Decimal
    currency: str
    lines: list[Line]
    owner: str
    quote: str = ""


@dataclass(slots=True)
class Shipment:
    number: str
    order: str
    unit: str
    requested: date
    promised: date
    sent: date | None
    delivered: date | None
    parcels: int
    carrier: str


@dataclass(slots=True)
class Return:
    number: str
    shipment: str
    unit: str
    opened: date
    closed: date | None
    reason: str


@dataclass(slots=True)
class Invoice:
    number: str
    order: str
    unit: str
    issued: date
    due: date
    amount: Decimal
    currency: str
    cleared: date | None
    text: str


@dataclass(slots=True)
class Allocation:
    document: str
    kind: str
    invoice: str
    amount: Decimal
    on: date


@dataclass(slots=True)
class Payment:
    number: str
    paid: date
    amount: Decimal
    currency: str


@dataclass(slots=True)
class Credit:
    number: str
    invoice: str
    unit: str
    issued: date
    amount: Decimal
    currency: str
    reason: str


@dataclass(slots=True)
class Dispute:
    number: str
    invoice: str
    unit: str
    amount: Decimal
    currency: str
    reason: str
    opened: date
    closed: date | None
    owner: str
    outcome: str = ""


@dataclass(slots=True)
class Hold:
    number: str
    unit: str
    opened: date
    closed: date | None
    reason: str
    by: str


@dataclass(slots=True)
class Case:
    number: str
    contact: str
    severity: str
    subject: str
    opened: datetime
    due: datetime
    closed: datetime | None
    unit: str
    status: str
    owner: str


@dataclass(slots=True)
class Interaction:
    number: str
    kind: str
    contact: str
    subject: str
    at: datetime
    case: str


@dataclass(slots=True)
class Question:
    number: str
    subject: str
    opened: date
    due: date
    closed: date | None
    engineer: str
    unit: str


@dataclass(slots=True)
class Installed:
    serial: str
    product: str
    description: str
    unit: str
    installed: date
    retired: date | None


@dataclass(slots=True)
class Certificate:
    number: str
    serial: str
    unit: str
    issued: date
    expires: date
    expired: date | None


@dataclass(slots=True)
class Appointment:
    number: str
    kind: str
    booked: date
    planned: datetime
    done: date | None
    status: str
    technician: str
    unit: str


@dataclass(slots=True)
class Lead:
    number: str
    subject: str
    opened: date
    closed: date | None
    status: str
    owner: str
    unit: str


@dataclass(slots=True)
class Deal:
    number: str
    subject: str
    stage: str
    opened: date
    expected: date
    closed: date | None
    amount: Decimal
    owner: str
    unit: str


@dataclass(slots=True)
class Quote:
    number: str
    deal: str
    subject: str
    issued: date
    valid: date
    status: str
    closed: date | None
    amount: Decimal
    owner: str
    unit: str


@dataclass(slots=True)
class Contract:
    number: str
    kind: str
    begins: date
    ends: date
    ended: date | None
    amount: Decimal
    unit: str
    owner: str


@dataclass(slots=True)
class Activity:
    number: str
    kind: str
    subject: str
    on: date
    owner: str
    contact: str


@dataclass(slots=True)
class Planted:
    """A shipment that went out although accounting had put the customer on hold."""

    shipment: str
    hold: str
    sent: date


@dataclass(slots=True)
class History:
    """Everything that happened with one customer in two years."""

    orders: list[Order] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    installed: list[Installed] = field(default_factory=list)
    certificates: list[Certificate] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    leads: list[Lead] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    contracts: list[Contract] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
