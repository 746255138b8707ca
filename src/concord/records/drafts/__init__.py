"""A file on its way in: what its columns mean, what would happen, and then the import.

`survey` looks at the file, `guess` says what it probably means (by the recogniser of `look`).
`plan` is a mapping as a form shows it (`reading`, `writing`: from TOML and back), `meanings` what a
column may mean, `form` what somebody posted, `shown` what they see. `examples` are what the first
rows give, `trial` what the whole import would do.
"""
