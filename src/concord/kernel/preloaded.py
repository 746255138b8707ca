"""Imported by the process from which those of `kernel.beside` are forked: it has the application
in memory, and no connection to a database.
"""

import django

django.setup()
