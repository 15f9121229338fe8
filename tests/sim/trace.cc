#include "trace.h"

#include <cstdio>
#include <sstream>
#include <string>

#include "support/icmp_frame.h"

namespace synsplice::sim {
namespace {

std::string Describe(const test::TcpFrame& frame) {
  static constexpr const char* kLetters = "FSRPAUEC";
  std::ostringstream out;
  out << ToString(frame.source) << " > " << ToString(frame.destination) << " [";
  for (int i = 0; i < 8; ++i) {
    if (frame.flags >> i & 1) out << kLetters[i];
  }
  out << "] seq " << frame.seq;
  if (frame.flags & test::kA) out << " ack " << frame.ack;
  out << " win " << frame.window << " len " << frame.payload.size();
  const test::Options& options = frame.options;
  if (options.mss != 0) out << " mss " << options.mss;
  if (options.scale) out << " wscale " << int{*options.scale};
  if (options.sack_permitted) out << " sackOK";
  if (options.timestamps) {
    out << " TS " << options.timestamps->first << "/" << options.timestamps->second;
  }
  for (const auto& [left, right] : options.sack) out << " sack " << left << ":" << right;
  static constexpr const char* kMarks[] = {"", " ECT(1)", " ECT(0)", " CE"};
  out << kMarks[frame.traffic_class & 3];
  return out.str();
}

std::string Describe(const test::Bytes& bytes) {
  if (const auto frame = test::ReadTcpFrame(bytes)) return Describe(*frame);
  const auto error = test::ReadIcmpError(bytes);
  if (!error) return "(no TCP segment with good checksums)";
  std::ostringstream out;
  out << ToString(error->source) << " > " << ToString(error->destination) << " icmp "
      << int{error->type} << "/" << int{error->code} << " mtu " << error->rest << " about "
      << ToString(error->quoted.source) << " > " << ToString(error->quoted.destination) << " seq "
      << error->quoted.seq;
  return out.str();
}

const char* NameOf(Origin::Maker maker) {
  static constexpr const char* kNames[] = {"client", "server", "proxy", "attacker", "router"};
  return kNames[static_cast<int>(maker)];
}

}  // namespace

void Trace::Line(int64_t now, const std::string& text) const {
  if (!out_) return;
  char head[32];
  std::snprintf(head, sizeof head, "%10.3f ", static_cast<double>(now) / 1000);
  *out_ << head << text << "\n";
}

void Trace::Write(int64_t now, const char* where, Side side, const Packet& packet,
                  const std::string& what) const {
  if (!out_) return;
  char head[32];
  std::snprintf(head, sizeof head, "%-6s %-7s ", where, Name(side));
  std::string line = head;
  line += Describe(packet.bytes) + " <" + NameOf(packet.origin.maker);
  if (packet.origin.connection != kNoConnection) {
    line += " " + std::to_string(packet.origin.connection);
  }
  line += packet.origin.damaged ? ", damaged>" : ">";
  if (!what.empty()) line += " -> " + what;
  Line(now, line);
}

void Trace::Write(int64_t now, Side side, synsplice::Verdict verdict, const Packet& packet) const {
  if (!out_) return;
  std::string what = Name(verdict.kind);
  if (verdict.reason != Reason::kNone) what += " " + std::string(Label(verdict.reason));
  Write(now, "proxy", side, packet, what);
}

}  // namespace synsplice::sim
