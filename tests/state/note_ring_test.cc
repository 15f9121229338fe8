#include "synsplice/state/note_ring.h"

#include <gtest/gtest.h>

#include <thread>

namespace synsplice {
namespace {

TEST(NoteRing, WhatFindsNoRoomIsCounted) {
  NoteRing<int, 4> ring;
  for (int number = 0; number < 7; ++number) ring.Add(number);
  EXPECT_EQ(ring.lost(), 3u);
  int note = -1;
  for (int number = 0; number < 4; ++number) {
    EXPECT_TRUE(ring.Take(note));
    EXPECT_EQ(note, number);
  }
  EXPECT_FALSE(ring.Take(note));
  ring.Add(9);
  EXPECT_TRUE(ring.Take(note));
  EXPECT_EQ(note, 9);
}

TEST(NoteRing, AReaderInAnotherThreadMeetsAllInOrder) {
  constexpr uint64_t kNotes = 200'000;
  NoteRing<std::pair<uint64_t, uint64_t>, 16> ring;
  std::thread writer([&] {
    for (uint64_t number = 1; number <= kNotes; ++number) ring.Add({number, ~number});
  });
  uint64_t taken = 0, latest = 0;
  while (taken + ring.lost() < kNotes) {
    for (std::pair<uint64_t, uint64_t> note; ring.Take(note); ++taken) {
      EXPECT_GT(note.first, latest);
      EXPECT_EQ(note.second, ~note.first) << "half of one and half of another";
      latest = note.first;
    }
  }
  writer.join();
}

}  // namespace
}  // namespace synsplice
