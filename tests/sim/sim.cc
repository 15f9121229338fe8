// sim: random runs of the whole world, each from one seed.
//
//   sim [--seed S] [--runs N] [--survey]   N runs from seed S on; stops at the first failure
//   sim --seed S --trace                   one run, every packet printed

#include <getopt.h>
#include <malloc.h>

#include <cstdlib>
#include <iostream>

#include "world.h"

namespace {

using synsplice::sim::World;

struct Arguments {
  uint64_t seed = 1, runs = 1;
  bool trace = false;
  bool survey = false;  // goes on after a failure and lists them all
};

// Runs the seed again with its trace.
int Replay(uint64_t seed) {
  World world(seed, &std::cout);
  const std::string failure = world.Run();
  std::cout << "seed " << seed << ": " << (failure.empty() ? "good" : failure) << "\n";
  return failure.empty() ? 0 : 1;
}

int RunMany(const Arguments& arguments) {
  uint64_t frames = 0, failures = 0;
  for (uint64_t seed = arguments.seed; seed < arguments.seed + arguments.runs; ++seed) {
    World world(seed, nullptr);
    const std::string failure = world.Run();
    frames += world.frame_count();
    if (failure.empty()) continue;
    ++failures;
    if (!arguments.survey) {
      Replay(seed);
      std::cout << "run it again: sim --seed " << seed << " --trace\n";
      return 1;
    }
    std::cout << "seed " << seed << ": " << failure << "\n";
  }
  std::cout << arguments.runs << " runs from seed " << arguments.seed << ", " << frames
            << " frames, " << failures << " failures\n";
  return failures == 0 ? 0 : 1;
}

bool Read(int argc, char** argv, Arguments& arguments) {
  static const option kOptions[] = {{"seed", required_argument, nullptr, 's'},
                                    {"runs", required_argument, nullptr, 'r'},
                                    {"trace", no_argument, nullptr, 't'},
                                    {"survey", no_argument, nullptr, 'a'},
                                    {nullptr, 0, nullptr, 0}};
  for (int got; (got = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    if (got == 's') arguments.seed = std::strtoull(optarg, nullptr, 10);
    if (got == 'r') arguments.runs = std::strtoull(optarg, nullptr, 10);
    arguments.trace |= got == 't';
    arguments.survey |= got == 'a';
    if (got == '?') return false;
  }
  return optind == argc;
}

}  // namespace

int main(int argc, char** argv) {
  // Every world has a proxy's tables, megabytes that the kernel would hand out page by page again.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  Arguments arguments;
  if (!Read(argc, argv, arguments)) {
    std::cerr << "usage: sim [--seed S] [--runs N] [--survey] [--trace]\n";
    return 2;
  }
  return arguments.trace ? Replay(arguments.seed) : RunMany(arguments);
}
