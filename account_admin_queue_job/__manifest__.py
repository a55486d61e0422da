{
    "name": "Account Administration: Job Queue",
    "summary": "Nights and notices of Account Administration as jobs of queue_job",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Account Administration contributors",
    "license": "LGPL-3",
    "depends": ["account_admin", "queue_job"],
    "data": [
        "data/queue_job_channel.xml",
        "data/queue_job_function.xml",
    ],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
