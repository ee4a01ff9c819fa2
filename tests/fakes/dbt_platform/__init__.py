"""A strict and faulty dbt platform on loopback: its Admin API and its webhooks."""

from tests.fakes.dbt_platform.faults import Faults
from tests.fakes.dbt_platform.platform import DbtPlatform
from tests.fakes.dbt_platform.server import open_dbt_platform
from tests.fakes.dbt_platform.values import Account, Environment, Job, Project, Run, Seen, Status, Step, Token, Trigger

__all__ = [
    "Account",
    "DbtPlatform",
    "Environment",
    "Faults",
    "Job",
    "Project",
    "Run",
    "Seen",
    "Status",
    "Step",
    "Token",
    "Trigger",
    "open_dbt_platform",
]
