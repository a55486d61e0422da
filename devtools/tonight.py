"""Runs inside Odoo's shell on the demo database: the night and its summary."""

# ruff: noqa: F821, T201

COLUMNS = ("Accounts", "Opened", "Escalated", "Closed", "Failed", "Seconds")


def run_tonight():
    """Run the night of every company and the notice queue, as the scheduler does.

    :return: the runs it made
    """
    newest = env["collections.run"].search([], limit=1)
    env["collections.run"]._cron_run_night()
    env["collections.notice"]._cron_send_queue()
    env.cr.commit()
    return env["collections.run"].search([("id", ">", newest.id or 0)], order="id")


def print_table(header, rows):
    """Print rows under a header, numbers to the right."""
    table = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for number, row in enumerate(table):
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(text.rjust(wide) for text, wide in rest)]
        print("  " + "  ".join(cells))
        if number == 0:
            print("  " + "  ".join("-" * wide for wide in widths))


def print_runs(runs):
    print("Tonight's escalation")
    rows = [
        (
            run.company_id.name,
            run.account_count,
            run.opened_count,
            run.escalated_count,
            run.closed_count,
            run.failed_count,
            f"{run.seconds:.2f}",
        )
        for run in runs
    ]
    print_table(("Company", *COLUMNS), rows)
    for run in runs.filtered("message"):
        print(f"  {run.company_id.name}: {run.message}")
    for event in runs.event_ids.filtered(lambda event: event.kind == "failed"):
        print(f"  {event.partner_id.name}: {event.note}")


def print_notices(runs):
    states = dict(env["collections.notice"]._fields["state"].selection)
    shown = ("sent", "queued", "to_approve", "suppressed", "failed")
    groups = env["collections.notice"]._read_group(
        [("run_id", "in", runs.ids)], ["step_id", "channel", "state"], ["__count"]
    )
    counts = {}
    for step, channel, state, count in groups:
        counts.setdefault((step, channel), {})[state] = count
    if not counts:
        print("\nNo notices tonight.")
        return
    print("\nNotices by step and channel")
    rows = [
        (
            f"{step.policy_id.name}: {step.name}",
            channel,
            *(counts[step, channel].get(state, 0) for state in shown),
        )
        for step, channel in counts
    ]
    print_table(("Step", "Channel", *(states[state] for state in shown)), rows)


runs = run_tonight()
print_runs(runs)
print_notices(runs)
