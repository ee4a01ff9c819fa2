"""Where a node's page is."""

from knowledge.links import node_page
from tests.fakes.artifacts import model

EXPLORE = "https://ab1.us1.dbt.com/explore/1/projects/2/environments/production/details/{unique_id}"
CODE = "https://github.com/shop/dbt/blob/0a1b/analytics/{path}"


def test_a_node_has_a_page_in_dbts_catalog() -> None:
    page = node_page(model("orders"), EXPLORE, CODE)
    assert page == "https://ab1.us1.dbt.com/explore/1/projects/2/environments/production/details/model.shop.orders"


def test_a_page_of_dbt_docs_names_the_kind() -> None:
    page = node_page(model("orders"), "https://docs.shop/#!/{kind}/{unique_id}", None)
    assert page == "https://docs.shop/#!/model/model.shop.orders"


def test_where_there_are_no_pages_a_node_has_its_file() -> None:
    node = model("orders", path="models/marts/order lines.sql")
    assert (
        node_page(node, None, CODE) == "https://github.com/shop/dbt/blob/0a1b/analytics/models/marts/order%20lines.sql"
    )


def test_a_name_can_lead_nowhere_else() -> None:
    odd = model("orders", unique_id="model.shop.../..//evil?x=#y")
    assert node_page(odd, EXPLORE, None) == EXPLORE.replace("{unique_id}", "model.shop...%2F..%2F%2Fevil%3Fx%3D%23y")


def test_neither_templates_nor_a_path_make_no_page() -> None:
    assert node_page(model("orders", path="models/orders.sql"), None, None) is None
    assert node_page(model("orders"), None, CODE) is None
