"""Leaving what lives as long as the process out of the collection after each run.

Streamlit forces a full garbage collection whenever a page's script has run. Each looks at every
object that Python's collector knows, and nearly all of them are parts of modules (half a million
once pandas and Plotly are there), which takes longer than most pages.
"""

import gc
import sys

_seen: set[int] = set()
"""How many modules there were, each time their objects were set aside."""


def set_aside() -> None:
    """Leave alone all objects that there are now, when modules have come since the last time.

    The run before has just been collected after, so there is hardly anything that would have been
    collected. What is set aside still goes when nothing refers to it any more.
    """
    if len(sys.modules) not in _seen:
        _seen.add(len(sys.modules))
        gc.freeze()
