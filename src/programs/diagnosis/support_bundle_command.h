// The subcommand that collects what others need to help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "programs/diagnosis/doctor_command.h"

namespace synsplice {

struct SupportBundleOptions {
  DoctorOptions appliance;  // file and socket
  std::string output = "synsplice-support.tar.gz";
  bool addresses = false;  // of clients as they are
};

void AddSupportBundleOptions(CLI::App& command, SupportBundleOptions& options);
// Answers the exit status; 1: the archive cannot be written. What cannot be had for it is said in
// its place.
int RunSupportBundle(const SupportBundleOptions& options);

}  // namespace synsplice
