"""The number of a document: kept encrypted with a key of the installation, for certificates alone (民政部令第67号). No page shows it."""

from chuangwen.intake import sealing

PURPOSE = "volunteers.document"


def seal_document(number: str) -> str:
    """The number as it is kept."""
    return sealing.seal(number, PURPOSE)


def unseal_document(sealed: str) -> str:
    """The number again, for the certificate that needs it; empty where it cannot be read."""
    return sealing.unseal(sealed, PURPOSE)
