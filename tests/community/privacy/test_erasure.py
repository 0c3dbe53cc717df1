"""Only administrators the account of somebody who asked for it, or may not stay."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from community.accounts import roles as accounts_roles
from community.models import Comment, Decision, Deletion, User
from community.privacy.erasure import delete_for_member, what_goes
from repository.workflow import ActionRefused
from tests.community.writing.attachments.uploads import attach
from tests.factories import (
    CaseStudyFactory,
    CommentFactory,
    ExperienceFactory,
    PracticeFactory,
    UserFactory,
)
from tests.files import picture
from tests.kept_pages import get
from tests.page import page_of

pytestmark = pytest.mark.django_db

WORDS = {"reason": "private", "message": "Letter 12 of 20 November."}


@pytest.fixture(autouse=True)
def _deletions_file(settings, tmp_path):
    settings.DELETIONS_FILE = tmp_path / "deletions.jsonl"


@pytest.fixture
def keeper(db):
    """An administrator who is not a superuser."""
    return UserFactory(staff=True, groups=[Group.objects.get(name=accounts_roles.ADMINISTRATORS)])


def erase(member, by, **words) -> Decision:
    return delete_for_member(member=member, by=by, **{"erase": True, **WORDS, **words})


def mails() -> list[dict]:
    return [task.args_kwargs["kwargs"] for task in DBTaskResult.objects.all()]


@pytest.mark.parametrize(("erased", "left"), [(True, 0), (False, 1)])
def test_delete_as_the_member_would(erased, left, member, keeper, administrator):
    CommentFactory(author=member)
    number = member.pk
    decision = erase(member, keeper, erase=erased)
    assert not User.objects.filter(pk=number).exists()
    assert Comment.objects.count() == left
    assert Deletion.objects.values_list("number", "erased").get() == (number, erased)
    assert (decision.by, decision.concerns, decision.object_id) == (keeper, None, number)
    assert (decision.verb, decision.reason, decision.message) == ("delete-account", *WORDS.values())
    # The history says who did it, and nothing of whom.
    event = Decision.pgh_event_model.objects.get()
    assert event.pgh_context.metadata["user"] == keeper.pk
    past = User.pgh_event_model.objects.filter(pgh_obj_id=number)
    assert {*past.values_list("email", "handle", "display_name")} == {("", "", "")}


def test_erase_the_smaller_copy_of_a_picture(
    member, keeper, administrator, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    attach(CaseStudyFactory(authors=[member]), member, picture(size=(1600, 400)))
    assert len(default_storage.listdir("attachments")[1]) == 2
    with django_capture_on_commit_callbacks(execute=True):
        erase(member, keeper)
    assert default_storage.listdir("attachments")[1] == []


def test_erased_reports_are_gone_from_all_pages(pages, member, keeper, administrator):
    report = ExperienceFactory(author=member, subject=PracticeFactory(name="Pooled parcels"))
    report.tags.set(["parcels"])
    paths = [report.city.get_absolute_url(), report.tags.get().get_absolute_url()]
    shown = ["Pooled parcels" in page_of(get(path)).text for path in paths]
    erase(member, keeper)
    now = [get(path) for path in paths]
    assert (shown, now[0].status_code, now[1].status_code) == ([True, True], 200, 404)
    assert "Pooled parcels" not in page_of(now[0]).text


def test_mail_the_address_of_the_deleted_account(member, keeper, administrator):
    member.language = "fr"
    member.save()
    erase(member, keeper, message="See www.example.org\nLetter 12.")
    [mail] = mails()
    assert (mail["to"], mail["subject"]) == (["member@example.org"], "Votre compte a été supprimé")
    assert "> See www[.]example[.]org\n> Letter 12." in mail["body"]
    assert mail["body"].rstrip().endswith("Échanges Sud-Sud entre villes")


def test_send_no_mail_if_not_asked_to(member, keeper, administrator):
    erase(member, keeper, tell=False)
    assert mails() == []


@pytest.mark.parametrize("words", [{"reason": ""}, {"message": " "}])
def test_delete_is_refused_without_reason_or_message(words, member, keeper, administrator):
    with pytest.raises(ActionRefused, match="Choose a reason"):
        erase(member, keeper, **words)
    assert User.objects.filter(pk=member.pk).exists()


def test_delete_is_refused_for_oneself_and_without_permission(
    member, moderator, keeper, administrator
):
    for who, by, why in (
        (keeper, keeper, "Your data"),
        (administrator, keeper, "a superuser’s account"),
        (member, moderator, "Only administrators"),
        (member, member, "Your data"),
    ):
        with pytest.raises(ActionRefused, match=why):
            erase(who, by)
    assert Deletion.objects.count() == 0
    erase(keeper, administrator)


def test_delete_is_refused_after_the_role_was_removed(member, keeper, administrator):
    keeper.groups.clear()
    with pytest.raises(ActionRefused, match="Only administrators"):
        erase(member, keeper)


def test_delete_is_refused_for_the_last_administrator(keeper, member):
    """Without superusers, only members of the group can give others a role."""
    right = Group.objects.get(name=accounts_roles.ADMINISTRATORS).permissions.filter(
        codename__in=["delete_user", "change_user"]
    )
    member.is_staff = True
    member.save()
    member.user_permissions.set(right)
    helper = User.objects.get(pk=member.pk)
    with pytest.raises(ActionRefused, match="This is the last administrator"):
        erase(keeper, helper)


def test_delete_twice_is_refused(member, keeper, administrator):
    erase(member, keeper)
    member.pk = Deletion.objects.get().number
    with pytest.raises(ActionRefused, match="no longer exists"):
        erase(member, keeper)


def test_list_what_is_deleted(member, colleague):
    case = CaseStudyFactory(published=True, authors=[member])
    CaseStudyFactory(authors=[member])
    CaseStudyFactory(published=True, authors=[member, colleague])
    CommentFactory(author=member, subject=case)
    ExperienceFactory(author=member, subject=case)
    numbers = [part.number for part in what_goes(member, erase=True)]
    assert numbers == [1, 1, 1, 1, 1, 0, 0, 0, 0]
    fates = {erase: [str(part.fate) for part in what_goes(member, erase=erase)] for erase in (0, 1)}
    assert fates[0][0] == "kept, under “former member”"
    assert (fates[1][0], fates[1][2]) == ("deleted", "archived, with their text deleted")
