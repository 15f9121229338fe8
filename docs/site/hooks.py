"""What mkdocs calls while it builds the manual (mkdocs.yml, `hooks`)."""

import importlib.util
import pathlib
import re
import tempfile

from mkdocs.structure.files import File

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Not pages, and not for readers.
_SOURCES = ("man/", "site/")
_generated = tempfile.TemporaryDirectory(prefix="synsplice-manual-")


def _pages():
    spec = importlib.util.spec_from_file_location("pages", ROOT / "docs" / "site" / "pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PAGES


def on_files(files, config):
    """Adds the generated pages; sources of the site and of the manual pages are none."""
    for file in list(files):
        if file.src_path.startswith(_SOURCES):
            files.remove(file)
    for name, make in _pages().items():
        (pathlib.Path(_generated.name) / name).write_text(make(ROOT), encoding="utf-8")
        files.append(File(name, _generated.name, config["site_dir"],
                          config["use_directory_urls"]))
    return files


def on_page_markdown(markdown, page, config, files):
    """The README is a page; what lies elsewhere in the source is named, not linked."""
    del page, config
    text = markdown.replace("](../README.md", "](readme.md")

    def named(match):
        target = match[2].partition("#")[0]
        if target == "" or files.get_file_from_path(target):
            return match[0]
        path = target.removeprefix("../")
        return match[1] if match[1].strip("`") == path else f"{match[1]} (`{path}`)"

    return re.sub(r"\[([^\]\n]+)\]\(([^):\s]*)\)", named, text)
