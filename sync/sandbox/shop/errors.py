"""What the simulated shop answers when it cannot answer: Magento's own sentences and statuses.

ShopError            a JSON (or XML) body with message, parameters and perhaps several errors
└── InternalError    500 with a report id; Magento keeps the cause to itself
PageError            an HTML page, from the web server or from PHP before the API has begun
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

Parameters = Mapping[str, Any] | Sequence[Any]


class ShopError(Exception):
    """An error that the REST API reports in its own form.

    Attributes:
        status: HTTP status.
        message: Text with its placeholders (`%name`, `%1`) left in, as Magento sends it.
        parameters: Values of the placeholders, by name or by position; None without any.
        errors: Further errors of the same form when several fields are wrong at once.
    """

    def __init__(
        self,
        status: int,
        message: str,
        parameters: Parameters | None = None,
        errors: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.parameters = parameters
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """The answer's body: `message`, then `errors` and `parameters` where there are any."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = list(self.errors)
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return body


class InternalError(ShopError):
    """Something that Magento did not expect, e.g. a filter on a column that does not exist."""

    def __init__(self, now: datetime) -> None:
        """Magento names the report in its log file after the microsecond."""
        report = f"webapi-{int(now.timestamp()):08x}{now.microsecond:05x}"
        text = f"Internal Error. Details are available in Magento log file. Report ID: {report}"
        super().__init__(500, text)


class PageError(Exception):
    """An HTML page instead of an API answer.

    Attributes:
        status: HTTP status.
        title: The page's title and headline.
    """

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


def invalid_type(value: object, expected: str) -> ShopError:
    """400: `value` cannot be read as `expected` ("int", "string")."""
    shown = "Array" if isinstance(value, dict | list) else _shown(value)
    return ShopError(
        400,
        f'The "{shown}" value\'s type is invalid. The "{expected}" type was expected. '
        "Verify and try again.",
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def required(*names: str) -> ShopError:
    """400: these parameters are missing; several are listed one by one."""
    text = '"%fieldName" is required. Enter and try again.'
    if len(names) == 1:
        return ShopError(400, text, {"fieldName": names[0]})
    errors = [{"message": text, "parameters": {"fieldName": name}} for name in names]
    return ShopError(400, "One or more input exceptions have occurred.", errors=errors)


def unsupported(name: str) -> ShopError:
    """400: a body or searchCriteria carries a field that the interface does not have."""
    text = '"%fieldName" is not supported. Correct the field name and try again.'
    return ShopError(400, text, {"fieldName": name})


def no_such_entity(field: str, value: object) -> ShopError:
    """404 in the words of customers and taxes."""
    text = "No such entity with %fieldName = %fieldValue"
    return ShopError(404, text, {"fieldName": field, "fieldValue": value})


def entity_not_found() -> ShopError:
    """404 in the words of sales documents."""
    return ShopError(
        404, "The entity that was requested doesn't exist. Verify the entity and try again."
    )


def not_authorized(resource: str) -> ShopError:
    """401 for every missing, wrong, expired or insufficient credential outside OAuth."""
    text = "The consumer isn't authorized to access %resources."
    return ShopError(401, text, {"resources": resource})
