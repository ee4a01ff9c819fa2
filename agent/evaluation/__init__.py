"""Measuring: questions with what answers them go in, recall and how answers hold come out, and what was lost.

What asks a model (``answering``, ``reranking``) is imported from its own module: it takes seconds to load.
"""

from agent.evaluation.answer_measures import (
    AnswerComparison,
    AnswerMeasures,
    AnswerShift,
    Share,
    compare_answers,
    measure_answer_kinds,
    measure_answers,
)
from agent.evaluation.answer_record import AnswerRun, answer_comparison_json, answers_to_json, parse_answer_run
from agent.evaluation.answers import AnswerOutcome
from agent.evaluation.asking import ask, left_out, sift
from agent.evaluation.comparison import Comparison, Shift, compare
from agent.evaluation.measures import Latency, Measures, latency, measure, measure_kinds, recognise
from agent.evaluation.questions import Reading, read_questions
from agent.evaluation.record import Run, parse_run, run_to_json
from agent.evaluation.values import DEPTHS, GATE, Case, Fault, Outcome, Ranking, sets_of

__all__ = [
    "DEPTHS",
    "GATE",
    "AnswerComparison",
    "AnswerMeasures",
    "AnswerOutcome",
    "AnswerRun",
    "AnswerShift",
    "Case",
    "Comparison",
    "Fault",
    "Latency",
    "Measures",
    "Outcome",
    "Ranking",
    "Reading",
    "Run",
    "Share",
    "Shift",
    "answer_comparison_json",
    "answers_to_json",
    "ask",
    "compare",
    "compare_answers",
    "latency",
    "left_out",
    "measure",
    "measure_answer_kinds",
    "measure_answers",
    "measure_kinds",
    "parse_answer_run",
    "parse_run",
    "read_questions",
    "recognise",
    "run_to_json",
    "sets_of",
    "sift",
]
