"""Days drawn from one number on a real Odoo.

Only this proves that deaths, second workers and mail servers in any order lose and
repeat nothing; ``./dev simulate`` draws more.
"""

import pytest


@pytest.mark.parametrize("seed", [3, 5])
def test_deaths_second_workers_and_weather_send_once_or_ask(dev, fresh_db, seed):
    options = ("--seed", str(seed), "--days", "12", "--database", fresh_db())
    done = dev.run(dev.bench.python_env.python, "-m", "simulation.real", *options)
    assert done.returncode == 0, done.stdout + done.stderr
