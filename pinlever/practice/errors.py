"""The refusals of Practice Lever, in the shape Lever answers with: a status and {"code", "message"}."""


class ApiError(Exception):
    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def document(self) -> dict[str, str]:
        return {"code": self.code, "message": self.message}


class ConnectionDropped(ConnectionError):
    """The connection ends here without an answer. Raised through the WSGI call on purpose."""


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def unauthorized(message: str = "The credentials are missing, unknown or expired.") -> ApiError:
    return ApiError(401, "Unauthorized", message)


def forbidden(message: str) -> ApiError:
    return ApiError(403, "Forbidden", message)


def not_found(collection: str, id: str) -> ApiError:
    # The wording is Lever's documentation: "stages <id> was not found".
    return ApiError(404, "ResourceNotFound", f"{collection} {id} was not found")


def too_many_requests(retry_after: float | None) -> ApiError:
    headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return ApiError(429, "TooManyRequests", "Rate limit exceeded, please slow down.", headers)
