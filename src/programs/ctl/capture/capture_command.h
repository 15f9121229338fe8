// The subcommand that shows the frames of a running appliance, each with what became of it.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace synsplice {

struct CaptureOptions {
  std::vector<std::string> filter;  // words of pcap-filter(7)
  std::string file;                 // "-": standard output; empty: lines of text
  std::string reason, service;
  std::string frames = "before";
  std::optional<uint64_t> count, seconds, sample, snap_length;
  std::string socket;
};

void AddCaptureOptions(CLI::App& command, CaptureOptions& options);
// Answers the exit status. It ends by itself, by SIGINT or SIGTERM, or when nobody reads any more;
// a file holds whole frames however it ends.
int RunCapture(const CaptureOptions& options);

}  // namespace synsplice
