// Clients of another program, who all leave at the same moment.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "io/admin/unix_socket.h"

namespace synsplice {

// This thread, and those that it starts, on the first CPU that it may have: what another program
// there does in one system call is over before they hear of it.
class OneCpu {
 public:
  OneCpu() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    int first = 0;
    while (!CPU_ISSET(first, &before_)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    EXPECT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
  }
  ~OneCpu() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OneCpu(const OneCpu&) = delete;

 private:
  cpu_set_t before_;
};

class Crowd {
 public:
  // So many have connected and say nothing.
  Crowd(const std::string& path, int count) {
    int told[2], asked[2];
    EXPECT_EQ(::pipe(told) | ::pipe(asked), 0);
    process_ = ::fork();
    if (process_ == 0) {
      std::vector<Descriptor> clients;
      for (int i = 0; i < count; ++i) clients.push_back(ConnectUnix(path));
      char byte = 0;
      ::close(asked[1]);
      if (::write(told[1], &byte, 1) == 1) (void)!::read(asked[0], &byte, 1);
      ::_exit(0);
    }
    ::close(told[1]), ::close(asked[0]);
    leave_ = Descriptor(asked[1]);
    const Descriptor connected(told[0]);
    char byte = 0;
    EXPECT_EQ(::read(connected.get(), &byte, 1), 1);
  }
  void Leave() {
    leave_ = {};
    ::waitpid(process_, nullptr, 0);
  }

 private:
  pid_t process_;
  Descriptor leave_;
};

}  // namespace synsplice
