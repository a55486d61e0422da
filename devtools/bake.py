"""Put what accounting's common test class sets up into a database, once."""

import argparse
import importlib.util
import os


def main():
    parser = argparse.ArgumentParser(prog="devtools.bake", description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--file", required=True, help="whose bake() makes them")
    options = parser.parse_args()
    from odoo.orm.registry import Registry
    from odoo.tools import config

    config.parse_config(
        [
            "-c",
            os.environ["ODOO_RC"],
            "-d",
            options.database,
            "--log-level=warn",
            "--no-http",
        ],
        setup_logging=True,
    )
    Registry(options.database)
    # by its file: the add-on that it belongs to is not installed here
    spec = importlib.util.spec_from_file_location("baked", options.file)
    baked = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(baked)
    baked.bake()


if __name__ == "__main__":
    main()
