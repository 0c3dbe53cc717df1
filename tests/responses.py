"""Responses of test clients."""


def close(response) -> None:
    """Read a file to its end, when the client closes it.

    `response.close()` would close the connection of the test, too.
    """
    if response.streaming:
        for _chunk in response:
            pass
