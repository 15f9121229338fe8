#include "timeline/text_lines.h"

#include <string>

#include "timeline/client_text.h"

namespace synsplice {
namespace {

constexpr std::string_view kKernel = "kernel: ";

// Up to the next space.
std::string_view Word(std::string_view text) { return text.substr(0, text.find(' ')); }

// What stands behind " NAME=" up to a space; empty: nothing.
std::string_view Value(std::string_view line, std::string_view name) {
  const size_t at = line.find(name);
  return at == line.npos ? std::string_view{} : Word(line.substr(at + name.size()));
}

// What the rule of the firewall has put in front, without the kernel's own clock: "[ 12.345] ".
std::string_view LogPrefix(std::string_view line) {
  const size_t end = line.find("IN="), kernel = line.find(kKernel);
  if (end == line.npos || kernel == line.npos || kernel > end) return {};
  std::string_view prefix = line.substr(kernel + kKernel.size(), end - kernel - kKernel.size());
  if (const size_t clock = prefix.find("] "); prefix.starts_with('[') && clock != prefix.npos) {
    const bool is_clock = prefix.find_first_not_of("0123456789. ", 1) == clock;
    if (is_clock) prefix.remove_prefix(clock + 2);
  }
  return prefix;
}

std::string Flags(std::string_view line) {
  std::string flags;
  for (const std::string_view flag : {" SYN ", " ACK ", " FIN ", " RST "}) {
    if (line.find(flag) != line.npos) flags += flag.substr(0, flag.size() - 1);
  }
  return flags;
}

std::string WithPort(std::string_view address, std::string_view port) {
  const bool v6 = address.find(':') != address.npos;
  std::string text = v6 && !port.empty() ? "[" + std::string(address) + "]" : std::string(address);
  return port.empty() ? text : text + ":" + std::string(port);
}

std::string Packet(std::string_view line, const Address& client) {
  const std::string_view destination = Value(line, " DST=");
  const auto server = ParseAddress(destination);
  return std::string(LogPrefix(line)) + std::string(Value(line, " PROTO=")) + " " +
         WithPort(ToString(client), Value(line, " SPT=")) + " > " +
         WithPort(server ? ToString(*server) : std::string(destination), Value(line, " DPT=")) +
         Flags(line);
}

// The request, with escaped quotes in it, and the status: "GET / HTTP/1.1" 200.
std::string_view Request(std::string_view text) {
  if (!text.starts_with('"')) return {};
  size_t end = 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
  if (end + 2 >= text.size()) return {};
  return text.substr(0, end + 2 + Word(text.substr(end + 2)).size());
}

}  // namespace

std::optional<LogRecord> FromKernelLine(std::string_view line, LogTime written) {
  if (Value(line, " PROTO=").empty()) return std::nullopt;
  const auto client = ParseClient(Value(line, " SRC="));
  const auto time = ParseSyslogTime(line, written);
  if (!client || !time) return std::nullopt;
  return LogRecord{*time, client, "iptables", "packet", Packet(line, *client)};
}

std::optional<LogRecord> FromAccessLine(std::string_view line) {
  const size_t open = line.find(" ["), close = line.find("] ");
  if (open == line.npos || close == line.npos || close < open) return std::nullopt;
  const auto client = ParseClient(Word(line));
  const auto time = ParseAccessTime(line.substr(open + 2, close - open - 2));
  const std::string_view request = Request(line.substr(close + 2));
  if (!client || !time || request.empty()) return std::nullopt;
  return LogRecord{*time, client, "access", "request", std::string(request)};
}

}  // namespace synsplice
