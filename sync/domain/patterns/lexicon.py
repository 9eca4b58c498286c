"""The word list, Dutch and English: what each word means for an error message.

One concept a paragraph: its name, a colon, its words. Lower case, without accents, hyphens written
as spaces. `word*` stands for every word that begins so. Compounds are not listed: "factuurnummer"
is found as factuur + nummer, "invoiceNumber" as invoice + number (`words.py`). `filler` is for
words without meaning here.
"""

from typing import Final

GRAMMAR: Final = """
break: omdat, because, since, aangezien, doordat, maar, but, want, although, hoewel, terwijl,
  whereas, zodat
max: max, maximaal, maximum, maximale, at most, hoogstens, exceed, exceeds, exceeded, exceeding,
  overschrijdt, overschreden, longer, langer, more than, meer dan, limited to, beperkt tot, niet
  meer dan, no more than, up to, only, alleen, slechts, enkel, uitsluitend, hooguit, books take
not: not, niet, geen, no, without, zonder, cannot, never, nooit, none, unable to, noch, nor, failed
  to, fails to, fail to, failing to, failure to, kon niet, kan niet, impossible to, not possible
  to, onmogelijk om, mislukt om, neither, nergens, no longer, niet meer, not a, niets, nothing,
  onmogelijk
must: must, moet, moeten, dient, dienen, should, needs to, need to, has to, have to, hoort,
  behoort, ought
already: already, al, reeds, previously, eerder, earlier, before
too: too, te
of: of, for, van, voor, op, on, bij, in, at, aan, with, met, to, from, uit, door, by, per, under,
  onder, via, naar, as, als, within, binnen, between, tussen, tegen, against, over
filler: the, a, an, de, het, een, this, that, deze, dit, die, dat, your, uw, je, jouw, our, onze,
  is, are, was, were, be, been, being, zijn, werd, wordt, worden, has, have, had, heeft, hebben,
  and, or, en, er, it, its, you, we, u, please, gelieve, aub, can, could, kan, kon, does, do, did,
  will, would, zal, zou, there, dus, so, also, ook, s, wel, waarde, value, values, given that,
  opgegeven waarde, specified value, supplied value, provided value, the specified, the supplied,
  the provided, the given, the requested, de opgegeven, het opgegeven, opgegeven, specified,
  supplied, provided, entered, ingevoerde, ingevulde, meegegeven, meegestuurde, gevraagde,
  geselecteerde, gekozen, selected, requested, gebruikte, submitted, chosen, known that, oauth,
  problem, oauth_problem, err, net error, opgelost, out, mogelijk, mogelijke, possible, eai, probe,
  self, signed, chain, zend, issuer, get, local, leaf, curle, couldnt, again, opnieuw, later
"""
"""Words that hold a sentence together; the empty name is for words without meaning here."""

