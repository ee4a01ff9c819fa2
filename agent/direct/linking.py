"""Where a node can be looked at: its dashboard's own address, its page in the docs, or its file."""

from collections.abc import Collection

from agent.direct.subject import Subject
from agent.draft import Draft
from agent.links import address_of
from agent.shown import code, node_code, sentence
from agent.untrusted import first_sentence, one_line


def tell_link(subject: Subject, hosts: Collection[str]) -> Draft:
    """The address first; where the catalog knows none, that, and which file it is.

    Args: hosts: whose addresses may be linked.
    """
    node = subject.node
    if url := address_of(node, hosts):
        text = f"{node_code(node)}: {url}"
    else:
        file = f" Its file is {code(one_line(node.path))}." if node.path else ""
        text = f"The catalog knows no link to {node_code(node)}.{file}"
    if node.description.strip():
        text += f"\n{sentence(first_sentence(node.description, limit=260))}"
    only = (node.unique_id,)
    return Draft(text=text, nodes=only, chosen=only, at_hand=(node,), kind="link")
