#include "capture/capture_desk.h"

#include <fmt/format.h>

#include <new>
#include <utility>

namespace synsplice {

class CaptureDesk::Running final : public ByteSource {
 public:
  Running(CaptureDesk& desk, std::shared_ptr<Capture> capture)
      : desk_(desk), capture_(std::move(capture)) {}
  ~Running() override {
    try {
      desk_.End(*capture_);
    } catch (const std::bad_alloc&) {  // it has ended, and nobody is told
    }
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::string Next() override { return capture_->Next(desk_.now_()); }
  bool HasEnded() const override { return capture_->HasEnded(); }

 private:
  CaptureDesk& desk_;
  const std::shared_ptr<Capture> capture_;
};

CaptureAnswer CaptureDesk::Start(const CaptureOrder& order) {
  auto frames = FrameChoice::Create(order.choice);
  if (auto* sentence = std::get_if<std::string>(&frames)) {
    return CaptureRefusal{false, std::move(*sentence)};
  }
  // Whoever looks at the desk does not wait for its memory.
  const auto capture = std::make_shared<Capture>(
      order.choice, std::get<FrameChoice>(std::move(frames)), slots_.size(), now_());
  // From here on it ends whatever is thrown.
  auto running = std::make_shared<Running>(*this, capture);
  if (std::string busy = Begin(capture, order); !busy.empty()) {
    return CaptureRefusal{true, std::move(busy)};
  }
  tell_({order, false, {}});
  return running;
}

std::string CaptureDesk::Begin(const std::shared_ptr<Capture>& capture, const CaptureOrder& order) {
  const std::lock_guard lock(mutex_);
  if (capture_) return fmt::format("{} captures already: one at a time", order_.who);
  if (!Settle()) return "a worker has not ended the capture before yet";
  order_ = order;
  capture_ = capture;
  Offer(capture->taps());
  return {};
}

void CaptureDesk::Offer(const std::vector<std::shared_ptr<Tap>>& taps) {
  for (size_t i = 0; i < slots_.size(); ++i) slots_[i]->Offer(taps.empty() ? nullptr : taps[i]);
}

void CaptureDesk::End(const Capture& capture) {
  CaptureOrder order;
  const CaptureCounts counts = capture.counts();
  {
    const std::lock_guard lock(mutex_);
    if (capture_.get() != &capture) return;  // it never began
    Offer({});
    before_.frames += counts.frames;
    before_.lost += counts.lost;
    order = std::exchange(order_, {});
    capture_.reset();
  }
  tell_({order, true, counts});
}

bool CaptureDesk::Settle() {
  bool settled = true;
  for (TapSlot* slot : slots_) settled &= slot->Settle();
  return settled;
}

void CaptureDesk::Look() {
  const std::lock_guard lock(mutex_);
  Settle();
}

CaptureCounts CaptureDesk::counts() const {
  const std::lock_guard lock(mutex_);
  CaptureCounts counts = capture_ ? capture_->counts() : CaptureCounts();
  counts.frames += before_.frames;
  counts.lost += before_.lost;
  return counts;
}

}  // namespace synsplice
