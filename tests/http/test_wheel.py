"""What is installed is what runs here: the wheel holds every file of the package, and the API's document beside the service."""

import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_every_file_of_the_package_and_the_document(tmp_path: Path) -> None:
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="hatchling, which builds the wheel, is not installed")
    (built,) = wheel.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    held = {name for name in zipfile.ZipFile(built).namelist() if not name.split("/")[0].endswith(".dist-info")}
    package = ROOT / "src" / "precert"
    ours = {
        each.relative_to(package.parent).as_posix() for each in package.rglob("*") if each.is_file() and "__pycache__" not in each.parts
    }
    assert {"precert/surfaces/web/templates/order.html", "precert/surfaces/web/static/app.js", "precert/bundled/releases.json"} <= ours
    assert held == {*ours, "precert/surfaces/http/openapi.json"}
    told = zipfile.ZipFile(built).read("precert/surfaces/http/openapi.json")
    assert told == (ROOT / "docs" / "openapi.json").read_bytes()
