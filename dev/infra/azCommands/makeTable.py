"""Writes commands.tsv: every command of the Azure CLI with its options.

Run it once for a new version of the CLI, in an environment of its own, and commit what it writes:

    python3 -m venv /tmp/azure-cli && /tmp/azure-cli/bin/pip install azure-cli==2.91.0
    /tmp/azure-cli/bin/python dev/infra/azCommands/makeTable.py

It signs in nowhere and reads no account. Extensions are not in the table: install none.

A line has a command, a tab, and its options. `/` stands between names of the same option, and `!` after one that the
command requires. The options of every command, such as --output, are in dev/infra/azCommands/table.ts.
"""

import os
import pathlib
import tempfile

# No configuration and no extension of this machine may reach the table.
os.environ["AZURE_CONFIG_DIR"] = tempfile.mkdtemp(prefix="azure-cli-")

from azure.cli.core import __version__, get_default_cli  # noqa: E402
from azure.cli.core.file_util import create_invoker_and_load_cmds_and_args  # noqa: E402
from knack.arguments import IgnoreAction  # noqa: E402

cli = get_default_cli()
create_invoker_and_load_cmds_and_args(cli)
commands = cli.invocation.commands_loader.command_table

of_every_command = {"--acquire-policy-token", "--change-reference", "--subscription"}


def options_of(command):
    options = []
    for argument in command.arguments.values():
        settings = argument.type.settings
        if settings.get("action") is IgnoreAction:
            continue
        names = [getattr(name, "target", name) for name in settings.get("options_list") or [] if name is not None]
        names = sorted({name for name in names if name.startswith("-")}, key=lambda name: (-len(name), name))
        names = [name for name in names if name not in of_every_command and not name.startswith("--_")]
        if names and names != ["--cmd"]:
            options.append("/".join(names) + ("!" if settings.get("required") else ""))
    return " ".join(sorted(options))


lines = [f"{name}\t{options_of(command)}" for name, command in sorted(commands.items())]
head = f"# Commands of azure-cli {__version__} (PyPI, MIT). Written by makeTable.py."
pathlib.Path(__file__).with_name("commands.tsv").write_text("\n".join([head, *lines]) + "\n")
print(f"{len(lines)} commands of azure-cli {__version__}")
