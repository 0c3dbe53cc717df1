"""Import the admin classes of all packages, so that autodiscovery registers them."""

import repository.cases.admin
import repository.counts.admin
import repository.evidence.admin
import repository.glossary.admin
import repository.landscape.admin
import repository.people.admin
import repository.places.admin
import repository.practices.admin
import repository.recommendations.admin
import repository.recordings.admin
import repository.references.admin
import repository.series.admin
import repository.site_pages.admin
import repository.tags.admin
import repository.themes.admin
import repository.translations.admin
import repository.webinars.admin  # noqa: F401
