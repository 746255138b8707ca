from concord.treatment.models.acceptance import FindingAcceptance, PolicyCheck
from concord.treatment.models.act_verdict import ActVerdict
from concord.treatment.models.acted_otherwise import ActedOtherwise
from concord.treatment.models.answer_log import AnswerLog
from concord.treatment.models.answer_month import AnswerMonth
from concord.treatment.models.asking import Asking, Verdict, Way
from concord.treatment.models.backtest import Backtest, BacktestMonth, BacktestSum
from concord.treatment.models.briefing import Acknowledgement, Briefing
from concord.treatment.models.concern import Concern, ConcernKind, Outcome
from concord.treatment.models.custom_request import CustomRequest
from concord.treatment.models.draft import DraftEdit, PolicyDraft
from concord.treatment.models.due_profile import DueProfile
from concord.treatment.models.hand_over import HandOver
from concord.treatment.models.lift import Lift
from concord.treatment.models.objection_terms import ObjectionTerms
from concord.treatment.models.policy import PolicyInForce, PolicyVersion
from concord.treatment.models.preview import PolicyPreview
from concord.treatment.models.proposal import EndKind, PolicyProposal, ProposalEnd, Unanswered
from concord.treatment.models.replay_run import ReplayDifference, ReplayRun
from concord.treatment.models.simulation import (
    SimulatedCondition,
    SimulatedCustomer,
    Simulation,
    SimulationPart,
)
from concord.treatment.models.verdict_count import VerdictCount
from concord.treatment.models.verdict_step import StepKind, VerdictStep
from concord.treatment.models.verdict_sweep import VerdictSweep
from concord.treatment.models.watch import Watch

__all__ = [
    "Acknowledgement",
    "ActVerdict",
    "ActedOtherwise",
    "AnswerLog",
    "AnswerMonth",
    "Asking",
    "Backtest",
    "BacktestMonth",
    "BacktestSum",
    "Briefing",
    "Concern",
    "ConcernKind",
    "CustomRequest",
    "DraftEdit",
    "DueProfile",
    "EndKind",
    "FindingAcceptance",
    "HandOver",
    "Lift",
    "ObjectionTerms",
    "Outcome",
    "PolicyCheck",
    "PolicyDraft",
    "PolicyInForce",
    "PolicyPreview",
    "PolicyProposal",
    "PolicyVersion",
    "ProposalEnd",
    "ReplayDifference",
    "ReplayRun",
    "SimulatedCondition",
    "SimulatedCustomer",
    "Simulation",
    "SimulationPart",
    "StepKind",
    "Unanswered",
    "Verdict",
    "VerdictCount",
    "VerdictStep",
    "VerdictSweep",
    "Watch",
    "Way",
]