PREDICATES: Final = """
allowed: allowed, toegestaan*, toegelaten, permitted, allow, mag, may, mogen
filler: no longer, niet langer, as long as, zolang, created at, updated at
exist: exist, exists, existing, existed, bestaat, bestaan, bestaande, bestaand, bestond, voorkomt,
  komt voor, existiert, komt, komen
found: found, gevonden, find, vinden, locate, located, terugvinden, teruggevonden, vindbaar,
  aangetroffen, retrieve, retrieved, opgehaald, ophalen, opvragen, vindt, vond, getraceerd,
  traceren, detected, identified, looked up, traced, opgezocht
known: known, bekend, bekende, recognised, recognized, recognise, recognize, herkend, herkende,
  erkend, herken
unknown: unknown, onbekend*, unrecogni*, no such, nonexist*, non existent, non existing,
  inexistent, onvindbaar, unregistered, niet bestaand, niet bestaande, bestaat helemaal niet,
  deleted, verwijderd, removed, gewist, opgeheven, unidentified, unlisted, vanished, verdwenen,
  nonexisting, gone, no trace, geen spoor
missing: missing, ontbreek*, ontbrak, ontbraken, ontbrek*, mist, misses, lacks, lacking, lack,
  absent, afwezig, vergeten, incomplete, onvolledig*, incompleet, omitted, weggelaten, left out,
  left blank, leeggelaten, niets ingevuld, ontbr, onvoldoende, insufficient, not enough, te weinig,
  niet compleet, niet volledig
empty: empty, leeg, lege, blank, null, blanco, nil, whitespace
required: required, requires, require, verplicht*, mandatory, vereist*, needed, needs, need, nodig,
  benodigd*, noodzakelijk*, obligatory, compulsory, is een must, moet hebben, must have, must
  contain, moet bevatten, should have, must include
given: filled, ingevuld, invullen, gevuld, opgeven, opgegeven, specify, given, provide, provided,
  specified, supply, supplied, entered, enter, ingegeven, set, defined, gedefinieerd*, ingevoerd,
  vermeld, opgenomen, aangeleverd, meegegeven, meegestuurd, meegeleverd, included, bevat, contain,
  contains, voorzien, kent, populated, compleet, complete, volledig
ask: fill in, vul, geef, kies, choose, add, voeg, vult, ken, wijs
valid: valid, geldig*, correct, correcte, juist, juiste, accepted, geaccepteerd*, acceptable,
  accept, supported, ondersteund*, support, wellformed, bruikbaar, bruikbare, proper, usable,
  acceptabel, validated, gevalideerd, validate, verified, geverifieerd, verify, kosher,
  recognisable, voldoet, toepasbaar, applicable, van toepassing, appropriate, goed, goede, right,
  in orde, ok, oke, recognised format, comply, complies, compliant, conform, conforms, well formed
invalid: invalid*, ongeldig*, incorrect*, onjuist*, wrong, verkeerd*, foutief, foutieve, malformed,
  illegal, rejected, reject, rejects, afgekeurd, afgewezen, unsupported, disallowed, unacceptable,
  bad, ongeschikt*, onbruikbaar, unusable, not a valid, erroneous, mistyped, onacceptabel*,
  inadmissible, onwettig, unexpected, refused, geweigerd, restricted
mapped: mapped, gemapt, gemapped, gekoppeld*, linked, assigned, toegewezen, toegekend, configured,
  geconfigureerd*, ingesteld, ingericht, set up, mapping, koppeling, toewijzing, assignment,
  assign, koppel, configure, tax mapping, map, instellen, vertaling, gelinkt, associated,
  counterpart, tegenhanger, equivalent, translation, determine, determined, bepalen, bepaald,
  derive, derived, afgeleid, instelling*, settings, setting, configuratie, configuration, gekozen,
  chosen, selected, geselecteerd
unmapped: unmapped, ongekoppeld*, unassigned, unconfigured, unlinked, niet gekoppeld*
closed: closed, afgesloten, gesloten, locked, geblokkeerd, vergrendeld, finalised, finalized,
  blocked, dicht, vastgezet, frozen, bevroren, sealed, definitief, shut, dichtgezet, afgegrendeld,
  no longer open, afgeboekt, geblokt, afsluiting, closing, op slot, ingediend, read only, alleen
  lezen, niet meer wijzigen, niet meer boeken, niet meer geboekt, no longer be changed, no longer
  be booked
open: open, geopend, opened
match: match, matches, matching, equal, equals, gelijk, balance, balances, agree, agrees, add up,
  adds up, adding up, tally, tallies, overeen, overeenkomt, overeenkomen, overeenstemmen,
  overeenstemt, klopt, kloppen, kloppend, sluit aan, sluiten aan, aansluit*, consistent,
  correspond*, evenwicht, in balans, sum up, sums up, identical, identiek, sluitend, equate,
  coincide, reconcile, reconciles, tellen, telt, tel, optellen, opgeteld, sums
mismatch: mismatch*, differ, differs, different, difference, differences, verschil, verschillen,
  verschilt, verschillend, afwijking*, afwijken, afwijkt, wijkt af, wijken af, afwijkend, deviat*,
  ongelijk, unequal, unbalanced, discrepancy, inconsistent, imbalance, out of balance, uit balans,
  rounding, afrondingsverschil, off by, sluit niet, sluiten niet, loopt uiteen, strookt niet,
  wijkt, wijken
expired: expired, expires, expire, verlopen, verstreken, vervallen, beeindigd, ended, lapsed,
  stale, invalidated, terminated, no longer valid, niet meer geldig, no longer active, verouderd,
  outdated, afgelopen, geexpireerd, is verlopen, ran out, verliep, verloopt, expiry, expiration
exists: in use, in gebruik, duplicate*, dubbel*, duplicaat, clash*, conflict*, collision, double,
  twice, tweemaal, more than once, meer dan een keer, al bestaat, al bezet, eerder gebruikt,
  hergebruikt, reused, repeated, gedupliceerd, second time, nogmaals, dupl, botst, taken, bezet,
  vergeven, occupied, claimed, eerder geboekt, already there, staat er al
used: used, gebruikt, gebruik, use, geboekt, booked, registered, geregistreerd, ingeboekt,
  verwerkt, processed, recorded, posted, imported, geimporteerd, synced, synchronised,
  synchronized, gesynchroniseerd, exported, geexporteerd, sent, verzonden, verstuurd, transferred,
  pushed, doorgezet, overgezet, created, aangemaakt, doorgestuurd, reserved, gereserveerd, issued,
  uitgegeven, aangeboden, allocated, in the books, in de boekhouding, in the ledger, stored,
  vastgelegd, added, toegevoegd, opgeslagen, saved
unique: unique, uniek*, vrij, free, vrije
available: available, beschikbaar, beschikbare, accessible, toegankelijk, aanwezig, aanwezige,
  present, staat, staan, in the system, in het systeem
long: too long, te lang, max length, maxlength, maximum length, maximale lengte, maximum aantal
  tekens, maximaal aantal tekens, max aantal tekens, te veel tekens, te veel karakters, too many
  characters, length limit, toegestane lengte, allowed length, lengte overschreden, length
  exceeded, maximumlengte, truncat*, afgekapt, inkorten, shorten, characters or less, characters or
  fewer, overschrijdt lengte, characters long, tekens lang, string length, longer, langer
characters: characters, karakters, tekens, character, chars, posities, lengte, length
denied: denied, forbidden, verboden, onbevoegd, prohibited, ontzegd
authorised: authorised, authorized, geautoriseerd, bevoegd, gemachtigd, entitled, access, toegang,
  rights, rechten, recht, permission*, privilege*, bevoegdheid, bevoegdheden, machtiging,
  permissie*, leesrechten, schrijfrechten, autorisatie, authorise, authorize, authorization,
  authorisation, toegangsrechten, gebruikersrechten, allowed to access, acl
inactive: inactive, inactief, disabled, uitgeschakeld, gedeactiveerd, deactivated, suspended,
  archived, gearchiveerd, niet actief, not active
failed: failed, mislukt*, fail, fails, failure, gefaald, unsuccessful, lukte, gelukt, lukt, couldn
"""
"""Words that say what is wrong; some only when negated."""

