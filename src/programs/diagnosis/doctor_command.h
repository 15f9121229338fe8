// The subcommand that examines an appliance and the machine that it runs on.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "system/finding.h"

namespace synsplice {

inline constexpr const char* kDefaultConfiguration = "/etc/synsplice/synsplice.yaml";

struct DoctorOptions {
  std::string file = kDefaultConfiguration;
  std::string socket;            // empty: what the configuration says
  std::string output = "table";  // or json
};

// File and socket.
void AddApplianceOptions(CLI::App& command, DoctorOptions& options);
void AddDoctorOptions(CLI::App& command, DoctorOptions& options);

// Where to ask; `configured`: admin.socket, may be empty.
std::string SocketOf(const DoctorOptions& options, const std::string& configured);

// What the appliance says if it answers, its configuration, and the machine: whether it would
// start, or, while it runs, what of that still matters. Changes nothing.
Findings Examine(const DoctorOptions& options);

// Answers the exit status; 1: something is wrong.
int RunDoctor(const DoctorOptions& options);

}  // namespace synsplice
