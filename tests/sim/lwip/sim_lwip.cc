// sim_lwip: random runs with lwIP at both ends, each from one seed. ../runs.h has the command line.

#include <csignal>
#include <iostream>

#include "lwip_world.h"
#include "runs.h"

namespace {

uint64_t running = 0;

// lwIP ends the process when an assertion of its own fails.
class NamedRun : public synsplice::sim::LwipWorld {
 public:
  NamedRun(uint64_t seed, std::ostream* trace) : LwipWorld(seed, trace) { running = seed; }
};

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGABRT, [](int) {
    std::cout << "lwIP has stopped: sim_lwip --seed " << running << " --trace" << std::endl;
  });
  return synsplice::sim::RunSimulator<NamedRun>("sim_lwip", argc, argv);
}
