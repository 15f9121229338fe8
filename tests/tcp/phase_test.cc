#include "synsplice/tcp/phase.h"

#include <gtest/gtest.h>

#include <string>

namespace synsplice {
namespace {

using enum Phase;

constexpr Phase kPhases[] = {kWaiting, kAborted,  kEstablished, kClientClosed, kServerClosed,
                             kClosing, kTimeWait, kClosed,      kRefused};

struct Row {
  Phase phase;
  Phase spliced, client_fin, server_fin, all_acked, reset, refuse;
};

// The whole table, written out: rules 15, 18, 21.
constexpr Row kTable[] = {
    {kWaiting, kEstablished, kWaiting, kWaiting, kWaiting, kAborted, kRefused},
    {kAborted, kAborted, kAborted, kAborted, kAborted, kAborted, kRefused},
    {kEstablished, kEstablished, kClientClosed, kServerClosed, kEstablished, kClosed, kEstablished},
    {kClientClosed, kClientClosed, kClientClosed, kClosing, kClientClosed, kClosed, kClientClosed},
    {kServerClosed, kServerClosed, kClosing, kServerClosed, kServerClosed, kClosed, kServerClosed},
    {kClosing, kClosing, kClosing, kClosing, kTimeWait, kClosed, kClosing},
    {kTimeWait, kTimeWait, kTimeWait, kTimeWait, kTimeWait, kClosed, kTimeWait},
    {kClosed, kClosed, kClosed, kClosed, kClosed, kClosed, kClosed},
    {kRefused, kRefused, kRefused, kRefused, kRefused, kRefused, kRefused},
};

TEST(Phase, TransitionTable) {
  for (const Row& row : kTable) {
    SCOPED_TRACE(Name(row.phase));
    EXPECT_EQ(Next(row.phase, PhaseEvent::kSpliced), row.spliced);
    EXPECT_EQ(Next(row.phase, PhaseEvent::kClientFin), row.client_fin);
    EXPECT_EQ(Next(row.phase, PhaseEvent::kServerFin), row.server_fin);
    EXPECT_EQ(Next(row.phase, PhaseEvent::kAllAcked), row.all_acked);
    EXPECT_EQ(Next(row.phase, PhaseEvent::kReset), row.reset);
    EXPECT_EQ(Next(row.phase, PhaseEvent::kRefuse), row.refuse);
  }
}

TEST(Phase, Classes) {
  for (const Phase phase : kPhases) {
    SCOPED_TRACE(Name(phase));
    const bool active = phase == kEstablished || phase == kClientClosed || phase == kServerClosed;
    EXPECT_EQ(IsActive(phase), active);
    EXPECT_EQ(IsWaiting(phase), phase == kWaiting || phase == kAborted);
  }
}

TEST(Phase, NamesDiffer) {
  for (const Phase a : kPhases) {
    for (const Phase b : kPhases) {
      EXPECT_EQ(a == b, std::string(Name(a)) == Name(b));
    }
  }
}

}  // namespace
}  // namespace synsplice
