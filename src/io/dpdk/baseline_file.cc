#include "io/dpdk/baseline_file.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <variant>

#include "control/lists/whole_file.h"
#include "detect/baseline_text.h"
#include "io/file/output_file.h"
#include "io/host/privileges.h"

namespace synsplice {
namespace {

// Of as many services as a detector remembers.
constexpr size_t kLongestBaselineFile = 32u << 20;

std::string Written(const std::string& path, const std::string& text) {
  auto created = OutputFile::Create(path, 0600);
  auto* const output = std::get_if<OutputFile>(&created);
  if (!output) return std::get<std::string>(created);
  std::fwrite(text.data(), 1, text.size(), output->stream());
  return output->Commit();
}

}  // namespace

Baselines BaselineFile::Read(const std::string& path) {
  const WholeFile file = ReadWholeFile(path, kLongestBaselineFile);
  if (file.is_missing) return {};
  auto parsed = file.error.empty() ? ParseBaselines(file.text) : file.error;
  if (auto* baselines = std::get_if<Baselines>(&parsed)) return std::move(*baselines);
  spdlog::warn("'{}' cannot be used: {}; what is usual is learned anew, and takes its place", path,
               std::get<std::string>(parsed));
  return {};
}

BaselineFile::BaselineFile(std::string path)
    : path_(std::move(path)), thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void BaselineFile::Write(std::string text) {
  const std::lock_guard lock(mutex_);
  waiting_ = std::move(text);
  woken_.notify_one();
}

void BaselineFile::Run(const std::stop_token& stop) {
  DropAllCapabilities();
  std::unique_lock lock(mutex_);
  while (woken_.wait(lock, stop, [this] { return waiting_.has_value(); })) {
    const std::string text = *std::exchange(waiting_, std::nullopt);
    lock.unlock();
    Save(text);
    lock.lock();
  }
}

// Tried again with the next one; said once until it works again.
void BaselineFile::Save(const std::string& text) {
  const std::string why = Written(path_, text);
  if (why.empty()) return said_ = false, void();
  failed_.fetch_add(1, std::memory_order_relaxed);
  if (!std::exchange(said_, true)) spdlog::warn("what is usual is not saved: {}", why);
}

}  // namespace synsplice
