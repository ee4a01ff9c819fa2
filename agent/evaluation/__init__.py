"""Measuring retrieval: questions with what answers them go in, recall and what was lost come out."""

from agent.evaluation.asking import Sifted, ask, left_out, sift
from agent.evaluation.comparison import Comparison, Shift, compare
from agent.evaluation.measures import Latency, Measures, Recognition, latency, measure, measure_kinds, recognise
from agent.evaluation.questions import Reading, read_questions
from agent.evaluation.record import Run, parse_run, run_to_json
from agent.evaluation.values import DEEPEST, DEPTHS, GATE, Case, Fault, Outcome, Ranking

__all__ = [
    "DEEPEST",
    "DEPTHS",
    "GATE",
    "Case",
    "Comparison",
    "Fault",
    "Latency",
    "Measures",
    "Outcome",
    "Ranking",
    "Reading",
    "Recognition",
    "Run",
    "Shift",
    "Sifted",
    "ask",
    "compare",
    "latency",
    "left_out",
    "measure",
    "measure_kinds",
    "parse_run",
    "read_questions",
    "recognise",
    "run_to_json",
    "sift",
]
