"""What an import means, in trees of the kinds that event-driven code bases have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eda_lint.discover import SourceRoots

MONOREPO = [
    "services/billing/app/__init__.py", "services/billing/app/main.py", "services/billing/app/db.py",
    "services/billing/app/api/__init__.py", "services/billing/app/api/routes.py",
    "services/billing/app/api/v1/routes.py", "services/billing/run.py",
    "services/users/app/__init__.py", "services/users/app/main.py", "services/users/app/models.py",
    "libs/events/src/acme/events/__init__.py", "libs/events/src/acme/events/order.py",
    "libs/events/src/acme/bus.py",
    "common/mqueue.py", "common/deep/topics.py",
    "lambdas/place/handler.py", "lambdas/place/shared_names.py", "lambdas/cancel/handler.py",
    "layers/base/python/layer_module.py",
]  # fmt: skip
SERVICES = ["services/billing", "services/users", "libs/events", "lambdas/place", "lambdas/cancel", "layers/base"]
BILLING = "services/billing/app/main.py"


@pytest.fixture(scope="module")
def roots() -> SourceRoots:
    return SourceRoots(MONOREPO, services=SERVICES, foreign=["kafka", "google.cloud.pubsub_v1"], root_name="shop")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (BILLING, "app.main"),
        ("services/billing/app/__init__.py", "app"),
        ("services/billing/app/api/v1/routes.py", "app.api.v1.routes"),
        ("services/billing/run.py", "run"),
        ("libs/events/src/acme/events/__init__.py", "acme.events"),
        ("libs/events/src/acme/bus.py", "acme.bus"),
        ("common/mqueue.py", "common.mqueue"),
        ("common/deep/topics.py", "common.deep.topics"),
        ("lambdas/place/handler.py", "handler"),
    ],
)
def test_module_names(roots: SourceRoots, path: str, name: str) -> None:
    assert roots.module_name(path) == name


@pytest.mark.parametrize(
    ("paths", "path", "root", "name"),
    [
        (["a/b.py"], "a/b.py", ".", "a.b"),
        (["my-app/b.py"], "my-app/b.py", "my-app", "b"),
        (["my-app/pkg/__init__.py", "my-app/pkg/x.py"], "my-app/pkg/x.py", "my-app", "pkg.x"),
        (["src/pkg/x.py"], "src/pkg/x.py", "src", "pkg.x"),
        (["src/__init__.py", "src/x.py"], "src/x.py", ".", "src.x"),
        (["x.py"], "x.py", ".", "x"),
        (["__init__.py"], "__init__.py", ".", "__init__"),
    ],
)
def test_source_roots(paths: list[str], path: str, root: str, name: str) -> None:
    roots = SourceRoots(paths)
    assert roots.source_root(path) == root
    assert roots.module_name(path) == name


@pytest.mark.parametrize(
    ("name", "importer", "found"),
    [
        # Each service sees its own package of that name.
        ("app.main", BILLING, BILLING),
        ("app", BILLING, "services/billing/app/__init__.py"),
        ("app.db", BILLING, "services/billing/app/db.py"),
        ("app", "services/users/app/main.py", "services/users/app/__init__.py"),
        ("app.models", "services/users/app/main.py", "services/users/app/models.py"),
        ("app.api.v1.routes", BILLING, "services/billing/app/api/v1/routes.py"),
        ("app.api.v1", BILLING, "services/billing/app/api/v1"),
        ("app.nothing", BILLING, None),
        # A script beside the package.
        ("app.db", "services/billing/run.py", "services/billing/app/db.py"),
        # A src layout in another service, with a namespace package on the way.
        ("acme.events.order", BILLING, "libs/events/src/acme/events/order.py"),
        ("acme.events", BILLING, "libs/events/src/acme/events/__init__.py"),
        ("acme.bus", "libs/events/src/acme/events/order.py", "libs/events/src/acme/bus.py"),
        ("acme", "libs/events/src/acme/bus.py", "libs/events/src/acme"),
        # From the root of the repository.
        ("common.mqueue", BILLING, "common/mqueue.py"),
        ("common.deep.topics", "common/mqueue.py", "common/deep/topics.py"),
        ("common", BILLING, "common"),
        # A service that is named from the root by another.
        ("services.users.app.models", BILLING, "services/users/app/models.py"),
        # Scripts side by side; nobody else sees them.
        ("shared_names", "lambdas/place/handler.py", "lambdas/place/shared_names.py"),
        ("shared_names", "lambdas/cancel/handler.py", None),
        ("handler", BILLING, None),
        # A layer is put on the path of all.
        ("layer_module", "lambdas/cancel/handler.py", "layers/base/python/layer_module.py"),
        # Started inside a package.
        ("db", BILLING, "services/billing/app/db.py"),
        ("routes", "services/billing/app/api/__init__.py", "services/billing/app/api/routes.py"),
        # By its own bare name a module means a library.
        ("main", BILLING, None),
        ("run", "services/billing/run.py", None),
        # Not here at all.
        ("requests", BILLING, None),
        ("json", BILLING, None),
        ("", BILLING, None),
        ("app..db", BILLING, None),
        ("../users/app", BILLING, None),
        ("app/db", BILLING, None),
    ],
)
def test_absolute(roots: SourceRoots, name: str, importer: str, found: str | None) -> None:
    assert roots.resolve(name, importer) == found


@pytest.mark.parametrize(
    ("name", "level", "importer", "found"),
    [
        ("db", 1, BILLING, "services/billing/app/db.py"),
        ("", 1, BILLING, "services/billing/app/__init__.py"),
        ("db", 1, "services/billing/app/__init__.py", "services/billing/app/db.py"),
        ("db", 2, "services/billing/app/api/routes.py", "services/billing/app/db.py"),
        ("api.routes", 1, BILLING, "services/billing/app/api/routes.py"),
        ("", 1, "common/mqueue.py", "common"),
        ("deep", 1, "common/mqueue.py", "common/deep"),
        ("nothing", 1, BILLING, None),
        ("db", 9, BILLING, None),
        ("x", 2, "x.py", None),
        ("a//b", 1, BILLING, None),
        ("app.db", 0, BILLING, "services/billing/app/db.py"),
        # By its own relative name a module is itself: the import is a fact, odd as it is.
        ("main", 1, BILLING, BILLING),
    ],
)
def test_relative(roots: SourceRoots, name: str, level: int, importer: str, found: str | None) -> None:
    assert roots.resolve_relative(name, level, importer) == found


class TestForeignNames:
    def test_a_wrapper_named_like_the_library_is_not_the_library(self) -> None:
        roots = SourceRoots(
            ["app/kafka.py", "app/main.py", "app/queue.py", "app/redis/__init__.py"], foreign=["kafka", "redis"]
        )
        assert roots.resolve("kafka", "app/main.py") is None
        assert roots.resolve("kafka", "app/kafka.py") is None
        assert roots.resolve("queue", "app/main.py") is None
        assert roots.resolve("redis", "app/main.py") is None
        assert roots.resolve("app.kafka", "app/main.py") == "app/kafka.py"
        assert roots.resolve_relative("kafka", 1, "app/main.py") == "app/kafka.py"

    def test_the_librarys_own_repository(self) -> None:
        for prefix in ("", "src/"):
            package = f"{prefix}kafka/__init__.py"
            roots = SourceRoots([package, f"{prefix}kafka/producer.py", "tools/run.py"], foreign=["kafka"])
            assert roots.resolve("kafka", "tools/run.py") == package
            assert roots.resolve("kafka.producer", package) == f"{prefix}kafka/producer.py"

    def test_dotted_names_are_known_by_their_first_part(self) -> None:
        roots = SourceRoots(["x/google/cloud.py", "x/main.py"], foreign=["google.cloud.pubsub_v1"])
        assert roots.resolve("google.cloud", "x/main.py") is None


class TestElsewhere:
    def test_two_equally_near_are_none(self) -> None:
        paths = ["a/one/lib/x.py", "b/two/lib/x.py", "c/three/m.py"]
        assert SourceRoots(paths).resolve("lib.x", "c/three/m.py") is None
        assert SourceRoots([*paths, "c/four/lib/x.py"]).resolve("lib.x", "c/three/m.py") == "c/four/lib/x.py"

    def test_products_do_not_import_tests(self) -> None:
        roots = SourceRoots(["a/m.py", "b/tests/factories/x.py", "b/tests/t.py"])
        assert roots.resolve("factories.x", "a/m.py") is None
        assert roots.resolve("factories.x", "b/tests/t.py") == "b/tests/factories/x.py"


class TestPackagesThatAreSourceRoots:
    SHARED = ("lambdas/shared/src/__init__.py", "lambdas/shared/src/common/x.py", "lambdas/shared/src/single.py")
    IMPORTER = "lambdas/other/src/delta.py"
    SERVICES = ("lambdas/shared", "lambdas/other")

    @pytest.mark.parametrize("name", ["src", "lib", "python"])
    @pytest.mark.parametrize("inner", [(), ("lambdas/other/src/__init__.py", "lambdas/other/__init__.py")])
    def test_siblings_import_below_them(self, name: str, inner: tuple[str, ...]) -> None:
        paths = [path.replace("/src/", f"/{name}/") for path in self.SHARED]
        roots = SourceRoots([*paths, *inner, self.IMPORTER], services=self.SERVICES)
        assert roots.resolve("common.x", self.IMPORTER) == paths[1]
        assert roots.resolve("single", self.IMPORTER) == paths[2]
        assert roots.resolve("common.x", "lambdas/shared/tests/t.py") == paths[1]
        assert roots.resolve("common.nothing", self.IMPORTER) is None

    def test_they_are_packages_all_the_same(self) -> None:
        roots = SourceRoots([*self.SHARED, self.IMPORTER], services=self.SERVICES)
        for importer in (self.IMPORTER, self.SHARED[2], "lambdas/shared/tests/t.py"):
            assert roots.resolve("src.common.x", importer) == self.SHARED[1]
        assert roots.module_name(self.SHARED[1]) == "src.common.x"

    def test_what_is_nearer_goes_before(self) -> None:
        for own in ("lambdas/other/src/common/x.py", "lambdas/other/common/x.py", "lambdas/common/x.py"):
            for packages in ((), ("lambdas/other/src/__init__.py",)):
                roots = SourceRoots([*self.SHARED, *packages, own, self.IMPORTER], services=self.SERVICES)
                assert roots.resolve("common.x", self.IMPORTER) == own
        further = "far/away/from/here/src/common/x.py"
        roots = SourceRoots([*self.SHARED, further, self.IMPORTER])
        assert roots.resolve("common.x", self.IMPORTER) == self.SHARED[1]

    def test_of_two_equally_near_the_one_that_is_no_package(self) -> None:
        proper = "lambdas/another/src/common/x.py"
        roots = SourceRoots([*self.SHARED, proper, self.IMPORTER])
        assert roots.resolve("common.x", self.IMPORTER) == proper
        roots = SourceRoots([*self.SHARED, proper, "lambdas/another/src/__init__.py", self.IMPORTER])
        assert roots.resolve("common.x", self.IMPORTER) is None

    def test_parts_of_products_are_none(self) -> None:
        paths = ["app/__init__.py", "app/lib/__init__.py", "app/lib/toml/read.py", "app/api/__init__.py",
                 "app/api/toml/__init__.py", "tools/run.py"]  # fmt: skip
        assert SourceRoots(paths).resolve("toml.read", "tools/run.py") is None
        assert SourceRoots(paths).resolve("toml", "tools/run.py") is None
        nested = ["app/__init__.py", "app/src/__init__.py", "app/src/common/x.py", "tools/run.py"]
        assert SourceRoots(nested).resolve("common.x", "tools/run.py") == "app/src/common/x.py"


def test_a_package_goes_before_a_module_and_before_a_nearer_namespace() -> None:
    roots = SourceRoots(["lib/__init__.py", "lib.py", "a/lib/x/y.py", "a/m.py"])
    assert roots.resolve("lib", "a/m.py") == "lib/__init__.py"


def test_a_root_that_is_a_package_itself() -> None:
    roots = SourceRoots(["__init__.py", "core.py", "sub/__init__.py", "sub/x.py"], root_name="acme")
    assert roots.module_name("sub/x.py") == "acme.sub.x"
    assert roots.resolve("acme.core", "sub/x.py") == "core.py"
    assert roots.resolve("acme", "sub/x.py") == "__init__.py"
    assert roots.resolve_relative("core", 2, "sub/x.py") == "core.py"
    assert SourceRoots(["core.py", "x.py"], root_name="acme").resolve("acme.core", "x.py") is None


PARTS = st.sampled_from(["a", "b", "src", "app"])
PATHS = st.lists(
    st.tuples(st.lists(PARTS, max_size=3), st.sampled_from(["__init__.py", "a.py", "b.py"])).map(
        lambda pair: "/".join([*pair[0], pair[1]])
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(PATHS, st.randoms(use_true_random=False), st.lists(PARTS, min_size=1, max_size=2).map(".".join))
def test_answers_are_in_the_tree_and_do_not_depend_on_order(paths: list[str], random: object, name: str) -> None:
    shuffled = paths.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = SourceRoots(paths), SourceRoots(shuffled)
    directories = {p.rsplit("/", n)[0] for p in paths for n in range(1, p.count("/") + 1)}
    for importer in paths:
        found = one.resolve(name, importer)
        assert found == other.resolve(name, importer)
        assert found is None or found in paths or found in directories


@given(PATHS)
def test_a_name_and_its_root_give_the_file_back(paths: list[str]) -> None:
    roots = SourceRoots(paths)
    for path in paths:
        root = roots.source_root(path)
        place = "" if root == "." else root + "/"
        inner = roots.module_name(path).replace(".", "/")
        assert path in (f"{place}{inner}.py", f"{place}{inner}/__init__.py")
