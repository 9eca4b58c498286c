"""From loose input to an interface's fields, as Magento's service input processor does it.

Names may be snake_case or camelCase at every level; a name that the interface does not have and
a number that is none are refused in Magento's words.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sync.sandbox.shop.errors import ShopError, invalid_type, unsupported
from sync.sandbox.shop.php import Json, is_numeric, to_int

Kind = Literal["int", "string", "any"]
Shape = Mapping[str, "Kind | tuple[Shape]"]
"""Field name in snake_case -> its kind, or the shape of the items of a list."""


def bind(data: object, shape: Shape) -> dict[str, Any]:
    """The fields of `data`, under their snake_case names; anything but an object has none.

    Raises:
        ShopError: 400, an unknown field or a value of the wrong type.
    """
    known = {_plain(name): name for name in shape}
    bound: dict[str, Any] = {}
    for key, value in data.items() if isinstance(data, dict) else ():
        name = known.get(_plain(key))
        if name is None:
            raise unsupported(_upper_camel(key))
        try:
            bound[name] = _convert(value, shape[name])
        except _TypeMismatchError as error:
            raise error.inside(key) from None
    return bound


def argument(data: Mapping[str, Any], name: str) -> object:
    """The service argument `name` (camelCase) of `data` in either spelling; None when missing."""
    found = data.get(name)
    return data.get(_snake(name)) if found is None else found


def to_integer(value: object) -> int:
    """`value` as an integer.

    Raises:
        ShopError: 400, it is not numeric.
    """
    if not is_numeric(value):
        raise invalid_type(value, "int")
    return to_int(value)


class _TypeMismatchError(ShopError):
    """A value of the wrong type; names the fields around it from the inside out."""

    def inside(self, field: str) -> "_TypeMismatchError":
        """The same, one field further out."""
        text = f'Error occurred during "{field}" processing. {self.message}'
        return _TypeMismatchError(self.status, text)


def _convert(value: object, kind: "Kind | tuple[Shape]") -> Json:
    if value is None or kind == "any":
        return value
    if isinstance(kind, tuple):
        return [bind(item, kind[0]) for item in _items(value)]
    if isinstance(value, dict | list) or (kind == "int" and not is_numeric(value)):
        error = invalid_type(value, kind)
        raise _TypeMismatchError(error.status, error.message)
    if kind == "int":
        return to_int(value)
    return ("1" if value else "") if isinstance(value, bool) else str(value)


def _items(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _plain(name: str) -> str:
    """PHP finds methods without regard to case, so these names are one."""
    return name.replace("_", "").lower()


def _upper_camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
