from repository.webinars.calendars import escaped, folded


def test_keep_a_calendar_one_value_a_line():
    assert escaped("Call\r\nATTENDEE:x\\") == "Call ATTENDEE:x\\\\"
    long = folded("SUMMARY:" + "é" * 100)
    assert all(len(line.encode()) <= 75 for line in long.split("\r\n"))
    assert long.replace("\r\n ", "") == "SUMMARY:" + "é" * 100
