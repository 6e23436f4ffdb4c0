"""What answers the app (``programs.py``), the pages about phones (``pages.py``) and the app's own page (``shell.py``)."""
