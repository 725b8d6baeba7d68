"""A profile says what a list's words mean; one that cannot be read names the member at fault."""

import pytest

from precert import bundled
from precert.facts.model import Cell
from precert.intake.layouts.columns import Role
from precert.intake.layouts.profile import ProfileError, default_profile, key, read_profile

LEAST = 'plan = "p"\nlist = "l"\ntitle = "t"\npayer = "P"\n'
ALL = '[programs]\nall = "Back"\n'


def test_the_least_profile() -> None:
    profile = read_profile((LEAST + ALL).encode())
    assert (profile.plan, profile.list, profile.title, profile.payer, profile.program) == ("p", "l", "t", "P", "Back")
    assert (profile.membership, profile.delegate, profile.platforms, profile.components) == (False, None, None, None)
    assert profile.requirements[key("Yes")] is Cell.YES


def test_a_whole_profile() -> None:
    more = """
[delegate]
name = "D"
evidence = "line 3"
[programs]
title = 'List: (?P<program>.+)'
elsewhere_title = 'See (?P<program>.+)'
elsewhere = ["Labs"]
[programs.settings]
"Home" = "home"
[vocabulary]
through_plan = ["Ask P"]
client_specific = ["Some Clients"]
[vocabulary.requirement]
"Needs review" = "Yes"
[vocabulary.segment]
"Gold Only" = "gold"
[vocabulary.platform]
"Ask P" = "Ask P"
[columns]
"Item" = "code"
"Fee" = "unread"
[families]
MSK = "Musculoskeletal"
[components]
category = "CHAIRS"
excluded = ["K0001-K0014", "E1161"]
[aliases]
"Cardiac" = "Cardiology"
[cross_references]
"sleep kit" = "Sleep"
[exceptions]
"0797T" = "when"
[pointer_conditions]
"L5681" = " when"
"""
    profile = read_profile(("membership = true\n" + LEAST + more).encode())
    assert profile.requirements[key("needs REVIEW")] is Cell.YES
    assert profile.platforms is not None
    assert profile.platforms[key("Out Of Scope")] == "Out of Scope"
    assert profile.columns == {("item",): Role.CODE, ("fee",): Role.UNREAD}
    assert profile.families == (("msk", "Musculoskeletal"),)
    assert profile.components is not None
    assert profile.components.excluded == (("K0001", "K0014"), ("E1161", "E1161"))
    assert profile.delegate is not None
    assert (profile.membership, profile.delegate.evidence, profile.elsewhere) == (True, "line 3", ("Labs",))
    assert profile.aliases[key("CARDIAC")] == "Cardiology"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("plan = ", "cannot be read"),
        ('plan = "p"', "`list` is missing"),
        (LEAST, "`programs` should say"),
        (LEAST + 'membership = "yes"\n' + ALL, "`membership` should be true or false"),
        (LEAST + "programs = 3\n", "`programs` should be a table"),
        (LEAST + '[programs]\nall = "Back"\nelsewhere = "Labs"\n', "`programs.elsewhere` should be a list"),
        (LEAST + '[programs]\nall = "Back"\nelsewhere = [3]\n', "`programs.elsewhere` should be a list of texts"),
        (LEAST + "[programs]\ntitle = '('\n", "`programs.title` is no regular expression"),
        (LEAST + "[programs]\ntitle = 'List: (.+)'\n", "`programs.title` names no group `program`"),
        (LEAST + ALL + "[vocabulery]\n", "there is no member `vocabulery`"),
        (LEAST + ALL + "[vocabulary]\nplatfrom = []\n", "there is no member `vocabulary.platfrom`"),
        (LEAST + ALL + '[vocabulary.requirement]\n"Sure" = "Perhaps"\n', "`Perhaps` is none of"),
        (LEAST + ALL + "[vocabulary.segment]\n'Gold' = 3\n", "`vocabulary.segment` should hold texts only"),
        (LEAST + ALL + '[columns]\n"Item" = "price"\n', "`columns`: `price` is none of"),
        (LEAST + ALL + '[components]\ncategory = "C"\nexcluded = ["K0001-E0014"]\n', "`K0001-E0014` is no code and no range"),
        (LEAST + ALL + '[components]\ncategory = "C"\nexcluded = ["some"]\n', "`some` is no code and no range"),
        (LEAST + ALL + '[delegate]\nname = "D"\n', "`delegate.evidence` is missing"),
    ],
)
def test_what_is_wrong_is_named(text: str, says: str) -> None:
    with pytest.raises(ProfileError, match=r"the profile of `p` cannot be read") as error:
        read_profile(text.encode(), plan="p")
    assert says in str(error.value)


def test_a_profile_is_utf8_text() -> None:
    with pytest.raises(ProfileError, match="not UTF-8"):
        read_profile(b"\xff")


def test_the_bundled_profiles_can_be_read() -> None:
    for path in bundled.PROFILES.glob("*.toml"):
        assert read_profile(path.read_bytes()).plan


def test_without_a_profile_common_words_only() -> None:
    profile = default_profile("p", "l")
    assert (profile.plan, profile.list, profile.program, profile.delegate, profile.platforms) == ("p", "l", "p", None, None)
    assert default_profile("p").list == "p"


@pytest.mark.parametrize(
    "spelling", ["Add-On Code", "add-on code", "<b>Add-On Code</b>", "Add On   Code", "**Code, Add-on**", "*Add-on Code*"]
)
def test_spelling_does_not_matter(spelling: str) -> None:
    assert key(spelling) == key("Add-on Code")


@pytest.mark.parametrize("spelling", ["No*", "No†", "No?", "No#1", "Not", "N\u043e", "No No"])
def test_what_may_change_a_word_does_matter(spelling: str) -> None:
    assert key(spelling) != key("No")
