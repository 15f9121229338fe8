"""Network namespaces with real TCP stacks around an appliance, for the wire tests and the demo.

    client --+
             +-- outside (bridge) -- [out0 appliance in0] -- inside (bridge) -- server
  attacker --+

Where a test asks for it, client and server each stand behind a router of their own instead, and a
second server with the first one's service address behind the same router.

Addresses are of 198.18.0.0/15 and 2001:db8::/32 and exist only in the namespaces.
"""
