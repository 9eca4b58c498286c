"""Every visible sentence, Dutch and English side by side, and nothing else.

A value in braces is filled in by `say`. Sentences may be drawn by Streamlit as labels, so they
hold no Markdown of their own; whatever is filled in is escaped where it is drawn, not here.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Language = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "app.name": ("Boekwacht", "Boekwacht"),
    "language": ("Taal", "Language"),
    "nav.logs": ("Logs", "Logs"),
    "nav.invoices": ("Facturen", "Invoices"),
    "invoices.title": ("Factuurlog", "Invoice log"),
    "invoices.grid": (
        "Factuurlog, {rows} van {total} rijen, nieuwste eerst",
        "Invoice log, {rows} of {total} rows, newest first",
    ),
    # Frame
    "sandbox": (
        "Voorbeeldgegevens: deze rijen komen van een nagebootste winkel en boekhouding, "
        "want er is nog geen koppeling ingesteld.",
        "Sandbox data: these rows come from a simulated shop and simulated books, because no "
        "connection is configured yet.",
    ),
    "fresh.run": ("Laatste run {moment}, {ago} geleden", "Last run {moment}, {ago} ago"),
    "fresh.running": ("Run bezig sinds {moment}", "Run in progress since {moment}"),
    "fresh.newest": ("nieuwste rij {moment}", "newest row {moment}"),
    "fresh.none": ("Nog geen run afgerond", "No run has ended yet"),
    "fresh.failed": (
        "De laatste run ({moment}) is niet afgemaakt: {message}",
        "The last run ({moment}) was not completed: {message}",
    ),
    "guard.login": (
        "Inloggen is nodig: dit dashboard heeft nog geen login en is daarom alleen te openen op "
        "de computer waarop het draait.",
        "A login is needed: this dashboard has no login yet, so it can only be opened on the "
        "computer on which it runs.",
    ),
    "guard.role": (
        "Voor deze pagina is het recht {role} nodig; vraag het aan wie de instellingen beheert.",
        "This page needs the right {role}; ask whoever manages the settings.",
    ),
    # When something is wrong
    "error.nothing": (
        "Er is nog niets gelopen. Start de synchronisatie; de eerste facturen verschijnen hier "
        "vanzelf.",
        "Nothing has run yet. Start the sync; the first invoices will appear here by themselves.",
    ),
    "error.store": (
        "De gegevens zijn nu niet te lezen. De oorzaak:",
        "The record cannot be read now. The cause:",
    ),
    "error.settings": (
        "De instellingen zijn niet te gebruiken. De oorzaak:",
        "The settings cannot be used. The cause:",
    ),
    "error.panel": (
        "Dit onderdeel kon niet worden getoond; de rest van de pagina klopt wel.",
        "This part could not be shown; the rest of the page is right.",
    ),
    "error.id": (
        "Foutnummer {id}, ook te vinden in het logboek van het dashboard.",
        "Error id {id}, also to be found in the dashboard's own log.",
    ),
    "error.retry": ("Opnieuw proberen", "Retry"),
    # Filters
    "filters": ("Filters", "Filters"),
    "filters.more": ("Meer filters", "More filters"),
    "filters.clear": ("Wis filters", "Clear filters"),
    "filters.remove": ("Verwijder filter {chip}", "Remove filter {chip}"),
    "range": ("Periode", "Period"),
    "range.today": ("Vandaag", "Today"),
    "range.7d": ("7 dagen", "7 days"),
    "range.30d": ("30 dagen", "30 days"),
    "range.90d": ("90 dagen", "90 days"),
    "range.all": ("Alles", "All"),
    "range.custom": ("Aangepast", "Custom"),
    "range.days": ("{since} t/m {until}", "{since} to {until}"),
    "date": ("Van en tot en met", "From and until"),
    "success": ("Gelukt", "Success"),
    "success.all": ("Alles", "All"),
    "success.yes": ("Gelukt", "Succeeded"),
    "success.no": ("Mislukt", "Failed"),
    "state": ("Alleen nog open", "Only still open"),
    "state.help": (
        "Alleen documenten die nu nog niet geboekt zijn en aandacht vragen",
        "Only documents that are not booked yet and need attention",
    ),
    "q": ("Zoek", "Search"),
    "q.placeholder": ("Zoek in order, factuur en melding", "Search order, invoice and message"),
    "q.private": (
        "Een e-mailadres wordt nooit in het adres van deze pagina gezet.",
        "An e-mail address is never put in this page's address.",
    ),
    "platform": ("Platform", "Platform"),
    "cat": ("Categorie", "Category"),
    "trigger": ("Aanleiding", "Trigger"),
    "pattern": ("Foutpatroon", "Error pattern"),
    "run": ("Run", "Run"),
    "any": ("Alle", "Any"),
    "sort": ("Volgorde", "Sort"),
    "sort.desc": ("{column}, aflopend", "{column}, descending"),
    "sort.asc": ("{column}, oplopend", "{column}, ascending"),
    "sort.newest": ("Nieuwste eerst", "Newest first"),
    "sort.oldest": ("Oudste eerst", "Oldest first"),
    "cols": ("Kolommen", "Columns"),
    "cols.extra": ("Extra kolommen", "Extra columns"),
    # Result
    "count.rows": ("{n} rijen", "{n} rows"),
    "count.row": ("1 rij", "1 row"),
    "count.open": ("{n} open documenten", "{n} open documents"),
    "count.open1": ("1 open document", "1 open document"),
    "count.success": ("succes {rate} ({yes} van {all})", "success {rate} ({yes} of {all})"),
    "count.none": ("succes –", "success –"),
    "empty": ("Geen rijen voor dit filter", "No rows for this filter"),
    "empty.filter": ("Gezocht is naar: {filter}.", "Searched for: {filter}."),
    "empty.nearest": (
        "De dichtstbijzijnde dag met zulke rijen is {day}.",
        "The nearest day with such rows is {day}.",
    ),
    "empty.go": ("Toon {day}", "Show {day}"),
    "empty.log": ("Er zijn nog geen facturen geprobeerd.", "No invoice has been tried yet."),
    # CSV
    "csv": ("CSV", "CSV"),
    "csv.all": (
        "Alle {n} rijen van dit filter, met alle kolommen.",
        "All {n} rows of this filter, with all columns.",
    ),
    "csv.nl": ("Nederlandse notatie", "Dutch notation"),
    "csv.en": ("Engelse notatie", "English notation"),
    "csv.filter": ("Het filter als tekst", "The filter as text"),
    "invoices.file": ("facturen", "invoices"),
    "csv.made": ("Gemaakt op {moment}", "Made on {moment}"),
    # Columns
    "col.id": ("ID", "ID"),
    "col.order": ("Order", "Order"),
    "col.document_no": ("Factuur-ID", "Invoice ID"),
    "col.message": ("Melding", "Message"),
    "col.started_at": ("Datum", "Date Created"),
    "col.platform": ("Platform", "Platform"),
    "col.success": ("Gelukt", "Success"),
    "col.pattern": ("Foutpatroon", "Error pattern"),
    "col.category": ("Categorie", "Category"),
    "col.attempt_no": ("Poging", "Attempt"),
    "col.duration_ms": ("Duur (ms)", "Duration (ms)"),
    "col.trigger": ("Aanleiding", "Trigger"),
    "col.run": ("Run", "Run"),
    "col.amount": ("Bedrag incl. btw", "Amount incl. VAT"),
    "col.mutation_no": ("Mutatie", "Mutation"),
    "col.actor": ("Door", "By"),
    "col.outcome": ("Uitkomst", "Outcome"),
    "col.order_no": ("Order", "Order"),
    "col.connection": ("Koppeling", "Connection"),
    "col.entity": ("Soort", "Kind"),
    "col.document_id": ("Document-ID in de winkel", "Document ID in the shop"),
    "col.order_id": ("Order-ID in de winkel", "Order ID in the shop"),
    "col.store": ("Winkelweergave", "Store view"),
    "col.finished_at": ("Afgerond", "Finished"),
    "col.error_code": ("Foutcode", "Error code"),
    "col.rules_version": ("Regelversie", "Rules version"),
    "col.currency": ("Valuta", "Currency"),
    "col.customer": ("Klantnummer", "Customer number"),
    "col.relation_code": ("Relatiecode", "Relation code"),
    "col.key": ("Sleutel", "Key"),
    "col.detail": ("Details", "Details"),
    # Values
    "yes": ("✓ Ja", "✓ Yes"),
    "no": ("✗ Nee", "✗ No"),
    "skipped": ("– Overgeslagen", "– Skipped"),
    "running": ("… Bezig", "… Running"),
    "message.running": ("Wordt nu geboekt", "Being booked now"),
    "trigger.schedule": ("planning", "schedule"),
    "trigger.manual": ("handmatig", "by hand"),
    "trigger.resync": ("opnieuw geboekt", "resync"),
    "trigger.cli": ("opdrachtregel", "command line"),
    "category.authentication": ("inloggen", "authentication"),
    "category.timeout": ("time-out", "timeout"),
    "category.network": ("netwerk", "network"),
    "category.validation": ("ontbrekende gegevens", "validation"),
    "category.tax_code": ("btw-code", "tax code"),
    "category.duplicate": ("dubbel", "duplicate"),
    "category.not_found": ("niet gevonden", "not found"),
    "category.rate_limit": ("limiet bereikt", "rate limit"),
    "category.server_error": ("storing bij de dienst", "server error"),
    "category.customer_data": ("klantgegevens", "customer data"),
    "category.other": ("overig", "other"),
    "outcome.created": ("geboekt", "booked"),
    "outcome.updated": ("bijgewerkt", "updated"),
    "outcome.linked": ("gekoppeld, stond er al", "linked, was there already"),
    "outcome.failed": ("mislukt", "failed"),
    "outcome.unknown": ("antwoord kwijt", "answer lost"),
    "outcome.skipped": ("overgeslagen", "skipped"),
    "outcome.running": ("bezig", "running"),
    # One row's story
    "story.title": ("Factuur {no}", "Invoice {no}"),
    "story.created": (
        "Geboekt op {moment} als mutatie {mutation}.",
        "Booked on {moment} as mutation {mutation}.",
    ),
    "story.linked": (
        "Stond al in de boekhouding als mutatie {mutation}; op {moment} gekoppeld.",
        "Was in the books already as mutation {mutation}; linked on {moment}.",
    ),
    "story.failed": ("Niet geboekt, poging van {moment}.", "Not booked, tried on {moment}."),
    "story.unknown": (
        "Verstuurd op {moment}, maar het antwoord is niet ontvangen. Eerst wordt opgezocht of de "
        "boeking er al staat; er wordt nooit blind opnieuw geboekt.",
        "Sent on {moment}, but no answer was received. The books are looked up first; nothing is "
        "ever booked again blindly.",
    ),
    "story.skipped": ("Overgeslagen op {moment}.", "Skipped on {moment}."),
    "story.running": ("Wordt nu geboekt, sinds {moment}.", "Being booked now, since {moment}."),
    "story.who": ("Aan zet: {who}.", "Whose turn: {who}."),
    "story.look": ("Waar: {menus}", "Where: {menus}"),
    "story.advice": ("Wat nu", "What now"),
    "story.timeline": ("Alle pogingen ({n})", "All attempts ({n})"),
    "story.grid": ("Alle pogingen van factuur {no}", "All attempts of invoice {no}"),
    "story.facts": ("Gegevens", "Facts"),
    "story.stored": ("Bewaarde tekst, letterlijk", "Stored text, to the letter"),
    "story.sent": ("Verstuurd en geantwoord", "Sent and answered"),
    "story.copy": ("Link naar dit document", "Link to this document"),
    "story.shop": ("Open order in Magento", "Open order in Magento"),
    "story.gone": (
        "Van dit document zijn geen pogingen gevonden.",
        "No attempts of this document were found.",
    ),
    "story.open": ("Toon het verhaal van deze rij", "Show this row's story"),
    "story.hint": (
        "Kies een rij voor haar hele verhaal.",
        "Select a row for its whole story.",
    ),
}


def text(key: str, language: Language, **values: object) -> str:
    """The sentence `key` in `language`, its braces filled with `values`.

    Raises:
        KeyError: No such sentence, or a value for one of its braces is missing.
    """
    sentence = TEXTS[key][LANGUAGES.index(language)]
    return sentence.format(**values) if values else sentence
