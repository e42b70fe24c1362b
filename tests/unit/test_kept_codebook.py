"""A codebook is compiled once, and what is kept of it is never needed."""

import pickle

import pytest

from monitor.pipeline import kept_codebook as module
from monitor.pipeline.kept_codebook import kept_codebook
from tests.small_seeds import write_root


@pytest.fixture
def seeds_dir(tmp_path):
    """A folder of seeds of two themes."""
    return write_root(tmp_path) / "seeds"


@pytest.fixture
def compiled(monkeypatch):
    """The digests of the codebooks that were compiled."""
    digests = []
    compile_codebook = module.compile_codebook

    def noted(codebook):
        digests.append(codebook.digest)
        return compile_codebook(codebook)

    monkeypatch.setattr(module, "compile_codebook", noted)
    return digests


def test_a_codebook_compiled_by_an_earlier_process_is_not_compiled_again(tmp_path, seeds_dir, compiled):
    first = kept_codebook(seeds_dir, tmp_path / "cache")

    assert kept_codebook(seeds_dir, tmp_path / "cache") == first
    assert len(compiled) == 1


def test_a_changed_theme_compiles_anew_and_the_old_file_goes(tmp_path, seeds_dir, compiled):
    before, _ = kept_codebook(seeds_dir, tmp_path / "cache")
    theme = seeds_dir / "themes" / "exit_transport.yml"
    theme.write_text(theme.read_text().replace("авиабилет", "самокат"))

    after, _ = kept_codebook(seeds_dir, tmp_path / "cache")

    assert compiled == [before.digest, after.digest]
    assert before.digest != after.digest
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("damage", [b"", b"no checksum", b"0\nabc", None])
def test_a_damaged_file_costs_only_the_time(tmp_path, seeds_dir, compiled, damage):
    whole = kept_codebook(seeds_dir, tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(file.read_bytes()[:-2] if damage is None else damage)

    assert kept_codebook(seeds_dir, tmp_path / "cache") == whole
    assert kept_codebook(seeds_dir, tmp_path / "cache") == whole
    assert len(compiled) == 2


def test_a_file_that_others_can_write_is_not_read(tmp_path, seeds_dir, compiled, monkeypatch):
    kept_codebook(seeds_dir, tmp_path / "cache")
    (file,) = (tmp_path / "cache").iterdir()
    file.chmod(0o666)
    monkeypatch.setattr(pickle, "loads", lambda content: pytest.fail("it was read"))

    kept_codebook(seeds_dir, tmp_path / "cache")

    assert len(compiled) == 2


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path, seeds_dir):
    (tmp_path / "file").write_text("in the way")

    codebook, _ = kept_codebook(seeds_dir, tmp_path / "file")

    assert len(codebook.themes) == 2


def test_other_dictionaries_compile_anew(tmp_path, seeds_dir, compiled, monkeypatch):
    kept_codebook(seeds_dir, tmp_path / "cache")
    monkeypatch.setattr(module, "version", lambda name: "0")

    kept_codebook(seeds_dir, tmp_path / "cache")

    assert len(compiled) == 2
