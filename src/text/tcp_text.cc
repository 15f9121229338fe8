// The TCP part of a frame's line.
#include <fmt/format.h>

#include "synsplice/base/endian.h"
#include "synsplice/wire/tcp_options.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

struct FlagLetter {
  uint8_t flag;
  char letter;
};

constexpr FlagLetter kFlagLetters[] = {{kFin, 'F'}, {kSyn, 'S'}, {kRst, 'R'}, {kPsh, 'P'},
                                       {kAck, '.'}, {kUrg, 'U'}, {kEce, 'E'}, {kCwr, 'W'}};

std::string FlagsText(uint8_t flags) {
  std::string text;
  for (const auto& [flag, letter] : kFlagLetters) {
    if (flags & flag) text += letter;
  }
  return text.empty() ? "none" : text;
}

std::string MssText(const uint8_t* value, size_t) { return fmt::format("mss {}", LoadBe16(value)); }

std::string ScaleText(const uint8_t* value, size_t) { return fmt::format("wscale {}", value[0]); }

std::string SackPermittedText(const uint8_t*, size_t) { return "sackOK"; }

std::string TimestampsText(const uint8_t* value, size_t) {
  return fmt::format("TS {} {}", LoadBe32(value), LoadBe32(value + 4));
}

std::string SackText(const uint8_t* value, size_t length) {
  std::string text = "sack";
  for (size_t at = 0; at + kSackBlockLength <= length; at += kSackBlockLength) {
    text += fmt::format(" {}:{}", LoadBe32(value + at), LoadBe32(value + at + 4));
  }
  return text;
}

struct OptionFormat {
  uint8_t kind;
  size_t length;  // with kind and length bytes; 0: any
  std::string (*text)(const uint8_t* value, size_t length);
};

constexpr OptionFormat kOptionFormats[] = {
    {kOptionMss, kMssLength, MssText},
    {kOptionWindowScale, kWindowScaleLength, ScaleText},
    {kOptionSackPermitted, kSackPermittedLength, SackPermittedText},
    {kOptionSack, 0, SackText},
    {kOptionTimestamps, kTimestampsLength, TimestampsText},
};

std::string OptionText(const uint8_t* option, size_t length) {
  for (const OptionFormat& format : kOptionFormats) {
    if (format.kind != option[0] || (format.length != 0 && format.length != length)) continue;
    return format.text(option + 2, length - 2);
  }
  return fmt::format("option {} length {}", option[0], length);
}

std::string OptionsText(const Packet& packet) {
  std::string text;
  const uint8_t* tcp = packet.tcp();
  WalkOptions(tcp, packet.payload - packet.l4, [&](uint8_t, size_t offset, size_t length) {
    text += fmt::format("{}{}", text.empty() ? "" : ",", OptionText(tcp + offset, length));
  });
  return text.empty() ? text : fmt::format(" <{}>", text);
}

}  // namespace

std::string TcpText(const Packet& packet) {
  std::string text = fmt::format("{} seq {}", FlagsText(packet.flags), packet.seq);
  if (packet.Has(kAck)) {
    text += fmt::format(" ack {}", packet.ack);
  } else if (packet.ack != 0) {
    text += fmt::format(" (ack field {})", packet.ack);
  }
  text += fmt::format(" win {}{}", packet.window, OptionsText(packet));
  if (packet.payload_length() != 0) text += fmt::format(" len {}", packet.payload_length());
  // A part of a segment has no checksum of its own.
  if (packet.IsFragment()) return text;
  if (const Reason reason = JudgeChecksums(packet); reason != Reason::kNone) {
    text += fmt::format(" [{}]", Label(reason));
  }
  return text;
}

}  // namespace synsplice
