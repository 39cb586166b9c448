"""Folders to the files in them that may be reports."""

import os
from pathlib import Path

import pytest

from kg.errors import UnreadableFile
from kg.readers.inputs import find_inputs, shown


@pytest.fixture
def folder(tmp_path):
    for name in (
        *(
            "a.txt",
            "b.HTML",
            "c.pdf",
            "d.docx",
            "e.csv",
            "f.zip",
            "g.doc",
            "h.jpg",
            "no suffix",
            "i.shtml",
            "2024/j.txt",
        ),
        *("page_files/k.html", "page.files/l.html", ".git/m.txt", ".hidden.txt", "~$d.docx", "Thumbs.db"),
        *("README.md", "LICENSE.txt"),
        *("style.css", "script.js", "icon.gif", "graph.nq", "terms.ttl"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return tmp_path


def names(paths, folder):
    return [str(path.relative_to(folder)) for path in paths]


def test_a_folder_gives_all_that_may_be_a_report(folder):
    found = names(find_inputs([folder]), folder)

    assert found == [
        "a.txt",
        "b.HTML",
        "c.pdf",
        "d.docx",
        "e.csv",
        "f.zip",
        "g.doc",
        "h.jpg",
        "i.shtml",
        "no suffix",
        "2024/j.txt",
    ]


def test_a_file_that_is_named_is_taken_whatever_it_is(folder):
    assert find_inputs([folder / "style.css", folder / ".hidden.txt"]) == [folder / "style.css", folder / ".hidden.txt"]


def test_each_file_comes_once(folder):
    found = find_inputs([folder / "c.pdf", folder, folder / "2024"])

    assert len(found) == len(set(found))
    assert found[0] == folder / "c.pdf"


def test_links_within_the_folder_are_files_and_links_out_of_it_are_faults(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("x", encoding="utf-8")
    (folder / "in.txt").symlink_to(folder / "a.txt")
    (folder / "out.txt").symlink_to(outside / "secret.txt")
    (folder / "out-folder").symlink_to(outside)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "up").symlink_to(folder)
    (folder / "dangling.txt").symlink_to(folder / "gone.txt")
    faults = []
    found = names(find_inputs([folder], faults), folder)

    assert "in.txt" in found
    assert not {"out.txt", "out-folder", "loop", "dangling.txt"} & set(found)
    assert not [name for name in found if name.startswith("up/")]
    assert sorted(Path(f.where).name for f in faults) == ["dangling.txt", "loop", "out-folder", "out.txt"]
    assert all("link out of its folder" in f.what and f.mend for f in faults)
    with pytest.raises(UnreadableFile, match="link out"):
        find_inputs([folder])


def test_a_link_that_the_user_names_is_followed(folder, tmp_path_factory):
    link = tmp_path_factory.mktemp("links") / "r.txt"
    link.symlink_to(folder / "a.txt")

    assert find_inputs([link]) == [link]


def test_paths_that_hold_nothing_are_said(tmp_path):
    with pytest.raises(UnreadableFile, match="holds no report"):
        find_inputs([tmp_path])
    with pytest.raises(UnreadableFile, match="does not exist"):
        find_inputs([tmp_path / "gone"])


def test_names_in_gbk_bytes_are_shown_as_what_they_are(tmp_path):
    name = os.fsdecode("松河县.txt".encode("gb18030"))
    (tmp_path / name).write_text("x", encoding="utf-8")
    (found,) = find_inputs([tmp_path])

    assert shown(found).endswith("松河县.txt")
    shown(found).encode("utf-8")


def test_a_pattern_that_no_shell_expanded_is_expanded(folder):
    assert names(find_inputs([folder / "**" / "*.txt"]), folder) == ["2024/j.txt", "a.txt"]
    with pytest.raises(UnreadableFile, match="does not exist"):
        find_inputs([folder / "*.none"])
