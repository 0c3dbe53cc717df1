DATETIME_FORMAT = "j F Y à H:i"
# The narrow space of CLDR, as in the figures of the collection.
THOUSAND_SEPARATOR = "\N{NARROW NO-BREAK SPACE}"
