// A file in MaxMind's format for tests, made from the format's description
// (https://maxmind.github.io/MaxMind-DB/): records of 32 bits, nothing shared.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice {

class MmdbFile {
 public:
  explicit MmdbFile(std::string type) : type_(std::move(type)) {}

  // A map's data; the pairs are encoded.
  static std::string Map(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string data = Control(7, pairs.size());
    for (const auto& [key, value] : pairs) data += Text(key) + value;
    return data;
  }
  static std::string Text(const std::string& text) { return Control(2, text.size()) + text; }
  static std::string Number(uint32_t value) { return Control(6, 4) + BigEndian(value); }

  static std::string Asn(uint32_t number) {
    return Map({{"autonomous_system_number", Number(number)}});
  }
  static std::string Country(const std::string& code) {
    return Map({{"country", Map({{"iso_code", Text(code)}})}});
  }

  void Add(const char* prefix, const std::string& data) {
    const Prefix parsed = *ParsePrefix(prefix);
    const bool v4 = parsed.address.IsV4();
    const unsigned depth = parsed.length + (v4 ? 96u : 0u);
    size_t node = 0;
    for (unsigned i = 0; i + 1 < depth; ++i) node = Below(node, Bit(parsed.address, v4, i));
    nodes_[node][Bit(parsed.address, v4, depth - 1)] = {Record::kData, data_.size()};
    data_ += data;
  }
  // The network leads where IPv4 begins.
  void AddAlias(const char* prefix) {
    const Prefix parsed = *ParsePrefix(prefix);
    size_t v4 = 0, node = 0;
    for (unsigned i = 0; i < 96; ++i) v4 = Below(v4, false);
    for (unsigned i = 0; i + 1u < parsed.length; ++i)
      node = Below(node, Bit(parsed.address, false, i));
    nodes_[node][Bit(parsed.address, false, parsed.length - 1u)] = {Record::kNode, v4};
  }
  // The first bit leads to the root again.
  void MakeCircle() { nodes_[0][1] = {Record::kNode, 0}; }

  std::string Text() const {
    std::string text;
    for (const auto& node : nodes_) {
      for (const Record& record : node) text += BigEndian(Value(record));
    }
    const auto small = [](uint32_t value) { return Number(value); };
    return text + std::string(16, '\0') + data_ + "\xab\xcd\xefMaxMind.com" +
           Map({{"node_count", small(static_cast<uint32_t>(nodes_.size()))},
                {"record_size", Control(5, 2) + std::string("\0\x20", 2)},
                {"ip_version", Control(5, 2) + std::string("\0\x06", 2)},
                {"database_type", Text(type_)},
                {"binary_format_major_version", Control(5, 2) + std::string("\0\x02", 2)},
                {"binary_format_minor_version", Control(5, 2) + std::string("\0\0", 2)},
                {"build_epoch", Control(9, 4) + BigEndian(1700000000)},
                {"languages", Control(11, 0)},
                {"description", Control(7, 0)}});
  }

 private:
  struct Record {
    enum Kind { kNothing, kNode, kData } kind = kNothing;
    size_t at = 0;
  };

  // Types above 7 stand in a byte of their own.
  static std::string Control(unsigned type, size_t size) {
    if (type <= 7) return std::string(1, static_cast<char>(type << 5 | size));
    return {static_cast<char>(size), static_cast<char>(type - 7)};
  }
  static std::string BigEndian(uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  }
  static bool Bit(const Address& address, bool v4, unsigned i) {
    if (v4 && i < 96) return false;
    return address.bytes[i / 8] >> (7 - i % 8) & 1;
  }
  size_t Below(size_t node, bool bit) {
    if (nodes_[node][bit].kind == Record::kNothing) {
      nodes_[node][bit] = {Record::kNode, nodes_.size()};
      nodes_.push_back({});
    }
    return nodes_[node][bit].at;
  }
  uint32_t Value(const Record& record) const {
    const auto count = static_cast<uint32_t>(nodes_.size());
    if (record.kind == Record::kNode) return static_cast<uint32_t>(record.at);
    return record.kind == Record::kData ? count + 16 + static_cast<uint32_t>(record.at) : count;
  }

  std::string type_, data_;
  std::vector<std::array<Record, 2>> nodes_{1};
};

}  // namespace synsplice
