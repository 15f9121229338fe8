#include "io/dpdk/lcore/policy_keeper.h"

#include <utility>

namespace synsplice {

void PolicyKeeper::Adopt(std::shared_ptr<const Policy> next) {
  kept_.push_back(std::move(next));
  behind_.clear();
  for (const auto& worker : workers_) behind_.push_back(worker.get());
  AskAgain();
}

size_t PolicyKeeper::AskAgain() {
  Request request;
  request.kind = Request::Kind::kAdoptPolicy;
  request.policy = kept_.back().get();
  Reply reply;
  std::erase_if(
      behind_, [&](Worker* worker) { return worker->Ask(request, reply, Worker::kAnswersWithin); });
  if (behind_.empty()) kept_.erase(kept_.begin(), kept_.end() - 1);
  return behind_.size();
}

}  // namespace synsplice
