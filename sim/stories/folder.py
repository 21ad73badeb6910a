"""The folder that a story leaves: its journal with the key beside it, as the log commands and `replay` look for them."""

from pathlib import Path

from sim.stage.bench import KEY


def prepared(folder: Path) -> Path:
    """A fresh folder for a story; where its journal comes to be, with the key beside it. Of what lies there only the
    journal of an earlier play goes."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.name.startswith("journal."):
            old.unlink()
    journal = folder / "journal.db"
    write_key(journal)
    return journal


def write_key(journal: Path) -> None:
    """The key of stories beside a journal."""
    path = Path(f"{journal}.key")
    path.write_bytes(KEY)
    path.chmod(0o600)
