"""Every test answers from the bundled releases: what the developer at this machine keeps is not looked at."""

import os
import tempfile

os.environ["PRECERT_HOME"] = tempfile.mkdtemp(prefix="precert-tests-")
os.environ.pop("PRECERT_DATABASE_URL", None)
