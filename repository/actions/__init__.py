"""What may happen: one function per verb. An illegal step raises `ActionRefused`."""


class ActionRefused(Exception):
    """The step is not possible now. Its words are for the person who tried."""
