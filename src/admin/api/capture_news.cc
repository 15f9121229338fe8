#include "admin/api/capture_news.h"

#include <fmt/format.h>

namespace synsplice {

std::string LineOf(const CaptureDesk::News& news) {
  const CaptureOrder& order = news.order;
  if (!news.has_ended) return fmt::format("{} begins to capture: {}", order.who, order.text);
  return fmt::format("{} has captured {} frames, {} were lost: {}", order.who, news.counts.frames,
                     news.counts.lost, order.text);
}

JsonValue ViewOf(const CaptureDesk::News& news) {
  return {{"state", news.has_ended ? "end" : "start"},
          {"who", news.order.who},
          {"text", news.order.text},
          {"frames", news.counts.frames},
          {"lost", news.counts.lost}};
}

}  // namespace synsplice
