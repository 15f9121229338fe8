#include "admin/api/flow_desk.h"

#include <gtest/gtest.h>

#include <set>

namespace synsplice {
namespace {

constexpr uint32_t kEntries = 100;  // of a worker's table, all used
constexpr uint32_t kPiece = 10;

// Workers that answer with the entries that they are asked for, as client ports.
class FlowDeskTest : public testing::Test {
 protected:
  FlowDesk Desk() {
    return FlowDesk(3, [this](size_t worker, const Request& request, Reply& reply) {
      kinds_.insert(request.kind);
      if (worker == silent_) return false;
      reply.count = 0;
      uint32_t entry = request.cursor;
      while (entry < kEntries && reply.count < std::min<size_t>(request.most, kPiece)) {
        reply.flows[reply.count++].flow.client_port = static_cast<uint16_t>(entry++);
      }
      reply.next = entry;
      reply.end = entry >= kEntries;
      return true;
    });
  }

  size_t silent_ = SIZE_MAX;
  std::set<Request::Kind> kinds_;
};

TEST_F(FlowDeskTest, PagesMakeUpTheWhole) {
  const FlowDesk desk = Desk();
  for (const size_t limit : {1, 7, 10, 99, 100, 1000}) {
    std::set<std::pair<size_t, uint16_t>> found;
    FlowQuery query;
    query.limit = limit;
    for (;;) {
      const FlowDesk::Page page = desk.Collect(Request::Kind::kListFlows, query);
      EXPECT_LE(page.rows.size(), limit);
      EXPECT_FALSE(page.silent);
      for (const auto& row : page.rows) found.emplace(row.worker, row.record.flow.client_port);
      if (!page.next) break;
      query.cursor = *page.next;
    }
    EXPECT_EQ(found.size(), 3 * kEntries) << limit;
  }
}

TEST_F(FlowDeskTest, AWorkerThatDoesNotAnswerIsNamed) {
  silent_ = 1;
  FlowQuery query;
  query.limit = 1000;
  const FlowDesk::Page page = Desk().Collect(Request::Kind::kClearFlows, query);
  EXPECT_EQ(page.silent, 1u);
  EXPECT_EQ(page.rows.size(), kEntries);
  EXPECT_EQ(kinds_, std::set{Request::Kind::kClearFlows});
}

TEST_F(FlowDeskTest, ACursorBehindAllWorkersIsTheEnd) {
  FlowQuery query;
  query.cursor = {3, 0};
  const FlowDesk::Page page = Desk().Collect(Request::Kind::kListFlows, query);
  EXPECT_TRUE(page.rows.empty());
  EXPECT_FALSE(page.next);
}

}  // namespace
}  // namespace synsplice
