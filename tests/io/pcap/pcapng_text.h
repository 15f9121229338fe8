// pcapng files for tests, block by block, whatever they say.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "io/pcap/pcap_file.h"

namespace synsplice::test {

class PcapngText {
 public:
  explicit PcapngText(bool big_endian = false) : big_endian_(big_endian) { Section(); }

  PcapngText& Section() {
    return Block(0x0a0d0d0a, Word32(0x1a2b3c4d) + Word16(1) + Word16(0) + std::string(8, '\xff'));
  }
  // `resolution` and `offset` as in if_tsresol and if_tsoffset.
  PcapngText& Interface(uint16_t link_type, const std::string& name, uint8_t resolution = 9,
                        uint32_t offset = 0) {
    std::string options = name.empty() ? std::string() : Option(2, name);
    options += Option(9, std::string(1, static_cast<char>(resolution)));
    options += Option(14, big_endian_ ? Word32(0) + Word32(offset) : Word32(offset) + Word32(0));
    return Block(1, Word16(link_type) + Word16(0) + Word32(0) + options + Word32(0));
  }
  PcapngText& Packet(uint32_t interface, uint64_t units, const std::vector<uint8_t>& bytes,
                     uint32_t block = 6) {
    const auto length = static_cast<uint32_t>(bytes.size());
    const std::string first =
        block == 6 ? Word32(interface) : Word16(static_cast<uint16_t>(interface)) + Word16(99);
    return Block(block, first + Word32(static_cast<uint32_t>(units >> 32)) +
                            Word32(static_cast<uint32_t>(units)) + Word32(length) + Word32(length) +
                            std::string(bytes.begin(), bytes.end()));
  }
  PcapngText& Block(uint32_t type, std::string body) {
    body.resize((body.size() + 3) / 4 * 4);
    const std::string length = Word32(static_cast<uint32_t>(body.size() + 12));
    text_ += Word32(type) + length + body + length;
    return *this;
  }

  std::string Word16(uint16_t word) const { return Word(word, 2); }
  std::string Word32(uint32_t word) const { return Word(word, 4); }
  const std::string& text() const { return text_; }

 private:
  std::string Option(uint16_t code, std::string value) const {
    const auto length = static_cast<uint16_t>(value.size());
    value.resize((value.size() + 3) / 4 * 4);
    return Word16(code) + Word16(length) + value;
  }
  std::string Word(uint32_t word, int size) const {
    std::string bytes;
    for (int i = 0; i < size; ++i) {
      bytes += static_cast<char>(word >> 8 * (big_endian_ ? size - 1 - i : i));
    }
    return bytes;
  }

  bool big_endian_;
  std::string text_;
};

class PcapngFile {
 public:
  explicit PcapngFile(const PcapngText& text) : PcapngFile(text.text()) {}
  explicit PcapngFile(const std::string& bytes) {
    std::ofstream(path(), std::ios::binary) << bytes;
  }
  const std::string& path() const { return path_; }

 private:
  TemporaryPath path_;
};

}  // namespace synsplice::test
