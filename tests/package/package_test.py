#!/usr/bin/python3
"""The Debian package of what is built: what it installs, its units, and that it goes as it came.

It is installed in a copy of this machine that ends with each test; the machine does not change.
"""

import os
import pathlib
import re
import shutil
import stat
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from wire_lab import sandbox  # noqa: E402
from wire_lab.process import run  # noqa: E402
from overlay import Overlay  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77  # ctest's SKIP_RETURN_CODE
# Tenths, as systemd-analyze counts: 0 would be a service that may do nothing.
MOST_EXPOSURE = 25

UNITS = "/lib/systemd/system"
EXAMPLES = "/usr/share/doc/synsplice/examples"
# Path, mode, owner and group of what the package brings or makes.
EXPECTED = {
    "/usr/sbin/synsplice": (0o755, "root", "root"),
    "/usr/bin/synsplicectl": (0o755, "root", "root"),
    f"{UNITS}/synsplice.service": (0o644, "root", "root"),
    f"{UNITS}/synsplice@.service": (0o644, "root", "root"),
    "/usr/lib/sysusers.d/synsplice.conf": (0o644, "root", "root"),
    "/usr/lib/tmpfiles.d/synsplice.conf": (0o644, "root", "root"),
    "/usr/share/bash-completion/completions/synsplicectl": (0o644, "root", "root"),
    "/usr/share/fish/vendor_completions.d/synsplicectl.fish": (0o644, "root", "root"),
    "/usr/share/zsh/vendor-completions/_synsplicectl": (0o644, "root", "root"),
    "/usr/share/man/man1/synsplicectl.1.gz": (0o644, "root", "root"),
    "/usr/share/man/man5/synsplice.yaml.5.gz": (0o644, "root", "root"),
    "/usr/share/man/man8/synsplice.8.gz": (0o644, "root", "root"),
    "/usr/share/doc/synsplice/copyright": (0o644, "root", "root"),
    "/usr/share/doc/synsplice/README.md": (0o644, "root", "root"),
    "/usr/share/doc/synsplice/docs/operating.md": (0o644, "root", "root"),
    f"{EXAMPLES}/demo.yaml": (0o644, "root", "root"),
    f"{EXAMPLES}/synsplice.yaml": (0o644, "root", "root"),
    "/etc/logrotate.d/synsplice": (0o644, "root", "root"),
    "/etc/synsplice": (0o750, "root", "synsplice"),
    "/etc/synsplice/secret": (0o600, "synsplice", "synsplice"),
    "/run/synsplice": (0o750, "synsplice", "synsplice"),
}
# What dpkg and the user's account leave behind, installed or purged.
OTHERS = re.compile(r"/(var|etc)|/var/(lib|log|cache)|/var/log/\w+\.log"
                    r"|/var/(lib|cache)/(dpkg|systemd|man|ldconfig|apt|debconf)\b.*"
                    r"|/etc/(passwd|group|shadow|gshadow)-?|/etc/\.pwd\.lock")

# What the package's manual links to and has not.
ELSEWHERE = re.compile(r"LICENSE$|(tests|pcap-fixtures)/|(reasons|configuration)\.md$")

# Where an image of the machine leaves manuals out.
KEPT = [f"--path-include=/usr/share/{folder}" for folder in ("doc/synsplice/*", "man/*")]


