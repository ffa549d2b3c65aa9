"""Python that no sane program holds, and that a linter meets: it is read, within bounds, and never a crash."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hostile import Said, read_root, write_root

Base = Callable[[Mapping[str, str | bytes]], Path]
Read = Callable[[Path], Said]

KAFKA = "from kafka import KafkaProducer\nproducer = KafkaProducer()\n"


def chain(length: int) -> str:
    calls = "".join(f"def f{i}(topic):\n    f{i + 1}(topic)\n" for i in range(length))
    return f"{KAFKA}{calls}def f{length}(topic):\n    producer.send(topic, b'')\n\nf0('end.of.chain')\n"


def registry(size: int) -> str:
    events = "".join(f"class E{i}: pass\ndef on_{i}(event): producer.send('t{i % 7}', event)\n" for i in range(size))
    entries = "".join(f"    E{i}: [on_{i}],\n" for i in range(size))
    return (
        f"{KAFKA}{events}HANDLERS = {{\n{entries}}}\n"
        "def dispatch(event):\n    for handler in HANDLERS[type(event)]:\n        handler(event)\n"
        "dispatch(E1())\n"
    )


LINES: dict[str, str] = {
    "wrappers in a circle": (
        "def a(topic):\n    b(topic)\ndef b(topic):\n    a(topic)\n    producer.send(topic, b'')\na('around')\n"
    ),
    "a wrapper that calls itself": (
        "def again(topic, n):\n    producer.send(topic, b'')\n    again(topic + '.next', n - 1)\nagain('first', 3)\n"
    ),
    "classes that inherit themselves": (
        "class A(A):\n    def send(self, topic):\n        producer.send(topic, b'')\n"
        "class B(C): pass\nclass C(B): pass\nA().send('own')\nB().send('none')\n"
    ),
    "a class that inherits a call of itself": (
        "class A(A()): pass\nclass B(type(B)): pass\nA().b().c(B)\nproducer.send(A.topic, B)\n"
    ),
    "metaclasses": (
        "class Meta(type):\n    def __call__(cls, *a):\n        return cls\n    def __getattr__(cls, name):\n"
        "        return cls\nclass A(metaclass=Meta): pass\nclass M2(M2, metaclass=M2): pass\n"
        "A.x.y.z('a').send('b')\nproducer.send(A.topic, b'')\n"
    ),
    "decorators that return themselves": (
        "def d(f):\n    return d\n@d\n@d\ndef g(topic):\n    producer.send(topic, b'')\n"
        "@e\ndef e(f):\n    return e(e)\ng('x')\ne(g)('y')\n"
    ),
    "names that are themselves": (
        "x = x\ny = y.z[y](y)\na, b = b, a\nproducer.send(x, y)\nproducer.send(a, b)\nt = t + t\nproducer.send(t, t)\n"
    ),
    "objects in themselves": (
        "d = {}\nd['d'] = d\nl = []\nl.append(l)\nproducer.send(d['d']['d']['topic'], l[0][0])\n"
        "class Node:\n    def __init__(self):\n        self.next = self\n        self.other = Node()\n"
        "producer.send(Node().next.other.next.topic, Node())\n"
    ),
    "properties of themselves": (
        "class P:\n    @property\n    def p(self):\n        return self.p\n    def __getattr__(self, name):\n"
        "        return getattr(self, name)\nproducer.send(P().p, P().q)\n"
    ),
    "defaults and annotations of themselves": (
        "def f(a=f, *b: f, **c: 'f') -> f:\n    producer.send(a, b, **c)\n    return f\nf()\nf(f)(f)(f)\n"
    ),
    "functions that return functions": (
        "def up(n):\n    def down(m):\n        return up(down)\n    return down\nproducer.send(up(1)(2)(3)(4), b'')\n"
        "(lambda f: f(f))(lambda f: f(f))\nfix = lambda f: f(fix(f))\nproducer.send(fix(fix), b'')\n"
    ),
    "generators of themselves": (
        "def g():\n    yield from g()\n    yield g\nfor h in g():\n    for i in h():\n        producer.send(i, b'')\n"
    ),
    "texts that double": (
        "t0 = 'ab'\n" + "".join(f"t{i + 1} = t{i} + t{i}\n" for i in range(40)) + "producer.send(t40, b'')\n"
    ),
    "texts that grow in a loop": "t = 'a'\nwhile True:\n    t = f'{t}{t}'\n    producer.send(t, b'')\n",
    "numbers that grow": "n = 9 ** 9 ** 9\nproducer.send('x' * n, b'')\nproducer.send('y' * 10 ** 10, 1 << 10 ** 10)\n",
    "formats that grow": (
        "producer.send('%999999999d' % 1, b'')\nproducer.send('{:>999999999}'.format('a'), b'')\n"
        "producer.send(f\"{'a':>999999999}\", b'')\nproducer.send('a'.rjust(10 ** 10), b'')\n"
        "producer.send('a'.replace('', 'b' * 10 ** 9), b'')\n"
        "producer.send('{0.__class__.__mro__}'.format(1), b'')\nproducer.send('%s %s' % ('one',), '%' % ())\n"
        "producer.send('{'.format(), '{}{0}'.format(1))\nproducer.send('{a[b}'.format(a=1), b'')\n"
        "producer.send('{²}{٣}{99999999999}'.format(1), b'')\nproducer.send(f'{" + "9" * 5000 + "}', 1e999)\n"
    ),
    "choices that multiply": (
        "".join(f"a{i} = 'x{i}' if c else 'y{i}'\n" for i in range(30))
        + 'producer.send(f"'
        + "".join(f"{{a{i}}}" for i in range(30))
        + "\", b'')\n"
    ),
    "dicts of choices": (
        "D = {" + ", ".join(f"'{i}': {{'{j}': 'v{i}{j}' for j in range({i})}}" for i in range(60) for j in [i]) + "}\n"
        "for k in D:\n    for m in D[k]:\n        producer.send(D[k][m] + D[m][k], b'')\n"
    ),
    "many callers": (
        "def send(topic, record):\n    producer.send(topic, record)\n"
        + "".join(f"send('many.{i}', {{'n': {i}}})\n" for i in range(300))
    ),
    "many layers of callers": (
        "def w0(t):\n    producer.send(t, b'')\n"
        + "".join(f"def w{i + 1}(t):\n    w{i}(t)\n    w{i}(t + 'a')\n    w{i}(t + 'b')\n" for i in range(12))
        + "w12('root')\n"
    ),
    "deep inheritance": (
        "class C0:\n    def send(self, t):\n        producer.send(t, b'')\n"
        + "".join(f"class C{i + 1}(C{i}):\n    def send(self, t):\n        super().send(t)\n" for i in range(120))
        + "C120().send('deep')\n"
    ),
    "wide diamonds": (
        "class D0:\n    topic = 'diamond'\n"
        + "".join(
            f"class L{i}(D{i}): pass\nclass R{i}(D{i}): pass\nclass D{i + 1}(L{i}, R{i}): pass\n" for i in range(10)
        )
        + "producer.send(D10().topic, b'')\n"
    ),
    "attributes without end": "a = A()\nproducer.send(a" + ".b" * 400 + ", b'')\n",
    "calls without end": "producer.send(a" + "()" * 400 + ", b'')\n",
    "assignments to everything": (
        "producer.send = 1\nKafkaProducer.send = None\n__builtins__ = 0\nproducer.send('x')\n"
        "self.producer.send('y')\n(yield)\nreturn 1\nawait x\n"
    ),
    "odd arguments": (
        "producer.send()\nproducer.send(*x, **y)\nproducer.send(*[*[*a]], **{**b})\nproducer.send(topic=1, topic2=2)\n"
        "producer.send(b'bytes', 1j)\nproducer.send(..., None)\nproducer.send(1.5, True)\n"
        "producer.send(('a', 'b'), {})\n"
        "producer.send('\\ud800', b'')\nproducer.send('', b'')\nproducer.send('\\x00\\n\\r\\u2028', b'')\n"
        "producer.send('<script>alert(1)</script>', b'')\n"
    ),
    "odd constructions": (
        "KafkaProducer(*a, **b).send('x')\nKafkaProducer(bootstrap_servers=KafkaProducer).send(KafkaProducer)\n"
        "with KafkaProducer() as KafkaProducer: KafkaProducer.send('y')\ndel producer\nproducer.send('z')\n"
        "class KafkaProducer(KafkaProducer): pass\nKafkaProducer().send('w')\n"
    ),
    "odd handlers": (
        "import pika\nchannel = pika.BlockingConnection().channel()\n"
        "channel.basic_consume(queue=channel, on_message_callback=channel.basic_consume)\n"
        "channel.basic_consume('q', lambda *a: a[0].basic_ack(a))\ndef h(): pass\n"
        "channel.basic_consume('q', h)\nchannel.basic_consume('q', 1)\nchannel.basic_consume(h, h)\n"
        "def r(ch, m, p, body):\n    r(ch, m, p, body)\n    channel.basic_consume('q', r)\n"
        "channel.basic_consume('q', r)\n"
    ),
    "tasks of tasks": (
        "from celery import Celery, shared_task\napp = Celery(app)\n@app.task\n@app.task\n@shared_task\ndef t(t=t):\n"
        "    t.delay(t.delay)\n    t.apply_async(t.s(t.s()), link=t)\nt.delay(*t, **t)\n"
        "@app.task(base=app.task)\nclass T(app.Task): pass\n"
    ),
    "matches without end": (
        "match producer.send('m', b''):\n    case {'a': [*_, {'b': str() as x}], **rest} | [x, rest] if x: \n"
        "        producer.send(x, rest)\n    case KafkaProducer(a=b): producer.send(b, b'')\n    case _: pass\n"
    ),
    "suppressions of everything": (
        "producer.send('s', b'')  # eda-lint: ignore[] # eda-lint: ignore[EDA] # noqa: EDA501,,, EDA999 # eda-lint:\n"
        "# eda-lint: file-ignore[\n# eda-lint: ignore[EDA501\n# eda-lint\n# noqa:\n"
    ),
}


def folder(name: str) -> str:
    return "strange/" + name.replace(" ", "_")


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Said | None:
    """What is said of all of it at once, which takes one process for all; None if that failed."""
    work = tmp_path_factory.mktemp("together")
    root = write_root({f"{folder(name)}/code.py": KAFKA + LINES[name] for name in LINES}, work / "root")
    try:
        return read_root(root, work / "said")
    except (AssertionError, subprocess.TimeoutExpired):
        return None


@pytest.mark.parametrize("name", LINES)
def test_strange_code(name: str, together: Said | None, base: Base, read: Read) -> None:
    """Each alone only where together they failed, to say which it was."""
    file = f"{folder(name)}/code.py"
    said = together or read(base({file: KAFKA + LINES[name]}))
    problem = said.problems.get(file)
    assert problem in (None, "syntax")
    if problem is None:
        assert [each for each in said.operations if each["file"] == file], "its operations are not seen"


def test_strange_code_together(together: Said | None) -> None:
    assert together is not None


def test_what_can_be_told_is_told(together: Said | None) -> None:
    assert together is not None
    expected = {
        "wrappers in a circle": {"around"},
        "a wrapper that calls itself": {"first"},
        "classes that inherit themselves": {"own"},
        "many callers": {f"many.{i}" for i in range(300)},
        "deep inheritance": set(),
        "wide diamonds": {"diamond"},
        "odd arguments": {"<script>alert(1)</script>"},
    }
    missing = {
        name: addresses - set(together.sends_in(f"{folder(name)}/code.py")) for name, addresses in expected.items()
    }
    assert not any(missing.values()), missing


def test_chains_of_calls_and_registries(base: Base, read: Read) -> None:
    """Nothing grows with the square of the input."""
    said = read(
        base(
            {
                "strange/long.py": chain(5_000),
                "strange/short.py": chain(6),
                "strange/registry.py": registry(400),
            }
        )
    )
    assert "end.of.chain" in said.sends_in("strange/short.py")
    assert {f"t{i}" for i in range(7)} <= set(said.sends_in("strange/registry.py"))


IMPORTS: dict[str, dict[str, str]] = {
    "in a circle": {
        "p/__init__.py": "from p.a import *\nfrom p.b import *\n",
        "p/a.py": "from p.b import producer, topic\nimport p.a\ndef send():\n    producer.send(topic, b'')\n",
        "p/b.py": f"{KAFKA}from p.a import send\nimport p\ntopic = 'circle'\np.a.send()\n",
    },
    "stars in a circle": {
        "p/__init__.py": "from p.a import *\n",
        "p/a.py": "from p.b import *\nproducer.send(topic, b'')\n",
        "p/b.py": f"from p.c import *\nfrom p.a import *\n{KAFKA}",
        "p/c.py": "from p.b import *\nfrom p import *\ntopic = 'circle'\n",
    },
    "of itself": {
        "p/__init__.py": "",
        "p/a.py": f"from p.a import *\nfrom .a import *\nfrom . import a\nimport p.a as me\n{KAFKA}"
        "topic = me.a.me.other\nother = 'circle'\nproducer.send(topic, b'')\nproducer.send(other, b'')\n",
    },
    "of names in a circle": {
        "p/__init__.py": "",
        "p/a.py": f"from p.b import topic\n{KAFKA}producer.send(topic, b'')\nproducer.send('circle', b'')\n",
        "p/b.py": "from p.c import topic\n",
        "p/c.py": "from p.a import topic\n",
    },
    "out of the tree": {
        "p/a.py": f"from ........ import x\nfrom .....y import z\nfrom . import *\nfrom .. import *\n{KAFKA}"
        "producer.send(x, z)\nproducer.send('circle', b'')\n",
    },
    "of a module that is broken": {
        "p/__init__.py": "def broken(:\n",
        "p/a.py": f"from p import x\nfrom p.b import *\n{KAFKA}producer.send(x, y)\nproducer.send('circle', b'')\n",
        "p/b.py": "print 'old'\n",
    },
    "of a library's name": {
        "kafka.py": f"import kafka\n{KAFKA}producer.send('circle', b'')\n",
        "typing.py": "from typing import *\n",
    },
}


@pytest.mark.parametrize("name", IMPORTS)
def test_imports(name: str, base: Base, read: Read) -> None:
    assert "circle" in read(base(IMPORTS[name])).addresses()
