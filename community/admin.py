"""Import the admin classes of all packages, so that autodiscovery registers them."""

import community.accounts.admin
import community.bounces.admin
import community.feedback.admin
import community.moderation.canned_texts.admin
import community.profiles.admin
import community.tasks.admin
import community.translating.admin
import community.webinars.registrations.admin
import community.webinars.speakers.admin
import community.webinars.surveys.admin
import community.writing.drafts.admin  # noqa: F401
