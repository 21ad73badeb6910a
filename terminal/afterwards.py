"""What is said of a visit in which something was done already: that no money has moved is true of what was
just stopped, and not of the visit any more.

Such a notice has a twin in every catalogue that has it (`messages.catalogue_from`): the same words, but in
place of that sentence the one of `STAYS`, that what was done before stays as it is. Which of the two is told
is decided where a text is looked for (`prompts.text_key`), so no flow can forget it.
"""

STAYS = "notice.stopped_after"
"""Whose sentence about the money takes the place of the other one."""

AFTER = "notice.after."
"""How the key of a twin begins."""

UNTOUCHED = frozenset(
    (
        *("cancelled", "service_stopped", "timed_out", "service_silent", "service_declined"),
        *("card_unreadable", "card_wrong_kind", "card_expired", "card_unknown", "card_blocked"),
        *("card_captured_by_bank", "card_kept", "card_jammed", "record_failed_card"),
        *("pin_blocked", "pin_pad_failed", "pin_unchanged", "pin_unknown"),
        *("insufficient", "over_limit", "declined", "not_enough", "receiving_declined"),
        *("bills_not_found", "contact_unknown", "damaged_notes_unknown"),
        *("report_refusal_unknown", "reservation_unknown", "usual_unknown"),
        *("transfer_not_found", "transfer_insufficient"),
        *("transfer_nothing_agreed", "transfer_no_chinese_fields"),
        *("passbook_unknown", "passbook_unavailable"),
        *("transfer_day_amount", "transfer_day_count", "transfer_year_amount"),
    )
)
"""The notices that say that no money has moved; a test holds this to the catalogues."""


def told_as(key: str, done: bool) -> str:
    """The key to tell in place of `key` in a visit in which something was done."""
    name = key.removeprefix("notice.")
    return f"{AFTER}{name}" if done and key == f"notice.{name}" and name in UNTOUCHED else key
