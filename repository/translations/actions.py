"""Write translations."""

from repository.translations.writing import write
from repository.workflow import action

store = action(write)
