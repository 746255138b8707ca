from typing import ClassVar

from django.db import models

from concord.kernel.ids import new_id


class Simulation(models.Model):
    """Who would be treated differently by the policy `xml` than by the version `base`.

    Long work that a worker does, in parts, and that bears being killed: what is not done of it is
    done by the next worker. Asked to stop, it ends within a part; begun again, it goes on. Facts
    are as of `as_of`, what was known when each part was worked out. `problem` is why nothing came
    of it, as a person may read it. Kept for some days.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    base = models.ForeignKey("treatment.PolicyVersion", models.PROTECT, related_name="+")
    xml = models.TextField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the XML.")
    draft = models.ForeignKey(
        "treatment.PolicyDraft", models.SET_NULL, null=True, blank=True, related_name="simulations"
    )
    as_of = models.DateField()
    by = models.ForeignKey("kernel.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    stopped_by = models.ForeignKey(
        "kernel.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["base", "digest", "as_of"],
                name="one_simulation_at_once",
                condition=models.Q(finished_at=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["digest", "-asked_at"], name="simulations_of_a_policy")
        ]

    def __str__(self) -> str:
        return self.name


class SimulationPart(models.Model):
    """The customers from the id `first` to `last`, worked out together."""

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="parts")
    first = models.UUIDField()
    last = models.UUIDField()
    customers = models.PositiveIntegerField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["simulation", "first"], name="one_part_of_a_simulation")
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.first}"


class SimulatedCondition(models.Model):
    """What customers of one condition are answered: `answers` are, of each request,
    `[request, given, before, after]` (see `concord.treatment.simulating.kept`).

    `condition` is the hash of what tells customers apart. `money` is what they bought in the last
    twelve months, as far as it is known; of `unknown` of them it is not.
    """

    simulation = models.ForeignKey(Simulation, models.CASCADE, related_name="conditions")
    condition = models.BigIntegerField()
    answers = models.JSONField()
    differs = models.BooleanField()
    customers = models.PositiveIntegerField()
    money = models.DecimalField(max_digits=30, decimal_places=4)
    unknown = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["simulation", "condition"], name="one_condition_once")
        ]

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.condition}"


class SimulatedCustomer(models.Model):
    """A customer who would be treated differently, and the facts that their line shows (null: not
    known). `weight` orders them, the largest first.

    The table is unlogged: what a crash takes away is worked out again. It has the one index that
    the list reads, and goes with the simulation.
    """

    pk = models.CompositePrimaryKey("simulation", "condition", "weight", "customer")
    simulation = models.ForeignKey(
        Simulation, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    condition = models.BigIntegerField()
    customer = models.ForeignKey(
        "customers.Customer", models.DO_NOTHING, related_name="+", db_index=False,
        db_constraint=False,
    )  # fmt: skip
    weight = models.DecimalField(max_digits=30, decimal_places=4)
    revenue = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    overdue = models.DecimalField(max_digits=30, decimal_places=4, null=True)
    overdue_days = models.IntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.simulation_id} {self.customer_id}"
