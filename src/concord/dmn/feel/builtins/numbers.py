"""Numbers: rounding, roots, powers, remainders."""

from __future__ import annotations

import decimal
from decimal import Decimal

from concord.dmn.feel.builtins.registry import NullResultError, builtin
from concord.dmn.feel.runtime import Run
from concord.dmn.feel.temporal import make_duration, micros_of_duration
from concord.dmn.feel.values import DECIMAL, Value, YearsMonths, number

Number = int | Decimal
FUNCTION_STEPS = 10  # what a logarithm or an exponential costs


def rounded(n: Number, scale: Number, how: str) -> Number:
    """The number with `scale` digits after the point, rounded as `how` says."""
    places = int(scale)
    if not -6111 <= places <= 6176:
        raise NullResultError("the scale must lie between -6111 and 6176")
    exact = Decimal(n)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -places:
        return n
    wide = decimal.Context(prec=7000, Emin=-99_999, Emax=99_999)
    cut = exact.quantize(Decimal(1).scaleb(-places, wide), rounding=how, context=wide)
    return number(int(cut)) if places <= 0 and abs(cut) < 10**33 else number(cut)


@builtin("decimal(n: number, scale: number) -> number")
def decimal_(run: Run, n: Number, scale: Number) -> Number:
    return rounded(n, scale, decimal.ROUND_HALF_EVEN)


@builtin("floor(n: number, scale?: number) -> number")
def floor(run: Run, n: Number, scale: Number = 0) -> Number:
    return rounded(n, scale, decimal.ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number) -> number")
def ceiling(run: Run, n: Number, scale: Number = 0) -> Number:
    return rounded(n, scale, decimal.ROUND_CEILING)


@builtin("round up(n: number, scale: number) -> number")
def round_up(run: Run, n: Number, scale: Number) -> Number:
    return rounded(n, scale, decimal.ROUND_UP)


@builtin("round down(n: number, scale: number) -> number")
def round_down(run: Run, n: Number, scale: Number) -> Number:
    return rounded(n, scale, decimal.ROUND_DOWN)


@builtin("round half up(n: number, scale: number) -> number")
def round_half_up(run: Run, n: Number, scale: Number) -> Number:
    return rounded(n, scale, decimal.ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number) -> number")
def round_half_down(run: Run, n: Number, scale: Number) -> Number:
    return rounded(n, scale, decimal.ROUND_HALF_DOWN)


@builtin("abs(n: number) -> number")
def abs_(run: Run, n: Number) -> Number:
    return abs(n) if n.__class__ is int else DECIMAL.abs(n)


@builtin("abs(n: days and time duration) -> days and time duration")
@builtin("abs(n: years and months duration) -> years and months duration")
def abs_duration(run: Run, n: Value) -> Value:
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    return make_duration(abs(micros_of_duration(n)))


@builtin("modulo(dividend: number, divisor: number) -> number")
def modulo(run: Run, dividend: Number, divisor: Number) -> Number:
    if not divisor:
        raise NullResultError("a division by zero", "division.zero")
    if dividend.__class__ is int and divisor.__class__ is int:
        return dividend % divisor
    quotient = DECIMAL.divide(dividend, divisor)
    whole = rounded(quotient, 0, decimal.ROUND_FLOOR)
    return DECIMAL.subtract(dividend, DECIMAL.multiply(divisor, whole))


@builtin("sqrt(number: number) -> number")
def sqrt(run: Run, n: Number) -> Number:
    if n < 0:
        raise NullResultError("a negative number has no square root")
    return DECIMAL.sqrt(n)


@builtin("log(number: number) -> number")
def log(run: Run, n: Number) -> Number:
    if n <= 0:
        raise NullResultError("only numbers above zero have a logarithm")
    run.spend(FUNCTION_STEPS)
    return DECIMAL.ln(n)


@builtin("exp(number: number) -> number")
def exp(run: Run, n: Number) -> Number:
    run.spend(FUNCTION_STEPS)
    return DECIMAL.exp(n)


@builtin("odd(number: number) -> boolean")
def odd(run: Run, n: Number) -> bool:
    return _is_whole(n) and not _is_even(n)


@builtin("even(number: number) -> boolean")
def even(run: Run, n: Number) -> bool:
    return _is_whole(n) and _is_even(n)


def _is_whole(n: Number) -> bool:
    return not isinstance(n, Decimal) or n == n.to_integral_value()


def _is_even(n: Number) -> bool:
    if isinstance(n, Decimal) and n.adjusted() >= DECIMAL.prec:  # it ends in a zero
        return True
    return int(n) % 2 == 0
