// reload, confirm, rollback: another configuration for a running synsplice. drain, enable: what a
// backend gets.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

struct ReloadOptions {
  std::string socket;
  std::string file;  // to be taken in place of the one of the start; empty: that one
  bool dry_run = false;
  bool diff = false;
  unsigned confirm = 0;  // seconds; 0: it stays
  std::string backend;   // of drain and enable
};

void AddReloadOptions(CLI::App& command, ReloadOptions& options);
void AddConfirmOptions(CLI::App& command, ReloadOptions& options);

// The exit status: 1 also when the configuration is refused.
int RunReload(const ReloadOptions& options);
int RunConfirm(const ReloadOptions& options);
int RunRollback(const ReloadOptions& options);

void AddDrainOptions(CLI::App& command, ReloadOptions& options);
int RunDrain(const ReloadOptions& options);
int RunEnable(const ReloadOptions& options);

}  // namespace synsplice
