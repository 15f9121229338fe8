#include "io/dpdk/detector_keeper.h"

#include "admin/risk_subjects.h"
#include "detect/baseline_text.h"
#include "io/file/output_file.h"

namespace synsplice {
namespace {

constexpr Seconds kSaveBaselineAgain{60};

}  // namespace

DetectorKeeper::DetectorKeeper(Shared& shared, const ListKeeper& lists, const Policy& policy)
    : shared_(shared), lists_(lists) {
  Adopt(policy);
}

void DetectorKeeper::Begin(const std::string& folder) {
  if (folder.empty()) return;
  const std::string path = folder + "/baseline";
  OutputFile::RemoveLeftovers(path);
  detector_ = Detector(BaselineFile::Read(path));
  file_.emplace(path);
  next_save_ = std::chrono::steady_clock::now() + kSaveBaselineAgain;
}

void DetectorKeeper::Adopt(const Policy& policy) {
  masks_.assign(policy.service_count(), 0);
  for (size_t i = 1; i < policy.listener_count(); ++i) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(i));
    masks_[listener.service] = policy.ListsOf(listener);
  }
}

void DetectorKeeper::Look(Snapshot& snapshot) {
  const ListTable lists = lists_.latest();
  const auto tier_of = [&](uint16_t service, const Prefix& source) {
    return lists.Find(source.address, masks_[service]).tier;
  };
  detector_.Look(snapshot.taken, SubjectsOf(snapshot, tier_of));
  for (size_t i = 0; i < snapshot.services.size(); ++i) {
    ServiceState& service = snapshot.services[i];
    const ServiceRisk* risk = service.removed ? nullptr : detector_.Find(service.name);
    if (risk) service.risk = *risk;
    shared_.loads[i].risk_percent.store(service.risk.percent, std::memory_order_relaxed);
  }
  snapshot.baseline_saves_failed = file_ ? file_->failed() : 0;
  if (std::chrono::steady_clock::now() >= next_save_) Save();
}

void DetectorKeeper::Save() {
  next_save_ = std::chrono::steady_clock::now() + kSaveBaselineAgain;
  if (file_) file_->Write(TextOfBaselines(detector_.baselines()));
}

void DetectorKeeper::End() {
  Save();
  file_.reset();
}

}  // namespace synsplice
