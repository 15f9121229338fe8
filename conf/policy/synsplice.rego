# Site rules for an external policy engine, OPA or conftest. They read what `synsplicectl check
# --json FILE` prints:
#
#   synsplicectl check --json synsplice.yaml >checked.json; conftest test -p conf/policy checked.json
#   opa eval -f pretty -d conf/policy/synsplice.rego -i checked.json data.main.deny
package main

import rego.v1

deny contains finding.message if {
	some finding in input.findings
}

deny contains sprintf("services[%d].mode: %s is not protected", [i, service.name]) if {
	some i, service in input.configuration.services
	service.mode == "off"
}

deny contains sprintf("services[%d].connlimit.above: %s has no limit", [i, service.name]) if {
	some i, service in input.configuration.services
	service.connlimit.above == 0
}
