"""The few words of the pages for a reading room, in each language that they are made in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """What stands on a page beside what is said of an item; `language` is the language's own name."""

    language: str
    by: str
    others: str
    when: str
    where: str
    about: str
    source: str
    rights: str
    collection: str
    keeper: str
    address: str
    note: str
    show: str
    back: str
    languages: str


WORDS = {
    "en": Words(
        "English", "By", "With", "When", "Where", "About", "From", "Rights", "Collection", "Kept by", "Address",
        "Content note:", "Show it", "All items", "Languages",
    ),
    "es": Words(
        "Español", "De", "Con", "Cuándo", "Dónde", "Sobre", "Procedencia", "Derechos", "Colección", "A cargo de",
        "Dirección", "Nota sobre el contenido:", "Mostrar", "Todos los elementos", "Idiomas",
    ),
    "fr": Words(
        "Français", "De", "Avec", "Quand", "Où", "À propos de", "Provenance", "Droits", "Collection", "Tenu par",
        "Adresse", "Note sur le contenu :", "Afficher", "Tous les éléments", "Langues",
    ),
    "pt": Words(
        "Português", "De", "Com", "Quando", "Onde", "Sobre", "Procedência", "Direitos", "Coleção", "Mantido por",
        "Endereço", "Nota sobre o conteúdo:", "Mostrar", "Todos os itens", "Idiomas",
    ),
}  # fmt: skip
