"""The only code that uses Qt."""

import builtins
import sys

if "shiboken6" not in sys.modules:
    # PySide puts a function of its own in the place of Python's import, for its `__feature__` switches. It reads the
    # source of every module that is imported, to see whether PySide is named there, and keeps the lines: a tenth of the time
    # to the home screen and eight megabytes. We use no such switch, so Python's own import stays.
    _plain_import = builtins.__import__
    import shiboken6  # noqa: F401

    builtins.__import__ = _plain_import
