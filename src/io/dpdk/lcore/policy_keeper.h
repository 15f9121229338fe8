// Keeps policies for as long as a worker looks at them.
#pragma once

#include <memory>
#include <vector>

#include "io/dpdk/lcore/worker.h"

namespace synsplice {

class PolicyKeeper {
 public:
  using Workers = std::vector<std::unique_ptr<Worker>>;

  // The workers begin with `policy`. REQUIRES: `workers` outlive the keeper.
  PolicyKeeper(const Workers& workers, std::shared_ptr<const Policy> policy)
      : workers_(workers), kept_{std::move(policy)} {}

  // All workers go on with `next`. One that stands still has until it goes on.
  void Adopt(std::shared_ptr<const Policy> next);

  // Asks those that have not adopted the latest one; answers how many of them are left.
  size_t AskAgain();

 private:
  const Workers& workers_;
  std::vector<std::shared_ptr<const Policy>> kept_;  // the latest one is the last
  std::vector<Worker*> behind_;
};

}  // namespace synsplice
