"""The SYN-ACK has MSS always, the other options only if the client offered them."""
from dialogue import *  # noqa: F403

case = Case(__file__)
for port, offered in enumerate(([], ["WScale"], ["SAckOK"], ["Timestamp"])):
    c = client(case, port=40000 + port)
    c.send("S", options=[option for option in c.syn_options() if option[0] in offered])
    answer = c.receive("SA")
    names = {name for name, _ in answer[TCP].options} - {"NOP", "EOL"}
    assert names == {"MSS", *offered}, names
case.save()
