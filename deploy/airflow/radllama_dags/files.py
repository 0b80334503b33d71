"""Small files of published runs, on a mounted file system or on HDFS (by its own command; no shell)."""

import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

_BATCH = 200
_MISSING = "No such file or directory"


class MissingFile(Exception):
    """There is no such file."""


class UnreadableFile(Exception):
    """The file system did not give it; later it may."""


def store(directory, hdfs="hdfs"):
    """The files below a directory of runs."""
    scheme = urlsplit(directory).scheme
    if scheme in ("", "file"):
        return LocalFiles(Path(unquote(urlsplit(directory).path)) if scheme else Path(directory))
    return HadoopFiles(directory.rstrip("/"), hdfs)


class LocalFiles:
    """Runs on this machine's file systems."""

    def __init__(self, root):
        self._root = root

    def read(self, path):
        """A file's bytes."""
        try:
            return (self._root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError) as e:
            raise MissingFile(f"{self._root / path}: no such file") from e
        except OSError as e:
            raise UnreadableFile(f"{self._root / path}: {type(e).__name__}") from e

    def runs(self, names):
        """Each run that has all these files, with their JSON by name; None for one that is damaged."""
        try:
            folders = sorted(child.name for child in self._root.iterdir() if child.is_dir())
        except OSError as e:
            raise UnreadableFile(f"{self._root}: {type(e).__name__}") from e
        for folder in folders:
            if not folder.startswith(("_", ".")) and all((self._root / folder / n).is_file() for n in [*names, "_SUCCESS"]):
                yield folder, {n: parsed(self.read(f"{folder}/{n}")) for n in names}


class HadoopFiles:
    """Runs on HDFS: a process costs seconds there, so that few list and read all runs."""

    def __init__(self, root, hdfs):
        self._root = root
        self._hdfs = hdfs

    def read(self, path):
        """A file's bytes."""
        code, out, err = self._run("-cat", f"{self._root}/{path}")
        if code == 0:
            return out
        if _MISSING in err:
            raise MissingFile(f"{self._root}/{path}: no such file")
        raise UnreadableFile(f"{self._root}/{path}: hdfs dfs -cat ended with {code}")

    def runs(self, names):
        """As of local files."""
        have = {}
        for name in [*names, "_SUCCESS"]:
            code, out, err = self._run("-ls", "-C", f"{self._root}/*/{name}")
            if code != 0 and _MISSING not in err:
                raise UnreadableFile(f"{self._root}: hdfs dfs -ls ended with {code}")
            for line in out.decode("utf-8", "replace").splitlines():
                have.setdefault(line.strip().rsplit("/", 2)[-2], set()).add(name)
        folders = [f for f in sorted(have) if not f.startswith(("_", ".")) and len(have[f]) == len(names) + 1]
        for start in range(0, len(folders), _BATCH):
            yield from self._read_all(folders[start : start + _BATCH], names)

    def _read_all(self, folders, names):
        """One process for many files; one by one where their contents do not come apart."""
        paths = [f"{self._root}/{folder}/{name}" for folder in folders for name in names]
        code, out, _ = self._run("-cat", *paths)
        values = _values(out) if code == 0 else None
        if values is None or len(values) != len(paths):
            values = []
            for folder in folders:
                for name in names:
                    try:
                        values.append(parsed(self.read(f"{folder}/{name}")))
                    except MissingFile:
                        values.append(None)
        for i, folder in enumerate(folders):
            yield folder, dict(zip(names, values[i * len(names) : (i + 1) * len(names)]))

    def _run(self, *arguments):
        try:
            done = subprocess.run(  # noqa: S603 a list of arguments, no shell
                [self._hdfs, "dfs", *arguments], capture_output=True, timeout=600, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as e:
            raise UnreadableFile(f"{self._hdfs} dfs {arguments[0]}: {type(e).__name__}") from e
        return done.returncode, done.stdout, done.stderr.decode("utf-8", "replace")


def parsed(content):
    """A JSON object, or None for anything else."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _values(content):
    """The objects of several files, one after the other; None where they are not just objects."""
    decoder, values, at = json.JSONDecoder(), [], 0
    try:
        text = content.decode("utf-8")
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            if not isinstance(value, dict):
                return None
            values.append(value)
            while at < len(text) and text[at].isspace():
                at += 1
    except (ValueError, RecursionError):
        return None
    return values
