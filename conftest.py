"""Rules of the whole suite: what runs first, and that nothing is skipped."""

from collections import Counter

import freezegun.api
import pytest
from hypothesis import HealthCheck, settings

# how many examples a property is tried on; a busy machine is no fault of what is tested
for profile, examples in (("suite", 100), ("thorough", 1000)):
    settings.register_profile(
        profile,
        max_examples=examples,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("suite")

# a clock that stops looks at every module for what tells the time, thousands of times
# in a run; whether a module has changed since is seen by the number of its names
freezegun.api._get_module_attributes_hash = lambda module: (
    f"{id(module)}-{len(getattr(module, '__dict__', ()))}"
)

# the longest, so that the other worker gets the rest done meanwhile
FIRST = (
    "tests/installation/test_install",
    "tests/installation/test_replay",
    "tests/installation/test_neighbours",
    "tests/installation/test_upgrade",
    "tests/installation/",
    "tests/test_",
)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: rank(item.nodeid))


def rank(nodeid):
    ranks = (place for place, start in enumerate(FIRST) if nodeid.startswith(start))
    return next(ranks, len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from xdist.scheduler import LoadScopeScheduling

    class ByClass(LoadScopeScheduling):
        """Methods share what their class set up and stay together."""

        def _split_scope(self, nodeid):
            name, _, _ = nodeid.partition("[")
            parts = name.split("::")
            return "::".join(parts[:2]) if len(parts) > 2 else nodeid

    return ByClass(config, log)


def skipped(config):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


def is_worker(config):
    return hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session, exitstatus):
    if exitstatus == pytest.ExitCode.OK and not is_worker(session.config):
        if skipped(session.config):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config):
    show_rooms(terminalreporter)
    count = len(skipped(config))
    if count:
        sentence = f"{count} skipped: a test that cannot run here fails the run."
        terminalreporter.write_line(sentence, red=True)


def show_rooms(terminalreporter):
    """How long the tests of each room took, set-ups included."""
    spent = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration"):
                spent[report.nodeid.partition("::")[0].rpartition("/")[0]] += (
                    report.duration
                )
    terminalreporter.section("seconds by room")
    for room, seconds in spent.most_common():
        terminalreporter.line(f"{seconds:8.0f}  {room}")
