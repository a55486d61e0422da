"""Rules of the whole suite: a test that does not run is a failure."""

SKIPPED_FAILS = 1


def _skipped(session_or_reporter_config):
    reporter = session_or_reporter_config.pluginmanager.get_plugin("terminalreporter")
    return reporter.stats.get("skipped", []) if reporter else []


def _is_worker(config):
    return hasattr(config, "workerinput")


def pytest_sessionfinish(session, exitstatus):
    if not _is_worker(session.config) and exitstatus == 0 and _skipped(session.config):
        session.exitstatus = SKIPPED_FAILS


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    skipped = _skipped(config)
    if skipped:
        terminalreporter.write_line(
            f"{len(skipped)} skipped: a test that cannot run here fails the run.",
            red=True,
        )
