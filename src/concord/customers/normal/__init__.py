"""Normal forms: how a name, a phone number, an address or an id is compared. Never shown."""
