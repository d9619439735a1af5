"""How Sphinx makes the site. `python3 docs/build.py` runs it."""

import shutil
from pathlib import Path

import citymatch
from docutils import nodes
from sphinx.application import Sphinx

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "python/examples"

project = "citymatch"
author = "the citymatch authors"
release = version = citymatch.__version__

extensions = [
    "myst_nb",                      # pages are Markdown, and their code runs when they are built
    "sphinx.ext.autodoc",           # the reference is the docstrings
    "sphinx.ext.napoleon",          # which are written as numpy's
    "sphinx_llms_txt",              # llms.txt: the pages for a machine that reads
]
exclude_patterns = ["requirements.txt"]

# A page whose code fails is no page.
# The second pass, which writes Markdown, takes the outputs of the first; docs/build.py empties the cache.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parents[1] / "target/site-cache")
nb_mime_priority_overrides = [("markdown", "text/plain", 0)]
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_execution_show_tb = True
# Pages run in the folder of the examples, from where they find the demo's data.
nb_execution_in_temp = False
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"          # the docstrings say them
napoleon_use_rtype = False
napoleon_use_ivar = True
napoleon_attr_annotations = False

html_theme = "pydata_sphinx_theme"
html_title = "citymatch"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = True
html_show_sourcelink = False
html_show_copyright = False
html_theme_options = {
    "show_prev_next": False,
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "es": [], "pt": []}

llms_txt_title = "citymatch"
llms_txt_uri_template = "{docname}.md"
llms_txt_summary = "Matches city challenges with solutions that others have built, in Spanish, Portuguese and English, offline."


def copy_examples() -> None:
    """The notebooks lie with the package, and Sphinx reads what lies below this folder."""
    to = HERE / "examples"
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir()
    for notebook in EXAMPLES.glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8")
        (to / notebook.name).write_text(text.replace("../../crates", "../../../crates"), encoding="utf-8")


def spell_out(app: Sphinx, doctree: nodes.document, _: str) -> None:
    """Markdown has no abbreviations, which is what Sphinx makes of the `*` in a signature."""
    if app.builder.name == "markdown":
        for node in list(doctree.findall(nodes.abbreviation)):
            node.replace_self(nodes.Text(node.astext()))

def setup(app: Sphinx) -> None:
    copy_examples()
    app.connect("doctree-resolved", spell_out)
