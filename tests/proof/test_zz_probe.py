from collections import Counter
from tests.proof.test_versions_change_under_way import *
from tests.cast import ridgeline, _fresh_memory
from tests.proof import editions, motion

C = Counter()
import trellis.journeys.jobs as jobs


def test_probe(machine):
    o = motion.refusable

    def ref(act):
        from trellis.core.refusal import Refused

        def wrapped():
            try:
                r = act()
                C["ok " + act.__qualname__] += 1
                return r
            except Refused as e:
                C["refused " + act.__qualname__ + " " + e.code] += 1
                raise

        return o(wrapped)

    editions.refusable = ref
    motion.refusable = ref
    t = jobs.tell

    def tell(change, rows, at):
        C["told " + change.how] += len(rows)
        f = t(change, rows, at)
        C["failed"] += len(f)
        return f

    jobs.tell = tell
    run_state_machine_as_test(machine, settings=effort(quick=12, long=400, steps=30))
    print("\n".join(f"{k}: {v}" for k, v in sorted(C.items())))
