"""What can only be read over the API: cost centres and articles."""

from sync.sandbox.books import schema
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration

_ARTICLE_TEXTS = ("ArtikelOmschrijving", "ArtikelCode", "GroepOmschrijving", "GroepCode")


def cost_centres(books: Administration, request: Record) -> Record:
    """GetKostenplaatsen by id, parent and description; no filter gives all."""
    wanted = request["cFilter"] or schema.blank("cKostenplaatsFilter")
    found = [
        x
        for x in books.table("cKostenplaats")
        if wanted["KostenplaatsID"] in {0, x["KostenplaatsId"]}
        and wanted["KostenplaatsParentID"] in {0, x["KostenplaatsParentId"]}
        and wanted["Omschrijving"] in {"", x["Omschrijving"]}
    ]
    return {"Kostenplaatsen": found}


def articles(books: Administration, request: Record) -> Record:
    """GetArtikelen by id, codes and descriptions; no filter gives all."""
    wanted = request["cFilter"] or schema.blank("cArtikelFilter")
    found = [
        x
        for x in books.table("cArtikel")
        if wanted["ArtikelID"] in {0, x["ArtikelID"]}
        and all(wanted[name] in {"", x[name]} for name in _ARTICLE_TEXTS)
    ]
    return {"Artikelen": found}
