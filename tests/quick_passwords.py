"""Passwords as they are kept, at a cost that nobody could defend: each person of a cast has one."""

from concord.kernel.passwords import SealedPasswordHasher


class QuickPasswordHasher(SealedPasswordHasher):
    """A thousandth of the work: at the shipped one, making people was a third of all tests' time.

    What is kept says its own parameters, so the database checks it as any other.
    """

    work_factor = 2**4
