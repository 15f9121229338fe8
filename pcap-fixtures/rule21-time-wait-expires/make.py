"""TIME_WAIT lasts 120 s, then nothing is left."""
from dialogue import *  # noqa: F403

case = Case(__file__)
c, s = client(case), server(case)
connect(c, s)

close(c, s)
case.wait(118)
case.tick()
case.wait(12)
case.tick()
case.save()
