"""What the demo company makes: measuring instruments, in two business units."""

from decimal import Decimal
from typing import NamedTuple


class Product(NamedTuple):
    """A product with its list price in EUR; `calibrated` ones get yearly certificates."""

    code: str
    name: str
    price: Decimal
    calibrated: bool


def _product(code: str, name: str, price: str, calibrated: bool = True) -> Product:
    return Product(code, name, Decimal(price), calibrated)


GAUGES, SENSORS = "GAU", "SEN"

CATALOGUE: dict[str, tuple[Product, ...]] = {
    GAUGES: (
        _product("GA-110", "Digital caliper 150 mm", "148.00"),
        _product("GA-125", "Outside micrometer 0-25 mm", "212.00"),
        _product("GA-140", "Dial indicator 0.001 mm", "176.00"),
        _product("GA-210", "Bore gauge set", "690.00"),
        _product("GA-240", "Thread ring gauge", "129.00", calibrated=False),
        _product("GA-310", "Gauge block set, grade 0", "1480.00"),
        _product("GA-420", "Height gauge 600 mm", "3260.00"),
        _product("GA-900", "Granite surface plate", "2150.00", calibrated=False),
    ),
    SENSORS: (
        _product("SE-105", "Temperature probe Pt100", "96.00"),
        _product("SE-130", "Inductive probe ±1 mm", "285.00"),
        _product("SE-160", "Load cell 5 kN", "410.00"),
        _product("SE-220", "Pressure transmitter 40 bar", "365.00"),
        _product("SE-310", "Torque sensor 50 Nm", "1890.00"),
        _product("SE-350", "Laser displacement sensor", "2740.00"),
        _product("SE-380", "Confocal sensor head", "5120.00"),
        _product("SE-800", "Sensor cable 5 m", "38.00", calibrated=False),
    ),
}
