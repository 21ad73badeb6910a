"""What a customer does who has only the keys."""

from sim.stage.bench import Bench
from terminal.focus import focused, targets


def presses_by_keys(machine: Bench, name: str) -> None:
    """`#` until the keys stand on the target of this name, then Enter."""
    for _ in range(len(targets(machine.session))):
        machine.does("key:#")
        stood_on = focused(machine.session)
        if stood_on is not None and stood_on.name == name:
            machine.does("key:enter")
            return
    raise AssertionError(f"no key reaches {name} on {machine.session.phase}")
