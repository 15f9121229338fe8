// The command line of a simulator whose runs are `World`s: World(seed, trace), Run(),
// frame_count().
//
//   [--seed S] [--runs N] [--survey]   N runs from seed S on; stops at the first failure
//   --seed S --trace                   one run, every packet printed
#pragma once

#include <getopt.h>
#include <malloc.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>

namespace synsplice::sim {

struct Arguments {
  uint64_t seed = 1, runs = 1;
  bool trace = false;
  bool survey = false;  // goes on after a failure and lists them all
};

inline bool ReadArguments(int argc, char** argv, Arguments& arguments) {
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

// Runs the seed again with its trace.
template <typename World>
int Replay(uint64_t seed) {
  World world(seed, &std::cout);
  const std::string failure = world.Run();
  std::cout << "seed " << seed << ": " << (failure.empty() ? "good" : failure) << "\n";
  return failure.empty() ? 0 : 1;
}

// What is wrong with the run of `seed`; adds to `frames`.
template <typename World>
std::string RunOne(uint64_t seed, uint64_t& frames) {
  World world(seed, nullptr);
  const std::string failure = world.Run();
  frames += world.frame_count();
  return failure;
}

template <typename World>
int RunMany(const char* program, const Arguments& arguments) {
  uint64_t frames = 0, failures = 0;
  for (uint64_t seed = arguments.seed; seed < arguments.seed + arguments.runs; ++seed) {
    const std::string failure = RunOne<World>(seed, frames);
    if (failure.empty()) continue;
    ++failures;
    if (!arguments.survey) {
      Replay<World>(seed);
      std::cout << "run it again: " << program << " --seed " << seed << " --trace\n";
      return 1;
    }
    std::cout << "seed " << seed << ": " << failure << "\n";
  }
  std::cout << arguments.runs << " runs from seed " << arguments.seed << ", " << frames
            << " frames, " << failures << " failures\n";
  return failures == 0 ? 0 : 1;
}

// main() of `program`; answers its exit status.
template <typename World>
int RunSimulator(const char* program, int argc, char** argv) {
  // Every world has a proxy's tables, megabytes that the kernel would hand out page by page again.
  mallopt(M_MMAP_THRESHOLD, 64 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  Arguments arguments;
  if (!ReadArguments(argc, argv, arguments)) {
    std::cerr << "usage: " << program << " [--seed S] [--runs N] [--survey] [--trace]\n";
    return 2;
  }
  return arguments.trace ? Replay<World>(arguments.seed) : RunMany<World>(program, arguments);
}

}  // namespace synsplice::sim
