"""What a descriptor states, without its words. The descriptors are made up."""

import pytest

from precert.facts.model import Facts
from precert.intake import descriptor
from precert.intake.descriptor import Forbidden, Pointing, facts

REGIONS = [
    ("Joining neck bones, cervical spine", ("cervical",)),
    ("Opening a vertebra at C1-C2", ("cervical",)),
    ("Epidural, cervical or thoracic", ("cervical", "thoracic")),
    ("Vertebral body, cervicothoracic", ("cervical", "thoracic")),
    ("Vertebral body, lumbosacral", ("lumbar", "sacral")),
    ("Vertebral body, thoraco-lumbar", ("thoracic", "lumbar")),
    ("Interbody joining, L5-S1 interspace", ("lumbar", "sacral")),
    ("Disc at T12", ("thoracic",)),
    ("Sacro-iliac joint, arthrodesis", ("sacroiliac",)),
    ("Spinal canal", ()),
    # no region of the spine
    ("Stent of a carotid artery, cervical part", ()),
    ("Stent, cervical part of the vertebral artery", ()),
    ("Cervical lymph nodes near the spine", ()),
    ("Spinal accessory nerve, cervical part", ()),
    ("Cervical smear", ()),
    ("Thoracic wall vest", ()),
    # examples and exceptions are not stated
    ("Fixing the spine (eg, screws at C1, wires)", ()),
    ("Fixing the spine [e.g., of plates[s] at C1]; lumbar", ("lumbar",)),
    ("Opening the spine, other than cervical; lumbar", ("lumbar",)),
    ("Opening the spine, except thoracic", ()),
    ("Opening the spine without joining; thoracic", ("thoracic",)),
]


@pytest.mark.parametrize(("text", "expected"), REGIONS)
def test_regions(text: str, expected: tuple[str, ...]) -> None:
    assert facts(text).regions == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Disc removal, anterior, with fusion of the spine", "anterior"),
        ("Disc replacement, anterior approach", "anterior"),
        ("Anterior instrumentation; two vertebral segments", "anterior"),
        ("A cage with integral anterior instrumentation, interbody", None),
        ("Spine, posterior or posterolateral technique", "posterior"),
        ("Posterior non-segmental instrumentation", "posterior"),
        ("Rebuilding the posterior bony parts of a vertebra", None),
        ("Spinal brace with rigid posterior panel and soft anterior apron", None),
        ("Arthrodesis, lateral extracavitary technique", "lateral"),
        ("Vertebra, transpedicular approach", None),
        ("Percutaneous disc removal", "percutaneous"),
        ("Endoscopic disc removal", "endoscopic"),
        ("Spine, percutaneous or endoscopic", None),
        ("Spine, without percutaneous screws", None),
        ("Percutaneous stent of a leg artery", None),
    ],
)
def test_approach(text: str, expected: str | None) -> None:
    assert facts(text).approach == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The same, each additional level", True),
        ("The same (List separately)", True),
        ("The same (listseparately in addition)", True),
        ("The same (List in addition to another)", True),
        ("The same; second level", True),
        ("The same; second and subsequent veins", True),
        ("The same; third and any additional levels", True),
        ("The same, one or more add'l levels", True),
        ("An additional switch", False),
        ("Second through fifth session", False),
        ("Second and third degree burns", False),
        ("Performs any additional function", False),
    ],
)
def test_each_additional(text: str, expected: bool) -> None:
    assert facts(text).each_additional is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Unlisted thing", True),
        ("Thing, not otherwise classified", True),
        ("Thing, NOS", True),
        ("Thing Noc", True),
        ("Unclassified drug", True),
        ("Unspecified thing", True),
        ("Miscellaneous thing", False),
        ("A nostril", False),
    ],
)
def test_unlisted(text: str, expected: bool) -> None:
    assert facts(text).unlisted is expected


def test_nothing_is_assumed() -> None:
    assert facts("A made-up thing") == Facts()
    assert facts("") == Facts()


# -- digests -----------------------------------------------------------------------------------------------------------


def test_two_printings_of_one_descriptor_share_a_digest() -> None:
    one, other = descriptor.fingerprint("A Made-up, Thing (s)"), descriptor.fingerprint("<b>a made up thing(S)</b>")
    assert one == other
    assert one is not None
    assert (one.length, len(one.digest), one.cut) == (13, 16, False)
    assert descriptor.fingerprint(" -- ") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 253, False),
        ("x" * 254, True),
        ("x" * 255, True),
        ("x" * 256, False),
        ("x" * 254 + ")", True),
        ("x" * 245 + "procedure)", False),
        ("x" * 244 + "procedure))", False),
        ("x" * 254 + ".", False),
    ],
)
def test_a_spreadsheet_cuts_at_255_characters(text: str, expected: bool) -> None:
    assert descriptor.is_cut(text) is expected


# -- what a descriptor forbids, and points to --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Thing (Do not report 0795T, 0796T in conjunction with 93451, 93453, unless done apart)",
            Forbidden(these=("0795T", "0796T"), those=("93451", "93453"), has_exception=True),
        ),
        ("Thing (do not report 22551 together with 22552)", Forbidden(these=("22551",), those=("22552",), has_exception=False)),
        (
            "Thing (do not use with home codes s9365-s9367)",
            Forbidden(these=("S9364",), those=("S9365", "S9366", "S9367"), has_exception=False),
        ),
        ("Thing. Do not report with code 22551 if done at once", Forbidden(these=("S9364",), those=("22551",), has_exception=True)),
        ("Thing. Do not report with code 22551. Unless asked.", Forbidden(these=("S9364",), those=("22551",), has_exception=False)),
    ],
)
def test_what_a_descriptor_forbids(text: str, expected: Forbidden) -> None:
    assert list(descriptor.forbidden("S9364", text)) == [expected]
    assert not descriptor.forbids_unread("S9364", text)


def test_every_prohibition_of_a_descriptor_is_read() -> None:
    text = "Do not report 22551 in conjunction with 22552. Do not use with code 22554."
    assert [each.those for each in descriptor.forbidden("22551", text)] == [("22552",), ("22554",)]


@pytest.mark.parametrize("text", ["Do not report with anything else", "Do not report 00100-99999 together with 22551", "do not use codes"])
def test_a_prohibition_that_cannot_be_read_is_told(text: str) -> None:
    assert list(descriptor.forbidden("22551", text)) == []
    assert descriptor.forbids_unread("22551", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thing (for a later one, use code L5673 or L5679)", [Pointing(code="L5681", use=("L5673", "L5679"))]),
        (
            "Thing (this code is to be used in place of 77781 and 77782)",
            [Pointing(code="77781", use=("L5681",)), Pointing(code="77782", use=("L5681",))],
        ),
        ("Thing (do not use code L5673)", []),
        ("Thing (this code is not to be used in place of 77776)", []),
        ("Thing (use code 00100-99999)", []),
        ("Thing", []),
    ],
)
def test_where_a_descriptor_points(text: str, expected: list[Pointing]) -> None:
    assert descriptor.pointing("L5681", text) == expected
