"""What is decided in an expansion plan, and what can be asked about one."""

from provisor.explaining import Decision, QuestionKind

DECISIONS = (
    Decision(
        name="built", table="shelf_additions", key=("facility", "storage_type"), amount="shelves_added",
        unit="shelf", worth=100.0,
        more="{amount} of {storage_type} more {are} added at {facility}",
        less="{amount} of {storage_type} less {are} added at {facility}",
    ),
    Decision(
        name="ordered", table="order_schedule_daily", key=("order_month", "sku", "facility"), amount="units_ordered",
        unit="pack", worth=0.01,
        more="{amount} of {sku} more {are} ordered for {facility} in month {order_month}",
        less="{amount} of {sku} less {are} ordered for {facility} in month {order_month}",
    ),
    Decision(
        name="shipped", table="shipment_plan_daily", key=("month", "sku", "facility"), amount="units_shipped",
        unit="pack", worth=0.01,
        more="{amount} of {sku} more {are} shipped from {facility} in month {month}",
        less="{amount} of {sku} less {are} shipped from {facility} in month {month}",
    ),
    Decision(
        name="rented", table="overflow", key=("month", "facility", "storage_type"), amount="volume_cuft",
        unit="cuft-day", worth=0.002,
        more="{amount} of {storage_type} more {are} rented at {facility} in month {month}",
        less="{amount} of {storage_type} less {are} rented at {facility} in month {month}",
        outcome=True,
    ),
    Decision(
        name="lost", table="lost_sales", key=("month", "sku"), amount="units", unit="pack", worth=1.0,
        more="{amount} of {sku} more {are} not served in month {month}",
        less="{amount} of {sku} less {are} not served in month {month}",
        outcome=True,
    ),
)  # fmt: skip
"""What is built, ordered and shipped; what is rented and what is lost follow. Days within a month are not compared."""

QUESTIONS = (
    QuestionKind(
        "", ("facility", "storage_type", "shelves", "sku", "share", "month", "delivery", "packs"),
        "price of building at a site, of a site serving a product, or of a delivery in a month, if it is not so (not) "
        "or is so",
        "why not facility=SOUTH storage_type=pallet shelves=40",
    ),
    QuestionKind(
        "shelves", ("facility", "storage_type"),
        "why shelves are added or not: the month, type and measure that asks for them, or what is left free",
        "why shelves facility=SOUTH",
    ),
    QuestionKind(
        "share", ("sku", "facility", "month"),
        "how sure it is which site serves what: the range of its share at the same cost of building",
        "why share facility=SOUTH month=3",
    ),
    QuestionKind(
        "trucks", ("supplier", "facility", "month"),
        "why loads of a supplier are above its trucks: more demand than they can bring at all, or steps of its stock",
        "why trucks supplier=JOINER",
    ),
    QuestionKind(
        "short", ("sku", "month"),
        "why demand is not served, or what would keep it from being served in a case that cannot be planned",
        "why short sku=CUPS",
    ),
)  # fmt: skip
"""What can be asked about an expansion plan."""
