"""Rules of the whole suite: a test that does not run is a failure."""

import pytest


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
    count = len(skipped(config))
    if count:
        sentence = f"{count} skipped: a test that cannot run here fails the run."
        terminalreporter.write_line(sentence, red=True)
