"""Countries and areas without a coast: of their cities it is certain that none has a sea port.

Sources: the 32 landlocked developing countries of UN-OHRLLS are stored with the countries
(`is_lldc`); the twelve others, all in Europe, are listed here. Together they are the 44 landlocked
countries of the CIA's World Factbook. Checked in 2026 against two published lists, which cite it:
spiegato.com ("Which Countries are Landlocked?") and thefactfile.org ("List of 44 landlocked
countries in the World"). Coasts of the Caspian and Aral Seas do not count, as for UN-OHRLLS.

A city of any other country is landlocked only if the city says that it has no sea port.
"""

NOT_DEVELOPING = frozenset(["AD", "AT", "BY", "CH", "CZ", "HU", "LI", "LU", "RS", "SK", "SM", "VA"])


def is_landlocked(iso2: str, *, is_lldc: bool) -> bool:
    """Whether a country or area has no coast."""
    return is_lldc or iso2 in NOT_DEVELOPING
