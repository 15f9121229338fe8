#include "timeline/latest_records.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace synsplice {

bool LatestRecords::IsEarlier(const Kept& a, const Kept& b) {
  return std::tie(a.record.time, a.number) < std::tie(b.record.time, b.number);
}

void LatestRecords::Add(LogRecord record) {
  kept_.push_back({std::move(record), added_++});
  std::ranges::push_heap(kept_, IsLater);
  if (kept_.size() <= most_) return;
  std::ranges::pop_heap(kept_, IsLater);
  kept_.pop_back();
}

std::vector<LogRecord> LatestRecords::Sorted() const {
  std::vector<Kept> sorted = kept_;
  std::ranges::sort(sorted, IsEarlier);
  std::vector<LogRecord> records;
  for (Kept& kept : sorted) records.push_back(std::move(kept.record));
  return records;
}

}  // namespace synsplice
