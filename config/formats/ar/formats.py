# By CLDR, with the digits 0 to 9 as in the figures and charts of the collection, and 24 hours.
DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
# With marks, so that the parts stay in this order from right to left.
SHORT_DATE_FORMAT = "j\N{RIGHT-TO-LEFT MARK}/n\N{RIGHT-TO-LEFT MARK}/Y"
SHORT_DATETIME_FORMAT = SHORT_DATE_FORMAT + "، H:i"
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
FIRST_DAY_OF_WEEK = 6

WEEKDAY_DATE_FORMAT = "l، j F Y"
WEEKDAY_DATETIME_FORMAT = "l، j F Y، H:i"
SHORT_WEEKDAY_TIME_FORMAT = "D، j b، H:i"
SHORT_MONTH_DAY_FORMAT = "j b"
SHORT_YEAR_MONTH_FORMAT = "N Y"
