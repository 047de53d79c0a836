"""Circles in a graph of states: its strongly connected components. Pure."""

from trellis.journeys.lint.search import Edge, Node


def strongly_connected(out: dict[Node, list[Edge]]) -> dict[Node, int]:
    """The number of the component of each node (Tarjan 1972, without recursion); nodes in no circle are left out."""
    index: dict[Node, int] = {}
    low: dict[Node, int] = {}
    stack: list[Node] = []
    on_stack: set[Node] = set()
    found: dict[Node, int] = {}
    for root in out:
        if root in index:
            continue
        work = [(root, iter(out.get(root, [])))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, edges = work[-1]
            edge = next(edges, None)
            if edge is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    close_component(node, stack, on_stack, out, found)
            elif edge.after not in index:
                index[edge.after] = low[edge.after] = len(index)
                stack.append(edge.after)
                on_stack.add(edge.after)
                work.append((edge.after, iter(out.get(edge.after, []))))
            elif edge.after in on_stack:
                low[node] = min(low[node], index[edge.after])
    return found


def close_component(
    root: Node, stack: list[Node], on_stack: set[Node], out: dict[Node, list[Edge]], found: dict[Node, int]
) -> None:
    members: list[Node] = []
    while True:
        node = stack.pop()
        on_stack.discard(node)
        members.append(node)
        if node is root:
            break
    circular = len(members) > 1 or any(edge.after is root for edge in out.get(root, []))
    if circular:
        number = len(found)
        found.update(dict.fromkeys(members, number))
