// Orders about the configuration on their way from whoever gives them to the control loop.
#pragma once

#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>

#include "control/config_order.h"

namespace synsplice {

class OrderQueue {
 public:
  // Any thread but the control loop's; waits for the answer. nullopt: the control loop has not
  // begun within `patience`, and never will.
  std::optional<ConfigAnswer> Place(const ConfigOrder& order, Milliseconds patience);

  // Nobody serves any more: whoever waits, or comes later, hears so at once.
  void Close();

  // For the control loop: carries out what waits.
  void Serve(const std::function<ConfigAnswer(const ConfigOrder&)>& carry_out);

 private:
  struct Waiting {
    const ConfigOrder& order;  // lives until it is answered or withdrawn
    bool begun = false;
    std::optional<ConfigAnswer> answer = {};
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Waiting> waiting_;
  bool closed_ = false;
};

}  // namespace synsplice
