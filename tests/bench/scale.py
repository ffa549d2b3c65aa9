"""How link's time grows with event code: `python tests/bench/scale.py [FUNCTIONS…]`, by default 1,000 to 10,000.

Makes a code base of that many functions (modules that import each other in a circle, wrappers in chains and in
circles, objects handed through constructors, a handler for each send), understands it without a cache, and prints
seconds and operations. About linear growth is the aim; a circle that is followed without end would show here.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from eda_lint.config import Config
from eda_lint.run import Request, understand

PER_MODULE = 20
"""Functions in one module."""

HEAD = """\
from kafka import KafkaConsumer, KafkaProducer
from shop.m{following} import pass_on as pass_on_there
import shop.m{following} as following

producer = KafkaProducer()

def low(topic, message):
    producer.send(topic, message)

def pass_on(topic, message, depth=0):
    if depth:
        pass_on_there(topic, message, depth - 1)
    low(topic, message)

class Writer:
    def __init__(self, topic):
        self.topic = topic

    def send(self, message):
        pass_on(self.topic, message)

writer = Writer("orders.{number}")
"""
ONE = """
def step{index}(order, out=writer):
    out.send({{"type": "Stepped{index}"}})
    pass_on("steps.{number}.{index}", {{"type": "Passed{index}", "id": order["id"]}})
    return step{before}(order, out)
"""
TAIL = """
def run():
    for record in KafkaConsumer("steps.{following}.1", group_id="m{number}"):
        step{last}(record.value)
        following.step1(record.value)
"""


def write(root: Path, functions: int) -> None:
    """Write a code base of about so many functions."""
    package = root / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    modules = max(functions // PER_MODULE, 2)
    for number in range(modules):
        following = (number + 1) % modules
        steps = range(PER_MODULE - 5)
        text = HEAD.format(number=number, following=following)
        text += "".join(ONE.format(number=number, index=i, before=(i - 1) % len(steps)) for i in steps)
        text += TAIL.format(number=number, following=following, last=len(steps) - 1)
        (package / f"m{number}.py").write_text(text)


def main() -> None:
    """Measure each size."""
    for size in [int(each) for each in sys.argv[1:]] or [1_000, 2_000, 5_000, 10_000]:
        with tempfile.TemporaryDirectory() as directory:
            root = Path(directory)
            write(root, size)
            began = time.process_time()
            project = understand(Request(root, Config(), jobs=1, cache=False)).project
            seconds = time.process_time() - began
        print(f"{size:7} functions {seconds:7.1f} s CPU  {len(project.operations):6} operations")  # noqa: T201


if __name__ == "__main__":
    main()
