#include "synsplice/watch/source_board.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace synsplice {
namespace {

SourceRecord RecordOf(uint32_t number) {
  return {Address::V4(number), static_cast<uint16_t>(number % 10), number, number / 2};
}

TEST(SourceBoard, BeginsEmpty) {
  const SourceBoard board;
  SourceList list{{RecordOf(1)}, 7};
  EXPECT_TRUE(board.Read(list));
  EXPECT_TRUE(list.sources.empty());
  EXPECT_EQ(list.floor, 0u);
}

TEST(SourceBoard, TellsWhatWasWrittenLast) {
  SourceBoard board;
  SourceList list;
  const SourceRecord v6{*ParseAddress("2001:db8::"), 3, 4, 1};
  board.Write(std::vector{RecordOf(1), RecordOf(2)}, 5);
  board.Write(std::vector{v6}, 6);
  EXPECT_TRUE(board.Read(list));
  EXPECT_EQ(list.sources, std::vector{v6});
  EXPECT_EQ(list.floor, 6u);
}

TEST(SourceBoard, TakesAsManyAsItHasRows) {
  SourceBoard board;
  SourceList list;
  board.Write(std::vector(SourceBoard::kRows + 1, RecordOf(1)), 0);
  EXPECT_TRUE(board.Read(list));
  EXPECT_EQ(list.sources.size(), SourceBoard::kRows);
}

// Whatever is read as whole was written together.
TEST(SourceBoard, AReaderThatMeetsTheWriterHearsSo) {
  SourceBoard board;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint32_t i = 1; i <= 20'000; ++i) board.Write(std::vector(i % 32, RecordOf(i)), i);
    done = true;
  });
  SourceList list;
  while (!done) {
    if (!board.Read(list)) continue;
    EXPECT_EQ(list.sources, std::vector(list.floor % 32, RecordOf(list.floor)));
  }
  writer.join();
}

}  // namespace
}  // namespace synsplice