SUBJECTS: Final = """
books: books, boekhouding, ledger books, administratie over
user: gebruiker*, user, users, consumer, api gebruiker, api user, actor
money: euro, euros, eur, usd, gbp, chf, dollar, dollars, ponden, pounds, sek, dkk, pln, nok
subscription: abonnement*, subscription*, licentie*, license*, licence*, proefperiode, trial,
  betaalachterstand
filler: contact op, neem contact, contact opnemen, please contact, contact an, contact a, contact
  maken, contact opgenomen, client error, contact support, contact us, contact your, contact the,
  contact met, in plaats, plaats van, vond plaats, plaats gevonden
permission: rights, rechten, recht, permission*, privilege*, toegang, access, bevoegdheid,
  bevoegdheden, machtiging*, permissie*, leesrechten, schrijfrechten, autorisatie*, authorization,
  authorisation, toegangsrechten, gebruikersrechten, acl, forbidden, scope, scopes, role, rol,
  autorisaties, bevoegd, gemachtigd, whitelist*, whitelisted, ip whitelist, allowlist*, blacklist*,
  ip adres, ip address, toestemming, consent, api rechten, leesrecht, the right to, need the right,
  right to use
vat: btw, vat, tax, taxes, belasting, omzetbelasting, taxation, salestax, mwst, tva
code: code, codes, cd
number: number, numbers, nummer, nummers, nr, num, id, ids, identifier, identification,
  identificatie, kenmerk, volgnummer, increment
rate: rate, rates, tarief, tarieven, percentage, percentages, rule, rules, class, classes, klasse,
  regelnaam, pct, percent, procent, klassen
type: type, types, soort, soorten, kind
invoice: factuur, facturen, verkoopfactuur, verkoopfacturen, invoice, invoices, inv, fact,
  salesinvoice, factuurboeking, bill
invoice_number: boekstuk, boekstuknummer, document number, documentnummer, stuknummer, invoice no,
  factuur nr, factnr, increment id, volgnummer factuur, bill number
creditmemo: creditnota*, creditfactu*, credit memo, credit memos, creditmemo*, credit note, credit
  notes, creditnote*, refund, refunds, terugbetaling, credit nota, credit invoice
order: order, orders, bestelling, bestellingen, bestel, salesorder, verkooporder
relation: relatie, relaties, relation, relations, debiteur*, debtor*, crediteur*, klant, klanten,
  customer, customers, afnemer, koper, buyer, koperaccount, klantkaart, counterparty, contact,
  contacts, contactkaart, party
parent: original, parent, oorspronkelijke, originele, bijbehorende, corresponding, onderliggende,
  gecrediteerde, related, bovenliggende, moederfactuur, bron
data: data, gegevens, informatie, information, details, profile, profiel
billing: billing, bezorg, shipping, verzend, delivery, postal
email: email, emails, e mail, mail, mailadres, mailaddress, mailadressen, emailadres*,
  emailaddress, mailbox, e mails
vat_number: vatid, vat id, tax id, taxid, taxvat, btwnr, btw nr, btwnummer, vat no, btw
  identificatie, vies, vat registration, tax identification, btw id, btwid, vatnumber, tax number,
  tax registration, omzetbelastingnummer, fiscaal nummer, btw nummer, vat identification, btw
  identificatienummer, btw registratie*, vat nr
ledger: grootboek*, ledger, ledgers, gl, tegenrekening*, omzetrekening*, kostenrekening*, counter
  account, contra account, revenue account, balansrekening*, ledger account, general ledger, chart
  of accounts, rekeningschema, glaccount, gl account, debtor account, debiteurenrekening,
  verkooprekening, sales account, nominal account, offset account, grootboekrekening, grootboekrek
account: account, accounts, rekening, rekeningen
cost_centre: kostenplaats*, cost centre, cost center, cost centres, cost centers, costcentre,
  costcenter, kostendrager*, kpl, kostenplaatsen
payment_term: betaaltermijn*, betalingstermijn*, payment term, payment terms, paymentterm*,
  betalingsconditie*, betaalconditie*, payment condition, payment conditions, term of payment,
  krediettermijn, betalingsvoorwaarde*, termofpayment
country: land, landen, landcode, country, countries, countryid, landnaam, iso land
address: adres, adressen, address, addresses, straat*, street, postcode*, zip, zipcode, postal
  code, city, woonplaats, plaatsnaam, huisnummer, plaats, adresgegevens, house number, town,
  vestigingsplaats, adresregel*, region, provincie, postcode, factuuradres, bezorgadres, woonadres
name: naam, namen, bedrijfsnaam, achternaam, voornaam, firstname, lastname, surname, company,
  bedrijf, first name, last name, family name, companyname, name, names, aanhef
phone: telefoon*, phone, telephone, mobiel*, mobile, phonenumber, fax, gsm
iban: iban, bic, bankrekening*, bank account, banknummer, bankrek
currency: valuta, currency, currencies, munteenheid, wisselkoers, exchange rate, munt, vreemde
  valuta, base currency, basisvaluta, valutacode
period: periode*, boekjaar, boekjaren, period, periods, fiscal year, financial year, boekperiode,
  boekingsperiode, accounting year, year, jaar, kwartaal, quarter, accounting period, month end,
  maandafsluiting, jaarafsluiting, aangifteperiode, tijdvak, fiscal, jaarrekening,
  administratiejaar, dagboekperiode
date: datum, datums, date, dates, boekdatum, factuurdatum, datumveld, boekingsdatum,
  created at, updated at
amount: bedrag, bedragen, totaal, totalen, total, totals, amount, amounts, sum, som, subtotaal,
  subtotal, grand total, eindbedrag, factuurtotaal, totaalbedrag, optelling, prijs, price, cent,
  cents, saldo, gross, net, netto, bruto, incl, excl, inclusief, exclusief, debet, credit, debit,
  orderbedrag, boeking in balans, posting, grandtotal
lines: regel, regels, line, lines, row, rows, mutatieregel*, factuurregel*, boekingsregel*, line
  items, items, item, orderregel*
description: omschrijving*, description, descriptions, toelichting
template: sjabloon*, template, templates, factuursjabloon, layout
article: artikel*, article, articles, product, products, producten, sku
unit: eenheid, unit, eenheden
session: sessie*, session, sessions, sessionid, sessieid, sessietoken
token: token, tokens, bearer, accesstoken, access token, refresh token, jwt, toegangstoken
credentials: credentials, gebruikersnaam, username, user name, wachtwoord, password, inloggegevens,
  login*, log in, sign in, signin, logon, aanmeld*, inloggen, beveiligingscode*, security code,
  securitycode*, api key, apikey, api sleutel, consumer key, sleutel, key, authentication,
  authenticatie, authenticate, authenticated, inlog*, passwords, geauthenticeerd, toegangscode*,
  passphrase, secret, gebruikerscode, autenticatie, ingelogd, logged in, unauthorized,
  unauthorised, unauthenticated, ongeautoriseerd, identity, identiteit, credential,
  toegangsgegevens, identification failed, niet ingelogd, aangemeld, wachtwoordcombinatie,
  inlogpoging, account sign in, codes voor, api codes, the codes, de codes, beide codes, api code,
  authorization required, authorisation required, auth, authn
signature: signature, handtekening, hmac, ondertekening, oauth signature
nonce: nonce, timestamp, tijdstempel
two_factor: two factor, twofactor, tweefactor*, twee factor, tweestaps*, tfa, mfa, fa
administration: administratie*, administration, administrations
mutation: mutatie, mutaties, mutation, mutations, boeking, boekingen, booking, bookings,
  journaalpost*, journal entry, entry, transaction, transactie
field: veld, velden, field, fields, attribute, attributes, parameter, parameters, element,
  elements, property, kolom, column, eigenschap, argument, filter, searchcriteria, argumenten
record: entity, record, records, resource, object, entiteit
route: route, endpoint, path, methode, method, operation name, soapaction, page, pagina, requested
  url, opgevraagde url, resource path
kind: mutation type, mutation kind
side: inkoop*, purchase*, verkoop, sale, sales, inkopen, verkopen, sold
in_ex: inexbtw, inexvat, in ex
category: categorie*, category, categories, rubriek, rekeningsoort
ambiguous: multiple, several, meerdere, verschillende, ambiguous, more than one, meer dan een
"""
"""Words that say what it is about; pairs such as vat + code are joined in `vocabulary.py`."""

