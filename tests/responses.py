"""Responses of test clients."""


def close(response) -> None:
    """Read a streamed file to its end, upon which the client closes it.

    `response.close()` would also close the database connection of the test.
    """
    if response.streaming:
        for _chunk in response:
            pass
