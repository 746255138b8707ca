from concord.facts.models.own_fact import OwnFact

__all__ = ["OwnFact"]
