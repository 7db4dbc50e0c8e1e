"""The likeliest way to part a stack into papers, and how likely each page's place is: a chain of hidden states."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# A second copy of the same paper right behind the first is rarer than another paper.
SAME_AGAIN = -1.5


@dataclass(frozen=True)
class Evidence:
    """Of one page: the log odds that it begins a paper, and for each label the log evidence if it begins or goes on."""

    begins: float
    label_if_begins: tuple[float, ...]
    label_if_goes_on: tuple[float, ...]


@dataclass(frozen=True)
class Decoded:
    """Of one page: the label, whether it begins its paper, and the probability of every label and of beginning."""

    label: int
    begins: bool
    labels: tuple[float, ...]
    beginning: float


def decode(pages: Sequence[Evidence]) -> tuple[Decoded, ...]:
    """The likeliest labels of a run of pages (Viterbi), with their probabilities (forward and backward)."""
    if not pages:
        return ()
    count = len(pages[0].label_if_begins)
    states = [(label, begins) for label in range(count) for begins in (True, False)]
    best, path = _best(pages, states)
    probable = _probable(pages, states)
    decoded: list[Decoded] = []
    for chosen, chances in zip(_traced(best, path), probable, strict=True):
        label, begins = states[chosen]
        labels = tuple(chances[2 * one] + chances[2 * one + 1] for one in range(count))
        decoded.append(Decoded(label, begins, labels, sum(chances[0::2])))
    return tuple(decoded)


def _emission(page: Evidence, state: tuple[int, bool]) -> float:
    label, begins = state
    if begins:
        return -math.log1p(math.exp(-page.begins)) + page.label_if_begins[label]
    return -math.log1p(math.exp(page.begins)) + page.label_if_goes_on[label]


def _step(before: tuple[int, bool], state: tuple[int, bool]) -> float | None:
    """The log chance of a state behind another but for the page's own evidence; None: impossible."""
    if not state[1]:
        return 0.0 if before[0] == state[0] else None
    return SAME_AGAIN if before[0] == state[0] else 0.0


Table = list[list[float]]


def _best(pages: Sequence[Evidence], states: Sequence[tuple[int, bool]]) -> tuple[list[float], list[list[int]]]:
    scores = [_emission(pages[0], state) if state[1] else -math.inf for state in states]
    path: list[list[int]] = []
    for page in pages[1:]:
        after: list[float] = []
        came: list[int] = []
        for state in states:
            at, value = 0, -math.inf
            for index, before in enumerate(states):
                step = _step(before, state)
                if step is not None and scores[index] + step > value:
                    at, value = index, scores[index] + step
            after.append(value + _emission(page, state))
            came.append(at)
        scores = after
        path.append(came)
    return scores, path


def _traced(scores: Sequence[float], path: Sequence[Sequence[int]]) -> list[int]:
    at = max(range(len(scores)), key=lambda index: scores[index])
    traced = [at]
    for came in reversed(path):
        at = came[at]
        traced.append(at)
    return traced[::-1]


def _probable(pages: Sequence[Evidence], states: Sequence[tuple[int, bool]]) -> Table:
    steps = [
        [(index, step) for index, before in enumerate(states) if (step := _step(before, state)) is not None]
        for state in states
    ]
    forward = [[_emission(pages[0], state) if state[1] else -math.inf for state in states]]
    for page in pages[1:]:
        last = forward[-1]
        forward.append(
            [
                _added([last[index] + step for index, step in steps[at]]) + _emission(page, state)
                for at, state in enumerate(states)
            ]
        )
    onward: list[list[tuple[int, float]]] = [[] for _ in states]
    for at, known in enumerate(steps):
        for index, step in known:
            onward[index].append((at, step))
    backward = [[0.0] * len(states)]
    for page in reversed(pages[1:]):
        last = [value + _emission(page, state) for value, state in zip(backward[0], states, strict=True)]
        backward.insert(0, [_added([last[at] + step for at, step in known]) for known in onward])
    chances: Table = []
    for ahead, behind in zip(forward, backward, strict=True):
        joined = [a + b for a, b in zip(ahead, behind, strict=True)]
        whole = _added(joined)
        chances.append([math.exp(value - whole) for value in joined])
    return chances


def _added(logs: Sequence[float]) -> float:
    """The logarithm of the sum of what the logarithms stand for."""
    top = max(logs)
    if top == -math.inf:
        return top
    return top + math.log(sum(math.exp(value - top) for value in logs))
