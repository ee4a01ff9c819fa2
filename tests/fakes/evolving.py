"""A dbt project whose artifacts change from one parse to the next in all the ways that projects do, and in odd ones."""

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

Entry = dict[str, Any]

_WORDS = ("order", "refund", "parcel", "buyer", "price", "stock", "visit", "claim")
_COLUMNS = ("id", "amount", "placed_at", "status", "Region")
_BARE = ("unique_id", "name", "created_at")
_PARTS = ("nodes", "sources", "groups", "metrics", "semantic_models", "exposures", "unit_tests")
_SCHEMA = "https://schemas.getdbt.com/dbt/{}.json"


class EvolvingProject:
    """Seeded: two of one seed evolve alike."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.at = datetime(2026, 11, 20, tzinfo=UTC)
        self.dbt_version = "1.12.6"
        self.parts: dict[str, dict[str, Any]] = {part: {} for part in _PARTS}
        self.catalog: dict[str, Any] = {}
        self.results: dict[str, Entry] = {}
        self._made = 0
        for kind in ("source", "source", "seed", "snapshot", *["model"] * 9):
            self.add_table(kind)
        for add in (self.add_test, self.add_relationship, self.add_singular_test, self.add_unit_test):
            for _ in range(4):
                add()
        self.change_groups()
        self.change_semantic_layer()

    def evolve(self) -> list[str]:
        """Change one to three things and parse it all anew; returns the names of what was done."""
        mutations = self.random.choices(MUTATIONS, k=self.random.randint(1, 3))
        for mutate in mutations:
            mutate(self)
        self.parse()
        return [mutate.__name__ for mutate in mutations]

    def parse(self) -> None:
        """All of it anew, which leaves traces in every entry."""
        self.at += timedelta(minutes=5)
        for part in ("nodes", "sources", "unit_tests"):
            for entry in self.parts[part].values():
                if isinstance(entry, dict):
                    entry["created_at"] = self.at.timestamp() + self.random.random()

    def write(self, folder: Path) -> None:
        """The artifacts, as dbt would write them now."""
        head = {"dbt_version": self.dbt_version, "generated_at": self.at.isoformat(), "project_name": "shop"}
        manifest = {"metadata": head | {"dbt_schema_version": _SCHEMA.format("manifest/v12")}, **self.parts}
        catalog = {"metadata": head | {"dbt_schema_version": _SCHEMA.format("catalog/v1")}}
        tables = {"nodes": self.catalog, "sources": {}}
        run = {"metadata": head | {"dbt_schema_version": _SCHEMA.format("run-results/v6")}, "args": {"which": "build"}}
        for name, document in (
            ("manifest", manifest),
            ("catalog", catalog | tables),
            ("run_results", run | {"results": list(self.results.values())}),
        ):
            (folder / f"{name}.json").write_text(json.dumps(document, separators=(",", ":")), "utf-8")

    # What mutations are made of.

    def number(self) -> int:
        self._made += 1
        return self._made

    def words(self) -> str:
        return " ".join(self.random.choices(_WORDS, k=3))

    def part_of(self, unique_id: str) -> dict[str, Any]:
        return self.parts["sources" if unique_id.startswith("source.") else "nodes"]

    def tables(self) -> list[str]:
        found = [*self.parts["nodes"], *self.parts["sources"]]
        return [each for each in found if not each.startswith("test.") and isinstance(self.part_of(each)[each], dict)]

    def table(self) -> Entry:
        return self.entry(self.random.choice(self.tables()))

    def entry(self, unique_id: str) -> Entry:
        return self.part_of(unique_id)[unique_id]

    def test(self) -> Entry | None:
        nodes = [each for each in self.parts["nodes"] if each.startswith("test.")]
        return self.parts["nodes"][self.random.choice(nodes)] if nodes else None

    def some_tables(self, count: int) -> list[str]:
        return self.random.sample(self.tables(), k=min(count, len(self.tables())))

    # Mutations.

    def add_table(self, kind: str = "model") -> None:
        name = f"{self.random.choice(_WORDS)}_{self.number()}"
        unique_id = f"source.shop.raw.{name}" if kind == "source" else f"{kind}.shop.{name}"
        self.part_of(unique_id)[unique_id] = {
            "unique_id": unique_id,
            "name": name,
            "package_name": "shop",
            "path": f"marts/{name}.sql",
            "description": self.words(),
            "columns": {
                each: {"name": each, "description": self.words(), "tags": ["nightly"]} for each in _COLUMNS[:3]
            },
            "config": {"enabled": True, "materialized": "table", "tags": ["nightly"], "meta": {"created_at": 5}},
            "group": self.random.choice(["finance", None]),
            "depends_on": {"nodes": self.random.sample(self.tables(), k=min(2, self._made - 1))},
            "raw_code": "select 1",
            **({"source_name": "raw"} if kind == "source" else {}),
        }
        self.catalog_anew(unique_id)

    def catalog_anew(self, unique_id: str) -> None:
        names = self.random.sample(_COLUMNS, k=3)
        columns = {each.upper(): {"name": each.upper(), "type": "text", "index": n} for n, each in enumerate(names)}
        self.catalog[unique_id] = {"metadata": {"comment": self.words()}, "columns": columns, "stats": {"rows": 5}}

    def _add_test(self, parents: list[str], **keys: Any) -> None:
        number = self.number()
        unique_id = f"test.shop.test_{number}.abc{number}"
        config = {"severity": "ERROR", "enabled": True}
        self.parts["nodes"][unique_id] = {
            "name": f"test_{number}",
            "config": config,
            "depends_on": {"nodes": parents},
            **keys,
        }

    def add_test(self) -> None:
        [node] = self.some_tables(1)
        called = {"name": "not_null", "kwargs": {"column_name": self.random.choice(_COLUMNS)}}
        self._add_test([node], attached_node=node, column_name="ID", test_metadata=called)

    def add_relationship(self) -> None:
        """As before version 9 of the manifest, which did not say what a test is attached to."""
        parents = self.some_tables(2)
        argument = f"{{{{ get_where_subquery(ref('{self.entry(parents[0])['name']}')) }}}}"
        called = {"name": "relationships", "kwargs": {"model": argument, "column_name": "id"}}
        self._add_test(parents, test_metadata=called)

    def add_singular_test(self) -> None:
        parents = self.some_tables(2)
        self._add_test(parents, name=f"no_{self.entry(self.random.choice(parents))['name']}_lost")

    def add_unit_test(self) -> None:
        name = f"adds_up_{self.number()}"
        parents = self.some_tables(2)
        self.parts["unit_tests"][f"unit_test.shop.x.{name}"] = {
            "name": name,
            "tested_node_unique_id": self.random.choice([parents[0], "model.shop.gone"]),
            "depends_on": {"nodes": parents},
        }

    def remove_test(self) -> None:
        tests = [each for each in self.parts["nodes"] if each.startswith("test.")]
        if tests:
            del self.parts["nodes"][self.random.choice(tests)]

    def change_test(self) -> None:
        if test := self.test():
            [node] = self.some_tables(1)
            change: Entry = self.random.choice(
                [
                    {"config": {"severity": self.random.choice(["warn", "error"])}},
                    {"config": {"enabled": False}},
                    {"attached_node": node, "depends_on": {"nodes": [node]}},
                    {"attached_node": None},
                    {"depends_on": {"nodes": self.some_tables(2)}},
                    {"column_name": self.random.choice(_COLUMNS)},
                    {"compiled_code": self.words()},
                    {"test_metadata": 5},
                ]
            )
            test.update(change)

    def describe(self) -> None:
        self.table()["description"] = self.words()

    def change_column(self) -> None:
        column = self.random.choice(_COLUMNS)
        columns = self.table().get("columns")
        if isinstance(columns, dict) and column in columns and self.random.random() < 0.5:
            del columns[column]
        elif isinstance(columns, dict):
            columns[column] = {"name": column, "description": self.words(), "tags": [self.random.choice(_WORDS)]}

    def change_catalog(self) -> None:
        unique_id = self.random.choice([*self.tables(), "model.shop.unknown"])
        self.random.choice([self.catalog_anew, self.catalog_grows, lambda each: self.catalog.pop(each, None)])(
            unique_id
        )

    def catalog_grows(self, unique_id: str) -> None:
        if isinstance(self.catalog.get(unique_id), dict):
            self.catalog[unique_id]["stats"] = {"rows": self.number()}

    def change_config(self) -> None:
        config = self.table().get("config")
        if isinstance(config, dict):
            value = self.random.choice([["nightly"], ["hourly", "finance"]])
            config.update(self.random.choice([{"tags": value}, {"materialized": "view"}, {"meta": {"owner": value}}]))

    def switch(self) -> None:
        """Disable a node and leave what depends on it as it is, or enable it again."""
        config = self.table().get("config")
        if isinstance(config, dict):
            config["enabled"] = not config.get("enabled", True)

    def change_sql(self) -> None:
        self.table()["raw_code"] = self.words()

    def change_version(self) -> None:
        self.table().update(version=self.random.randint(1, 3), latest_version=3)

    def change_parents(self) -> None:
        node = self.table()
        node["depends_on"] = {"nodes": [each for each in self.some_tables(2) if each != node["unique_id"]]}

    def change_group(self) -> None:
        self.table()["group"] = self.random.choice(["finance", "growth", None])

    def remove_table(self) -> None:
        """Sometimes together with all that speaks of it, as dbt would."""
        if len(self.tables()) > 6:
            [gone] = self.some_tables(1)
            del self.part_of(gone)[gone]
            if self.random.random() < 0.5:
                self.replace(gone, None)

    def rename_table(self) -> None:
        node = self.table()
        old, name = node["unique_id"], f"{self.random.choice(_WORDS)}_{self.number()}"
        new = f"{old.rpartition('.')[0]}.{name}"
        entries = self.part_of(old)
        del entries[old]
        entries[new] = node | {"unique_id": new, "name": name}
        self.replace(old, new)

    def rename_alone(self) -> None:
        """Another name under the same unique_id: tests that go by the name may belong elsewhere now."""
        self.table()["name"] = self.entry(self.random.choice(self.tables()))["name"]

    def replace(self, old: str, new: str | None) -> None:
        for part in ("nodes", "sources", "unit_tests"):
            for entry in self.parts[part].values():
                depends_on = entry.get("depends_on") if isinstance(entry, dict) else None
                if isinstance(depends_on, dict):
                    named = [new if each == old else each for each in depends_on["nodes"]]
                    depends_on["nodes"] = [each for each in named if each]
        if old in self.catalog and new:
            self.catalog[new] = self.catalog.pop(old)

    def change_groups(self) -> None:
        owner = {"name": self.words(), "email": "x@shop.test"}
        self.parts["groups"]["group.shop.finance"] = {"name": "finance", "package_name": "shop", "owner": owner}

    def change_semantic_layer(self) -> None:
        parents = self.some_tables(1)
        measure = {"name": "total", "agg": "sum", "expr": self.random.choice(_COLUMNS)}
        model = {"measures": [measure], "depends_on": {"nodes": parents}}
        self.parts["semantic_models"]["semantic_model.shop.sales"] = model
        metric = {"type": "simple", "type_params": {"measure": {"name": "total"}}, "description": self.words()}
        self.parts["metrics"]["metric.shop.total"] = metric | {"depends_on": {"nodes": ["semantic_model.shop.sales"]}}
        self.parts["exposures"]["exposure.shop.board"] = {"type": "dashboard", "depends_on": {"nodes": parents}}

    def drop_semantic_layer(self) -> None:
        for part in ("semantic_models", "metrics", "exposures"):
            self.parts[part] = {}

    def break_entry(self) -> None:
        node = self.table()
        odd: Mapping[str, Any] = {"config": 5, "columns": {"id": 5}, "depends_on": "all", "description": [5]}
        key = self.random.choice(sorted(odd))
        node[key] = deepcopy(odd[key])

    def strip_entry(self) -> None:
        """Leave a node nothing but its name; another time, what is odd about it comes on top."""
        bare = [each for each in self.tables() if len(self.entry(each)) <= len(_BARE)]
        if bare:
            self.entry(bare[0]).update(config=5, description=self.words())
        else:
            node = self.table()
            self.part_of(node["unique_id"])[node["unique_id"]] = {key: node[key] for key in _BARE if key in node}

    def break_node(self) -> None:
        [unique_id] = self.some_tables(1)
        if len(self.tables()) > 6:
            self.part_of(unique_id)[unique_id] = self.random.choice([5, None, [5]])

    def break_catalog(self) -> None:
        self.catalog[self.random.choice(self.tables())] = self.random.choice([5, {"columns": [5]}, {"metadata": 5}])

    def mend(self) -> None:
        for part in ("nodes", "sources"):
            for unique_id, entry in list(self.parts[part].items()):
                if not isinstance(entry, dict):
                    del self.parts[part][unique_id]
                elif not unique_id.startswith("test."):
                    entry.update({key: {} for key in ("config", "columns") if not isinstance(entry.get(key), dict)})
        self.catalog = {key: entry for key, entry in self.catalog.items() if isinstance(entry, dict)}

    def change_engine(self) -> None:
        self.dbt_version = "2.0.1" if self.dbt_version.startswith("1.") else "1.12.6"

    def hide_node(self) -> None:
        self.table()["meta"] = {"marty": {"hide": True}}

    def hide_column(self) -> None:
        columns = self.table().get("columns")
        if isinstance(columns, dict):
            columns["id"] = {"name": "id", "config": {"meta": {"marty": {"hide": True}}}}

    def show_all(self) -> None:
        for unique_id in self.tables():
            node = self.entry(unique_id)
            node.pop("meta", None)
            columns = node.get("columns")
            for column in columns.values() if isinstance(columns, dict) else ():
                if isinstance(column, dict):
                    column.pop("config", None)

    def run(self) -> None:
        named = [*self.parts["nodes"], *self.parts["unit_tests"], "model.shop.unknown"]
        for unique_id in self.random.sample(named, k=5):
            at = (self.at + timedelta(seconds=self.number())).isoformat()
            status = self.random.choice(["success", "error"])
            timing = [{"name": "execute", "started_at": at, "completed_at": at}]
            self.results[unique_id] = {"unique_id": unique_id, "status": status, "timing": timing}

    def only_parse(self) -> None:
        """All that changes is when it was parsed."""


_p = EvolvingProject
MUTATIONS: tuple[Callable[[EvolvingProject], None], ...] = (
    *[_p.only_parse, _p.describe, _p.change_column, _p.change_sql, _p.change_test, _p.run, _p.change_catalog] * 3,
    *[_p.add_table, _p.remove_table, _p.rename_table, _p.rename_alone, _p.change_parents, _p.switch] * 2,
    *[_p.add_test, _p.add_relationship, _p.add_singular_test, _p.add_unit_test, _p.remove_test] * 2,
    *[_p.change_config, _p.change_version, _p.change_group, _p.change_groups, _p.change_engine],
    *[_p.change_semantic_layer, _p.drop_semantic_layer, _p.hide_node, _p.hide_column, _p.show_all, _p.show_all],
    *[_p.break_entry, _p.strip_entry, _p.break_node, _p.break_catalog, _p.mend, _p.mend],
)
