"""Learning the weights of matching from the company's own profiles.

`sample` draws profiles and pairs, `estimate` has Splink estimate how often each level is seen among
pairs that are one customer and among others, `learn` makes a model of that, and `report` says what
it would change. `actions.identity_runs` does it all as a job.
"""
