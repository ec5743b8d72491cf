"""The page on the columns, made from the data package: ``python -m pipeline.docs > docs/columns.md``."""

from __future__ import annotations

from typing import Any

from pipeline.tables import TABLES, data_package


def columns_page() -> str:
    """Markdown: every table with its columns, their types, vocabularies and what they point to."""
    package: Any = data_package(dict.fromkeys(TABLES, ("", 0)))
    lines = ["# The columns", "", "Made from the data package by `python -m pipeline.docs > docs/columns.md`.", ""]
    for resource in package["resources"]:
        schema = resource["schema"]
        to = {k["fields"][0]: k["reference"] for k in schema.get("foreignKeys", [])}
        lines += [f"## {resource['name']}", "", "| column | type | what it says |", "|---|---|---|"]
        for field in schema["fields"]:
            told = field["description"].replace("|", "\\|")
            if ref := to.get(field["name"]):
                told += f" (→ {ref['resource']})"
            lines.append(f"| {field['name']} | {field['type']}{'' if not field.get('constraints', {}).get('required') else ', never empty'} | {told} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(columns_page(), end="")
