from concord.connect.models.idempotency import IdempotentCall

__all__ = ["IdempotentCall"]