def build_package(folder):
    """Of the build tree that the environment names; returns the .deb."""
    source = folder / "source"
    shutil.copytree(ROOT / "debian", source / "debian")
    environment = {**os.environ, "SYNSPLICE_BUILD_DIR": os.environ["SYNSPLICE_BUILD_DIR"],
                   "DEB_BUILD_OPTIONS": "noautodbgsym"}
    run(["dpkg-buildpackage", "--build=binary", "--unsigned-changes", "--unsigned-source"],
        cwd=source, env=environment, timeout_s=180)
    package, = folder.glob("*.deb")
    return package


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(dir="/run"))
        cls.package = build_package(pathlib.Path(folder))
        cls.changes, = pathlib.Path(folder).glob("*.changes")

    def setUp(self):
        self.machine = self.enterContext(Overlay())
        self._install()

    def _install(self):
        name = "/tmp/synsplice.deb"
        shutil.copy(self.package, f"{self.machine.root}{name}")
        self.machine.run("dpkg", "--no-triggers", *KEPT, "--install", name)

    def _path(self, path):
        return pathlib.Path(f"{self.machine.root}{path}")

    def _owner(self, path):
        return tuple(self.machine.run("stat", "--format=%U %G", path).stdout.split())

    def _as_service(self, *argv, **options):
        return self.machine.run("setpriv", "--reuid=synsplice", "--regid=synsplice",
                                "--clear-groups", *argv, **options)

    def test_what_it_installs(self):
        for path, (mode, *owner) in EXPECTED.items():
            with self.subTest(path):
                self.assertEqual(stat.S_IMODE(self._path(path).stat().st_mode), mode)
                self.assertEqual(self._owner(path), tuple(owner))
        self.assertRegex(self._path("/etc/synsplice/secret").read_text(), r"\A[0-9a-f]{32}\n\Z")

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_is_content(self):
        told = run(["lintian", "--fail-on=error,warning", str(self.changes)], timeout_s=120)
        self.assertEqual(told.stdout, "")

    def test_nothing_else_changes(self):
        listed = set(self.machine.run("dpkg", "--listfiles", "synsplice").stdout.split("\n"))
        # /lib may be /usr/lib.
        listed |= {f"/usr{path}" for path in listed} | set(EXPECTED)
        self.assertEqual([path for path in self.machine.changed()
                          if path not in listed and not OTHERS.fullmatch(path)], [])

    def test_links_of_the_manual_lead_somewhere(self):
        """But those to sources, and to pages that the site alone has."""
        folder = self._path("/usr/share/doc/synsplice")
        pages = [folder / "README.md", *folder.glob("docs/*.md")]
        self.assertGreater(len(pages), 20)
        lost = {target for page in pages
                for target in re.findall(r"\]\((?!\w+://)([^)#\s]+)", page.read_text("utf-8"))
                if not (page.parent / target).exists() and not ELSEWHERE.search(target)}
        self.assertEqual(lost, set())

    def test_it_is_not_started_by_itself(self):
        enabled = list(self._path("/etc/systemd").rglob("*synsplice*"))
        self.assertEqual(enabled, [])

    def test_programs_run_and_are_stripped(self):
        for program in "/usr/sbin/synsplice", "/usr/bin/synsplicectl":
            version = self.machine.run(program, "--version").stdout
            self.assertRegex(version, r"\A\w+ \d+\.\d+\.\d+\n\Z")
            sections = self.machine.run("readelf", "-SW", program).stdout
            self.assertNotRegex(sections, r"\.debug|\.symtab")

    def test_the_example_is_good_for_the_service(self):
        """The configuration is root's, the service reads it and its secret, and writes neither."""
        file = self._path("/etc/synsplice/synsplice.yaml")
        file.write_text(self._path(f"{EXAMPLES}/demo.yaml").read_text()
                        + "\ncookie: {secret_file: /etc/synsplice/secret}\n")
        checked = self._as_service("synsplicectl", "check", "/etc/synsplice/synsplice.yaml")
        self.assertIn(": ok (2 services,", checked.stdout)
        for name in "new.yaml", "synsplice.yaml", "secret.new":
            touched = self._as_service("sh", "-c", f"echo >>/etc/synsplice/{name}", check=False)
            self.assertNotEqual(touched.returncode, 0, name)

    def test_units(self):
        units = [f"{UNITS}/synsplice.service", f"{UNITS}/synsplice@wan.service"]
        verified = self.machine.run("systemd-analyze", "verify", "--recursive-errors=no", *units)
        self.assertEqual((verified.stdout, verified.stderr), ("", ""))
        for unit in f"{UNITS}/synsplice.service", f"{UNITS}/synsplice@.service":
            self.machine.run("systemd-analyze", "security", "--offline=true",
                             f"--threshold={MOST_EXPOSURE}", "--no-pager", unit)
        instances = self._path(f"{UNITS}/synsplice@.service").read_text()
        self.assertIn("\nStateDirectory=synsplice/%i\n", instances)

    def test_it_keeps_its_secret_when_it_is_installed_again(self):
        secret = self._path("/etc/synsplice/secret").read_text()
        self._install()
        self.assertEqual(self._path("/etc/synsplice/secret").read_text(), secret)
        self.machine.run("dpkg", "--no-triggers", "--remove", "synsplice")
        self.assertEqual(self._path("/etc/synsplice/secret").read_text(), secret)
        self._install()
        self.assertEqual(self._path("/etc/synsplice/secret").read_text(), secret)

    def test_nothing_is_left_when_it_is_purged(self):
        for name in "synsplice.yaml", "wan.yaml", "token":
            self._path(f"/etc/synsplice/{name}").write_text("")
        written = [self._path(f"/var/{name}/synsplice") for name in ("lib", "log")]
        for folder in written:
            folder.mkdir()
            (folder / "file").write_text("")
        self.machine.run("dpkg", "--no-triggers", "--purge", "synsplice")
        left = [path for path in self.machine.changed()
                if not OTHERS.fullmatch(path) and self._path(path).exists()
                and not self._path(path).is_dir()]
        self.assertEqual(left, [])
        for path in EXPECTED:
            self.assertFalse(self._path(path).exists(), path)
        for folder in [*written, self._path("/usr/share/doc/synsplice")]:
            self.assertFalse(folder.exists(), folder)


def main():
    needed = ("dpkg-buildpackage", "dh", "systemd-analyze", "systemd-sysusers", "systemd-tmpfiles")
    missing = [program for program in needed if not shutil.which(program)]
    overlays = "\toverlay\n" in pathlib.Path("/proc/filesystems").read_text()
    if os.geteuid() != 0 or missing or not overlays:
        print(f"needs root, overlayfs, {', '.join(needed)}")
        sys.exit(SKIPPED)
    sandbox.enter()
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
