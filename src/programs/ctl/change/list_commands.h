// list: who is on the lists of a running synsplice, and who is put on them or taken off.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

namespace synsplice {

struct ListOptions {
  std::string socket;
  std::string list;     // its name; empty: all, of show
  std::string prefix;   // of add and del
  std::string address;  // of test
  unsigned ttl = 0;     // seconds; 0: for good
  std::string output = "table";
  std::function<int()> run;  // the subcommand of the command line
};

// add, del, flush, show, test.
void AddListOptions(CLI::App& command, ListOptions& options);

}  // namespace synsplice
