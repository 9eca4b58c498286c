"""Relations: AddRelatie, UpdateRelatie, GetRelaties. A code belongs to one relation."""

from datetime import datetime

from sync.sandbox.books import schema
from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.lengths import fit
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration


def add(books: Administration, relation: Record) -> Record:
    """AddRelatie; gives the new relation's id."""
    relation = _checked(books, relation, own_id=0)
    relation["ID"] = books.next_id()
    relation["AddDatum"] = datetime.combine(books.today(), datetime.min.time())
    books.put("cRelatie", relation)
    return {"Rel_ID": relation["ID"]}


def update(books: Administration, relation: Record) -> Record:
    """UpdateRelatie: every field is overwritten, what was not sent becomes empty."""
    before = books.get("cRelatie", relation["ID"])
    if before is None:
        raise Refusal("CREL904", value=relation["ID"])
    relation = _checked(books, relation, own_id=relation["ID"])
    books.put("cRelatie", relation | {"AddDatum": before["AddDatum"]})
    return {}


def _checked(books: Administration, relation: Record, *, own_id: int) -> Record:
    relation = fit(books, "cRelatie", relation, "CREL900")
    if not relation["Code"]:
        raise Refusal("CREL901")
    taken = books.relation(relation["Code"])
    if taken is not None and taken["ID"] != own_id:
        raise Refusal("CREL001", value=relation["Code"])
    if not relation["Bedrijf"]:
        raise Refusal("CREL902")
    if relation["BP"] not in {"B", "P"}:
        raise Refusal("CREL903")
    if relation["Gb_ID"] and books.get("cGrootboekrekening", relation["Gb_ID"]) is None:
        raise Refusal("CREL905", value=relation["Gb_ID"])
    return relation


def listed(books: Administration, request: Record) -> Record:
    """GetRelaties by id, by code and by keyword; no filter gives all. Empty texts are left out."""
    wanted = request["cFilter"] or schema.blank("cRelatieFilter")
    found = [
        {name: None if value == "" else value for name, value in x.items()}
        for x in _candidates(books, wanted["Code"], wanted["Trefwoord"])
        if wanted["ID"] in {0, x["ID"]}
    ]
    return {"Relaties": found}


def _candidates(books: Administration, code: str, keyword: str) -> list[Record]:
    known = books.relation(code) if code else None
    if code and (known is None or not keyword):
        return [] if known is None else [known]
    return [x for x in books.relations_about(keyword) if known is None or x is known]
