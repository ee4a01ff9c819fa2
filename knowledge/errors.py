"""What can go wrong below ``knowledge``.

KnowledgeError
├── NotFound       nothing there: no artifacts, no such node      (the asker or admin can act; safe to show)
├── Refused        we will not: an older artifact, a shrink       (the admin can act; safe to show)
└── Unavailable    ours or an outside service's: retry or report  (``sentence`` says what to do, without secrets)
"""


class KnowledgeError(Exception):
    """Base of this package's errors. ``str(error)`` is one sentence without secrets, fit for an admin."""


class NotFound(KnowledgeError):
    """What was asked for does not exist."""


class Refused(KnowledgeError):
    """A guard stopped the operation; nothing was changed."""


class Unavailable(KnowledgeError):
    """Something we depend on does not work now."""
