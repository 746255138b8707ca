"""Who would be treated differently: two policies over all customers, in the database.

Customers are told apart by what the policies look at (`apart`): the database gives each a
condition, of which there are few. What each condition comes to under both policies is found by the
policies themselves, once (`judged`). `parts` works through the customers, `found` reads the result.
"""
