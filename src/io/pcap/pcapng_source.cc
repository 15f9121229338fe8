#include "io/pcap/pcapng_source.h"

#include <cerrno>
#include <cstring>

namespace synsplice {

bool PcapngSource::ReadExactly(uint8_t* to, size_t size) {
  if (std::fread(to, 1, size, file_.get()) == size) return true;
  error_ = std::ferror(file_.get()) ? std::strerror(errno) : "truncated pcapng block";
  return false;
}

// False: the end of the file, or an error.
bool PcapngSource::ReadBlock() {
  const int first = std::fgetc(file_.get());
  if (first == EOF && !std::ferror(file_.get())) return false;
  std::ungetc(first, file_.get());
  block_.resize(PcapngSection::kHead);
  if (!ReadExactly(block_.data(), block_.size())) return false;
  const auto length = section_.LengthOf(std::span(block_).first<PcapngSection::kHead>());
  if (!length) return error_ = section_.error(), false;
  block_.resize(*length);
  return ReadExactly(block_.data() + PcapngSection::kHead, block_.size() - PcapngSection::kHead);
}

bool PcapngSource::Next(CaptureRecord& record) {
  while (ReadBlock()) {
    const PcapngSection::Outcome outcome = section_.Read(block_, record);
    if (outcome == PcapngSection::Outcome::kRecord) return true;
    if (outcome == PcapngSection::Outcome::kNoRecord) continue;
    error_ = section_.error();
    break;
  }
  return false;
}

}  // namespace synsplice
