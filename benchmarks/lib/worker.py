"""A process of its own for what is measured: asked and answering in JSON lines."""

import contextlib
import json
import subprocess
import sys


class Worker:
    """A child that runs ``python -m MODULE --worker ARGUMENTS`` and waits for tasks."""

    def __init__(self, bench, module, *arguments):
        command = [bench.python_env.python, "-m", module, "--worker", *arguments]
        self.process = subprocess.Popen(
            [str(part) for part in command],
            env=bench.environ(),
            cwd=bench.project.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, name, **arguments):
        """Have a task done.

        :return: what the child's handler returned
        :raise SystemExit: when the child died; it has said why on standard error
        """
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps([name, arguments]) + "\n")
            self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"The worker could not do {name!r}.")
        return json.loads(answer)

    def stop(self):
        """Let the child end by itself, or make it."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def started(bench, module, *arguments):
    """Give a :class:`Worker` that is stopped at the end."""
    worker = Worker(bench, module, *arguments)
    try:
        yield worker
    finally:
        worker.stop()


def serve(handlers):
    """Be the child: do what comes in, one task a line, until the parent hangs up.

    :param dict handlers: name -> function that returns something JSON can carry
    """
    for line in sys.stdin:
        name, arguments = json.loads(line)
        answer = handlers[name](**arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
