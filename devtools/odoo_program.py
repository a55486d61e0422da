"""Odoo's command line as a file: a server with workers starts itself again by it.

`python -m odoo` has none: its process for the web client's notifications would die
and be started again several times a second.
"""

from odoo.cli.command import main

if __name__ == "__main__":
    main()