CIRCUMSTANCES: Final = """
idle: inactivity, inactiviteit, idle, te lang inactief, inactive for too long, too long inactive,
  te lang niets gedaan
relogin: log in again, login again, log on again, sign in again, authenticate again, re login,
  relogin, reauthenticate, re authenticate, opnieuw in, opnieuw aan, opnieuw inloggen, opnieuw
  aanmelden, weer inloggen, weer aanmelden
home: at home, binnenland*, domestic, home business
network: network*, netwerk*, internet, firewall, port, poort, geen route, no route
business: business, company, bedrijf, bedrijven, zakelijk*, onderneming, export, uitvoer, b2b
foreign: foreign, buitenland*, other country, ander land
charged: charged, berekend, charge, rekent, in rekening
consumer: consumer, consument*, particulier*, private customer, private person, b2c
dns: dns, nameserver*, nxdomain, naamserver*, naamresolutie, naamomzetting
expect: expected, expecting, verwacht, verwachtte, instead, in plaats van, got, kreeg, kregen
each: per, per minute, per second, each minute, elke minuut, iedere minuut, per uur, per hour, per
  day, per dag, hourly, daily
temporary: temporarily, tijdelijk, temporary, momenteel, currently, at the moment, op dit moment,
  even, for now
read: read, reading, lezen, gelezen, uitlezen, understand, understood, begrepen, begrijpen,
  uitgelezen, reads
timeout: timeout*, time out, time outs, timed out, timedout, timing out, times out, tijdslimiet,
  tijdlimiet, took too long, takes too long, te lang geduurd, duurde te lang, duurt te lang,
  deadline, tijdsoverschrijding, tijdoverschrijding, niet op tijd, not in time, in time, op tijd,
  wachttijd, time limit, maximale tijd, maximum time, response time, te lang op zich, tijdig,
  timely, elapsed, waited too long, te lang gewacht, too slow, te traag, time window, tijdsbestek,
  gave up waiting, gave up after, tijd is om, uitgetimed, getimed, bleef uit, uitgebleven, blijft
  uit, no reply, never answered, stopped waiting, stopt met wachten, hangs, hangt, never came back,
  timed, too late, te laat, belated
seconds: <number> s, <number> ms, seconds, seconden, sec, secs, second, seconde, ms, milliseconds,
  milliseconden, minutes, minuten, minuut, minute
connect: connect, connecting, connection*, verbinding*, verbinden, verbonden, connected, connectie,
  connects, handshake started, verbind, tcp, dial, contact maken, contact opnemen, connectivity,
  opgezet, opbouwen, contacting, bereiken, reach, syn
answer: response*, respond*, antwoord*, reactie*, reageer*, gereageerd, answer*, bytes, receive,
  received, receiving, ontvangen, waiting, wachten, reply, replied, geantwoord, beantwoord,
  teruggekomen, body, payload, respons, feedback, gewacht, wacht, uitblijven
refuse: refused, geweigerd, refuse, refuses, refusing, weigert, weigerde, econnrefused
drop: reset, verbroken, aborted, broken, dropped, afgebroken, disconnected, lost, verloren,
  interrupted, onderbroken, premature*, weggevallen, verbrak, hung up, hangup, hang up, closed by,
  cut off, gereset, voortijdig*, viel weg, valt weg, wegviel, unexpectedly closed, verbreekt,
  forcibly, gesloten door, weg gevallen, eof, severed, halverwege, midway, torn down, dropping,
  drops, terminated, beeindigd, ended, torn
host: host, hostname, hostnaam, domein*, domain, domains, servernaam, server name, host name,
  remote name, externe naam, hosts, servername
resolve: resolve*, resolving, resolution, resolver, omgezet, omzetten, lookup*, look up, opzoeken,
  opgezocht, herleid, herleiden, vertaald, unresolv*
tls: ssl, tls, certificate*, certificaat*, certificaten, cert, certs, handshake, trust
  relationship, sslcert*, vertrouwensrelatie, cipher, ciphers, sslerror, ca bundle, secure
  connection, beveiligde verbinding, secure channel, beveiligd kanaal, vertrouwd, trusted,
  untrusted, selfsigned, self signed, zelfondertekend, zelf ondertekend*
unreachable: unreachable, onbereikbaar, not reachable, niet bereikbaar, niet te bereiken,
  reachable, bereikbaar, not be reached, niet bereikt, route naar host, route to
proxy: proxy, proxies, proxyserver, tunnel
redirect: redirect*, doorverwezen, omgeleid, doorverwijzing*
gateway: gateway*, upstream, backend, origin, reverse proxy, load balancer, loadbalancer
server: server, servers, service, dienst, services, site, website, webservice, webwinkel, webshop,
  shop, systeem, system, applicatie, application, api, webserver, omgeving, winkel, store,
  platform, host system, eboekhouden, magento, boekhouding, boekhoudpakket, accounting, remote,
  externe, endpoint, boekhoudsysteem, far side, tegenpartij
unavailable: unavailable, onbeschikbaar, offline, down, maintenance*, onderhoud*, overbelast,
  overloaded, overload*, temporarily closed, tijdelijk gesloten, out of service, buiten gebruik, be
  right back, back soon, busy, bezig, bezet server, te druk, storing, outage, platligt, plat,
  werkzaamheden, closed for, gesloten wegens
internal: internal, interne, intern, unhandled, exception, exceptions, fatal, fatale, crash*,
  unexpected error, onverwachte fout, unexpected condition, something went wrong, iets mis, iets
  fout, ging mis, ging fout, went wrong, onverwachts, stack trace, runtime error, objectverwijzing,
  object reference, nullreference*, server error, serverfout, onbekende fout, unknown error,
  unknown fault, algemene fout, general error, error has occurred, fout opgetreden, error occurred,
  unspecified error, unexpected exception, server fout, error processing, misgegaan, fout gegaan,
  misgelopen, probleem opgetreden, problem occurred, misging, unable to process, process request,
  process your request, processing your request, verwerken van de aanvraag, verwerken van uw
  aanvraag, not process, technische fout, technical error, technical problem, technisch probleem,
  internal failure, programmafout, exception occurred, unexpected failure, unexpected problem,
  onverwacht probleem, uitzondering*, broke, kapot
error: error, errors, fout, fouten, foutmelding, fault, faults
parse: parse*, parsing, decode*, decoding, json, xml, syntax, html, unreadable, onleesbaar, well
  formed, deserial*, jsondecode*, xmlsyntax*, interpret*, malformed response, soap message,
  doctype, markup, garbled, onverstaanbaar, niet leesbaar, xmlparse*, content type, contenttype,
  unexpected content, unexpected response, onverwacht antwoord, delimiter, not understood,
  corrupt*, encoding, character set
database: database*, mysql, sqlstate, deadlock*, innodb, mariadb, sqlserver, tempdb, redis,
  elasticsearch, opensearch, db
resources: memory, geheugen, geheugenlimiet, disk, schijf, schijfruimte, disk space, no space left,
  diskspace, inodes, heap
calls: requests, verzoeken, aanvragen, calls, aanroepen, oproepen, api calls, hits, aanroep,
  queries, bevragingen, request, call, opvragingen, bevraging
many: too many, te veel, teveel, throttl*, rate limit*, ratelimit*, limit exceeded, quota*, limit
  reached, limiet bereikt, limiet overschreden, limiet, limit, limits, slow down, te snel, too
  fast, too quickly, exhausted, opgebruikt, used up, te vaak, too often, flood, burst, bandwidth,
  backpressure, kalmer, maximum number, maximum aantal, maximaal aantal, uitgeput,
  bestedingslimiet, tegoed, budget, bundel, used all, all used, verbruikt, opgemaakt
reached: reached, exceeded, exceeds, bereikt, overschreden, overschrijdt, over, up, gone over
month: month, monthly, maand, maandelijks*, calendar month, kalendermaand, this month, deze maand
decided: decided about, besloten over
cancelled: cancelled, canceled, geannuleerd, annulering, voided
zero: zero total, totaal nul, zero amount, nul euro, nothing to book, total is zero, nul, zero,
  niets te boeken
"""
"""Words about the way to a service and about its own troubles."""
