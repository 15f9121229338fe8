#include "control/memory_plan.h"

#include <fmt/format.h>

#include "control/buffer_plan.h"
#include "synsplice/state/state.h"

namespace synsplice {
namespace {

// Of one worker: 1 MB each for prefixes that got cookies and their budgets of RSTs, 3 for
// fragments, neighbours and held frames. Two more where SYN-ACKs are limited, for proven prefixes
// and budgets.
constexpr uint64_t kSketches = 5 << 20, kReflectionSketches = 2 << 20;

// What `reserve` adds to a layout.
template <typename Reserve>
uint64_t BytesOf(Reserve&& reserve) {
  Layout layout;
  const size_t before = layout.bytes();
  reserve(layout);
  return layout.bytes() - before;
}

// Lines of 80 columns.
std::string Line(const char* what, uint64_t bytes, const std::string& detail) {
  return fmt::format("  {:<16}{:>12} bytes  {}\n", what, bytes, detail);
}

std::string RoomLine(const ApplianceConfig& config) {
  return fmt::format("  {:<16}{:>12} connections\n", "room for",
                     FlowTable::RoomOf(config.core.flow_table_entries) * config.workers);
}

std::string PagesLines(const MemoryPlan& plan, const ApplianceConfig& config) {
  const uint64_t pages = plan.table_pages() + plan.buffer_pages();
  return fmt::format("  {:<16}{:>12} of 2 MB{}:\n{:31}{} for the tables, {} for packet buffers\n",
                     "pages to reserve", config.huge_pages ? pages : 0,
                     config.huge_pages ? "" : fmt::format("; with memory.huge_pages {}", pages), "",
                     plan.table_pages(), plan.buffer_pages());
}

}  // namespace

MemoryPlan PlanMemory(const ApplianceConfig& config) {
  const Config& core = config.core;
  MemoryPlan plan;
  plan.flows = config.workers * BytesOf([&](Layout& layout) {
                 const auto flows = FlowTable::Reserve(layout, core.flow_table_entries);
                 FlowShares::Reserve(layout, static_cast<uint32_t>(flows.flows.count));
               });
  plan.handshakes = config.workers * BytesOf([&](Layout& layout) {
                      HandshakeSlots::Reserve(layout, core.handshake.slots);
                      FairShare::Reserve(layout, core.handshake.slots);
                      FairShare::Reserve(layout, core.handshake.hold_frames_total);
                    });
  plan.connlimit = BytesOf(
      [&](Layout& layout) { ConnlimitTable::Reserve(layout, core.connlimit_table_entries); });
  plan.tables = StateLayout(core, config.workers).layout.bytes();
  plan.sketches = config.workers * kSketches;
  if (core.reflection.syn_acks_per_second != 0)
    plan.sketches += config.workers * kReflectionSketches;
  plan.buffers = BufferBytes(config);
  plan.held = uint64_t{config.workers} * core.handshake.hold_frames_total *
              (kMbufBytes + config.mbuf_data_room);
  return plan;
}

std::string Render(const MemoryPlan& plan, const ApplianceConfig& config) {
  const Config& core = config.core;
  return "memory, taken at the start:\n" +
         Line("flows", plan.flows,
              fmt::format("flow_table.entries {}, workers {}", core.flow_table_entries,
                          config.workers)) +
         Line("handshakes", plan.handshakes,
              fmt::format("handshake.slots {}", core.handshake.slots)) +
         Line("connlimit", plan.connlimit,
              fmt::format("connlimit_table.entries {}", core.connlimit_table_entries)) +
         Line("all tables", plan.tables, "these, in one piece") +
         Line("sketches", plan.sketches, "of prefixes, fragments and neighbours") +
         Line("packet buffers", plan.buffers, fmt::format("memory.mbufs {}", config.mbufs)) +
         Line("held at most", plan.held,
              fmt::format("of these: handshake.hold_frames_total {}",
                          core.handshake.hold_frames_total)) +
         RoomLine(config) + PagesLines(plan, config);
}

}  // namespace synsplice
