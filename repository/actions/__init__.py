"""What may happen: one function per verb. An illegal step raises `ActionRefused`."""
